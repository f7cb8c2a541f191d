from __future__ import annotations

import contextlib
import io
from itertools import product

import numpy as np
import pytest

from curation.scoring import curves, masks, pictures, rle, saliency
from curation.scoring.metrics import BY_ID
from curation.scoring.panoptic import Segments
from curation.scoring.precision import Thing
from curation.scoring.score import score_task

CHANCE = np.random.default_rng(11)
SIDE = 50


def value(name, pairs):
    metric = BY_ID[name]
    return metric.add_up([metric.see(p, r) for p, r in pairs])


def box(near=None):
    if near is None:
        return np.array(
            [*CHANCE.integers(0, 30, 2), *CHANCE.integers(3, 20, 2)], dtype=float
        )
    moved = near + CHANCE.normal(0, 1.5, 4)
    moved[2:] = np.abs(moved[2:]) + 0.1
    return moved


def mask(near=None):
    if near is not None:
        return np.roll(near, tuple(CHANCE.integers(-3, 4, 2)), (0, 1))
    made = np.zeros((SIDE, SIDE), dtype=bool)
    y, x = CHANCE.integers(0, 40, 2)
    made[y : y + CHANCE.integers(2, 10), x : x + CHANCE.integers(2, 10)] = True
    return made


def keypoints(near=None):
    if near is None:
        return np.column_stack(
            [CHANCE.random((17, 2)) * 50, CHANCE.integers(0, 3, 17)]
        ).astype(float)
    moved = near.copy()
    moved[:, :2] += CHANCE.normal(0, 1, (17, 2))
    return moved


def images(shape, *, crowds):
    for _ in range(8):
        real = [
            Thing(
                str(CHANCE.integers(0, 3)),
                shape(),
                crowd=bool(crowds and CHANCE.random() < 0.15),
                area=300.0,
            )
            for _ in range(CHANCE.integers(0, 6))
        ]
        found = [
            Thing(
                t.label if CHANCE.random() < 0.9 else "3",
                shape(t.shape),
                float(CHANCE.random()),
            )
            for t in real
            for _ in range(CHANCE.integers(0, 3))
        ]
        found += [
            Thing(str(CHANCE.integers(0, 4)), shape(), float(CHANCE.random()))
            for _ in range(2)
        ]
        yield found, real


def as_coco(thing, kind):
    from pycocotools import mask as coco_mask

    if kind == "bbox":
        return {
            "bbox": [float(v) for v in thing.shape],
            "area": float(thing.shape[2] * thing.shape[3]),
        }
    if kind == "segm":
        packed = coco_mask.encode(np.asfortranarray(thing.shape.astype(np.uint8)))
        return {
            "segmentation": packed,
            "area": float(thing.shape.sum()),
            "bbox": [0, 0, 1, 1],
        }
    points = [float(v) for v in thing.shape.ravel()]
    return {
        "keypoints": points,
        "num_keypoints": int((thing.shape[:, 2] > 0).sum()),
        "area": 300.0,
        "bbox": [0, 0, 9, 9],
    }


def by_pycocotools(pairs, kind):
    """AP at 0.5, at 0.75 and over all thresholds, in percent."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    real, found = [], []
    for image, (left, right) in enumerate(pairs, 1):
        for thing in right:
            entry = {
                "image_id": image,
                "category_id": int(thing.label) + 1,
                "id": len(real) + 1,
            }
            real.append(entry | {"iscrowd": int(thing.crowd)} | as_coco(thing, kind))
        for thing in left:
            shape = as_coco(thing, kind)
            found.append(
                {
                    "image_id": image,
                    "category_id": int(thing.label) + 1,
                    "score": thing.score,
                }
                | shape
            )
    with contextlib.redirect_stdout(io.StringIO()):
        gold = COCO()
        gold.dataset = {
            "images": [
                {"id": i, "height": SIDE, "width": SIDE}
                for i in range(1, len(pairs) + 1)
            ],
            "categories": [{"id": k + 1, "name": str(k)} for k in range(4)],
            "annotations": real,
        }
        gold.createIndex()
        for entry in found if kind != "bbox" else ():
            entry.pop("bbox", None)
        judge = COCOeval(gold, gold.loadRes(found), kind)
        judge.evaluate()
        judge.accumulate()
    table = judge.eval["precision"][:, :, :, 0, -1]
    return [100 * part[part > -1].mean() for part in (table[0], table[5], table)]


@pytest.mark.parametrize("trial", range(6))
@pytest.mark.parametrize(
    ("kind", "shape", "names"),
    [
        ("bbox", box, ("ap50/bbox", "ap75/bbox", "ap/bbox")),
        ("segm", mask, ("ap50/segm", None, "ap/segm")),
        ("keypoints", keypoints, ("ap50/keypoints", None, None)),
    ],
)
def test_average_precision_equals_pycocotools(kind, shape, names, trial):
    del trial
    pairs = list(images(shape, crowds=kind != "keypoints"))
    theirs = by_pycocotools(pairs, kind)

    ours = [value(n, pairs) if n else t for n, t in zip(names, theirs, strict=True)]

    assert ours == pytest.approx(theirs, abs=1e-6)


def test_equal_scores_count_as_one_step_in_any_order():
    real = [Thing("a", np.array([0.0, 0, 4, 4]))]
    wrong = [Thing("a", np.array([50.0, 50, 4, 4]))]

    one = value("ap50/bbox", [(real, real), (wrong, real)])
    other = value("ap50/bbox", [(wrong, real), (real, real)])

    # One find of two is right, at a recall of one half: precision 0.5 at 51 of 101 recalls.
    assert one == other == pytest.approx(100 * 0.5 * 51 / 101)


def test_a_find_in_an_image_without_objects_costs_precision():
    real = [Thing("a", np.array([0.0, 0, 4, 4]))]

    assert value("ap50/bbox", [(real, real), (real, [])]) == pytest.approx(50.0)


def test_point_instances_are_matched_by_their_points():
    found = [Thing("chair", (1, 2, 3)), Thing("chair", (8, 9), 0.4)]
    real = [Thing("chair", (1, 2, 3, 4)), Thing("chair", (7,))]

    assert value("ap50/point_instance", [(found, real)]) == pytest.approx(
        100 * 51 / 101
    )


@pytest.mark.parametrize("trial", range(5))
def test_run_lengths_are_read_as_pycocotools_writes_them(trial):
    from pycocotools import mask as coco_mask

    made = CHANCE.random((17, 5 + trial)) < CHANCE.random()
    packed = coco_mask.encode(np.asfortranarray(made.astype(np.uint8)))

    assert (
        rle.decode({"size": packed["size"], "counts": packed["counts"].decode()})
        == made
    ).all()
    assert (rle.decode(rle.encode(made)) == made).all()


@pytest.mark.parametrize("counts", [[3, 4], [-1, 10], "~~", "oo"])
def test_run_lengths_that_do_not_fit_are_refused(counts):
    with pytest.raises(ValueError, match=r"runs that do not|not of COCO|break off"):
        rle.decode({"size": [3, 3], "counts": counts})


def test_a_mask_that_claims_too_much_is_refused_before_it_is_made():
    with pytest.raises(ValueError, match="at most"):
        rle.decode({"size": [10**6, 10**6], "counts": [10**12]})


def test_class_mean_iou_equals_a_confusion_matrix():
    from sklearn.metrics import confusion_matrix, jaccard_score

    pairs = [
        (CHANCE.integers(0, 4, (9, 8)), CHANCE.integers(0, 4, (9, 8))) for _ in range(3)
    ]
    found, real = (np.concatenate([p[k].ravel() for p in pairs]) for k in (0, 1))
    table = confusion_matrix(real, found)
    union = table.sum(axis=0) + table.sum(axis=1) - np.diag(table)

    ours = value("miou/mask", pairs)

    assert ours == pytest.approx(100 * (np.diag(table) / union).mean())
    assert ours == pytest.approx(100 * jaccard_score(real, found, average="macro"))


def test_pixels_that_the_reference_leaves_open_are_not_scored():
    real = np.array([[0, 1], [masks.UNSCORED, 1]])

    assert value("miou/mask", [(np.array([[0, 1], [7, 1]]), real)]) == 100.0


def test_mask_measures_agree_with_sets_of_pixels():
    a, b = mask(), mask()
    one, other = ({tuple(p) for p in np.argwhere(m)} for m in (a, b))

    assert masks.iou(a, b) == len(one & other) / len(one | other)
    assert masks.dice(a, b) == 2 * len(one & other) / (len(one) + len(other))
    assert masks.iou(a & False, b & False) == masks.dice(a & False, b & False) == 1.0


def test_a_mask_of_another_size_is_not_comparable():
    score = score_task(
        BY_ID["miou/image"], {"0": np.ones((3, 3), bool)}, {"0": np.ones((4, 4), bool)}
    )

    assert score.faults == (("0", "the shape is 3 x 3, the reference has 4 x 4"),)
    assert (score.value, score.invalid) == (0.0, 1)


def test_scores_are_kept_at_eleven_bits_so_that_a_large_map_stays_small():
    scores = CHANCE.random((300, 300)).astype(np.float32)

    kept, *_ = BY_ID["pixel_ap/anomaly_map"].see(scores, scores > 0.9)

    assert np.abs(curves.rounded(scores) - scores).max() < 2**-11
    assert len(kept) < 20_000


@pytest.mark.parametrize("trial", range(5))
def test_areas_under_curves_equal_scikit_learn(trial):
    from sklearn.metrics import average_precision_score, roc_auc_score

    del trial
    pairs = [
        (CHANCE.integers(0, 50, (5, 7)) / np.float32(8), CHANCE.random((5, 7)) < 0.3)
        for _ in range(4)
    ]
    scores, real = (np.concatenate([p[k].ravel() for p in pairs]) for k in (0, 1))
    counts = np.array([[2.0, 0.0, 1.0, 3.0]])
    weights = np.repeat(counts[0], 35)

    for name, theirs in (
        ("pixel_ap/anomaly_map", average_precision_score),
        ("auroc/score_map", roc_auc_score),
    ):
        metric = BY_ID[name]
        seen = [metric.see(p, r) for p, r in pairs]

        assert metric.add_up(seen) == pytest.approx(100 * theirs(real, scores))
        assert metric.replicate(seen)(counts) == pytest.approx(
            100 * theirs(real, scores, sample_weight=weights)
        )


def by_hand(found, real):
    """Panoptic quality from its definition, segment by segment."""
    classes = {*found.labels.values(), *real.labels.values()}
    qualities = []
    for name in classes:
        total = hits = 0
        left = [
            found.ids == k
            for k, n in found.labels.items()
            if n == name and (found.ids == k).any()
        ]
        right = [
            real.ids == k
            for k, n in real.labels.items()
            if n == name and (real.ids == k).any()
        ]
        for a, b in product(left, right):
            overlap = (a & b).sum() / ((a | b).sum() - (a & (real.ids == 0)).sum())
            if overlap > 0.5:
                total, hits = total + overlap, hits + 1
        void = sum((a & (real.ids == 0)).sum() / a.sum() > 0.5 for a in left)
        below = hits + (len(left) - hits - void) / 2 + (len(right) - hits) / 2
        if below:
            qualities.append(total / below)
    return 100 * np.mean(qualities)


@pytest.mark.parametrize("trial", range(10))
def test_panoptic_quality_equals_its_definition(trial):
    del trial
    ids = np.repeat(np.repeat(CHANCE.integers(0, 5, (4, 4)), 5, axis=0), 5, axis=1)
    moved = np.roll(ids, CHANCE.integers(0, 3), axis=1)
    names = {k: "sky" if k % 2 else "car" for k in range(1, 5)}
    found, real = Segments(moved, names), Segments(ids, names)

    assert value("pq/panoptic", [(found, real)]) == pytest.approx(by_hand(found, real))


def test_psnr_ssim_and_lab_equal_scikit_image():
    from skimage.color import rgb2lab
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    for _ in range(4):
        a = CHANCE.integers(0, 256, (40, 37, 3), dtype=np.uint8)
        b = np.clip(a + CHANCE.normal(0, 20, a.shape), 0, 255).astype(np.uint8)
        theirs = structural_similarity(
            a,
            b,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            channel_axis=2,
            data_range=255,
        )

        assert pictures.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b))
        assert pictures.ssim(a, b) == pytest.approx(theirs)
        assert pictures.lab(a) == pytest.approx(rgb2lab(a), abs=1e-6)


def test_ms_ssim_equals_its_definition_over_scipy():
    from scipy.ndimage import convolve1d

    a = np.tile(CHANCE.integers(0, 256, (48, 48, 1)), (4, 4, 3)).astype(np.uint8)
    b = np.clip(a + CHANCE.normal(0, 15, a.shape), 0, 255).astype(np.uint8)
    kernel = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    kernel /= kernel.sum()

    def blurred(plane):
        return convolve1d(convolve1d(plane, kernel, 0), kernel, 1)[5:-5, 5:-5]

    def channel(x, y):
        product_ = 1.0
        for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
            if scale:
                x, y = (
                    p.reshape(p.shape[0] // 2, 2, -1, 2).mean(axis=(1, 3))
                    for p in (x, y)
                )
            mx, my = blurred(x), blurred(y)
            vx, vy, vxy = (
                blurred(x * x) - mx**2,
                blurred(y * y) - my**2,
                blurred(x * y) - mx * my,
            )
            part = (2 * vxy + 58.5225) / (vx + vy + 58.5225)
            if scale == 4:
                part = part * (2 * mx * my + 6.5025) / (mx**2 + my**2 + 6.5025)
            product_ *= part.mean() ** weight
        return product_

    theirs = np.mean(
        [channel(a[..., c].astype(float), b[..., c].astype(float)) for c in range(3)]
    )

    assert pictures.ms_ssim(a, b) == pytest.approx(theirs)


def test_a_film_of_mostly_perfect_frames_is_the_mean_with_a_cap():
    frame = np.full((4, 4, 3), 100, dtype=np.uint8)
    bad = np.full((4, 4, 3), 110, dtype=np.uint8)

    assert value("psnr/video", [([frame] * 9 + [bad], [frame] * 10)]) == pytest.approx(
        (9 * pictures.CAP + pictures.psnr(bad, frame)) / 10
    )


def test_a_film_with_another_number_of_frames_is_not_comparable():
    frame = np.zeros((4, 4, 3), dtype=np.uint8)
    metric = BY_ID["psnr/video"]

    score = score_task(metric, {"0": [frame]}, {"0": [frame, frame]})

    assert score.faults == (("0", "the number of frames is not that of the reference"),)


@pytest.mark.parametrize("trial", range(12))
def test_the_structure_measure_equals_pysodmetrics(trial):
    from py_sod_metrics import Smeasure

    del trial
    real = np.zeros((30, 41), dtype=bool)
    y, x = CHANCE.integers(0, 20, 2)
    real[y : y + CHANCE.integers(1, 15), x : x + CHANCE.integers(1, 20)] = True
    found = (np.clip(real * 0.6 + CHANCE.random(real.shape) * 0.5, 0, 1) * 255).astype(
        np.uint8
    )
    # Theirs stretches a map to the whole range; here it has it already.
    found[0, :2] = 0, 255
    theirs = Smeasure()
    theirs.step(found, (real * 255).astype(np.uint8))

    assert saliency.structure(found / 255, real) == pytest.approx(
        theirs.get_results()["sm"]
    )


def test_matte_errors_are_sums_over_a_thousand_and_means_times_a_thousand():
    found, real = np.full((10, 10), 0.5), np.zeros((10, 10))

    assert value("sad/alpha_matte", [(found, real)]) == pytest.approx(0.05)
    assert value("mse/alpha_matte", [(found, real)]) == pytest.approx(250.0)


def test_part_iou_equals_its_definition_shape_by_shape():
    from sklearn.metrics import jaccard_score

    shapes = [(CHANCE.integers(0, 3, 50), CHANCE.integers(0, 3, 50)) for _ in range(4)]
    theirs = [jaccard_score(r, f, average="macro", labels=[0, 1, 2]) for f, r in shapes]
    pairs = [(f, (r, (0, 1, 2))) for f, r in shapes]

    assert value("part_instance_miou/point_labels", pairs) == pytest.approx(
        100 * np.mean(theirs)
    )


def test_a_part_that_is_in_neither_counts_as_right():
    labels = np.zeros(10, dtype=int)

    assert (
        value("part_instance_miou/point_labels", [(labels, (labels, (0, 1)))]) == 100.0
    )
