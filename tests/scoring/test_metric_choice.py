from __future__ import annotations

import pytest

import schemas
from curation.scoring import backends
from curation.scoring.choice import FAMILIES, choose, plainest
from curation.scoring.metrics import BY_ID, METRICS
from curation.scoring.table import task_table


def test_every_family_but_the_generic_ones_has_a_metric():
    families = {f for f in schemas.families() if not f.endswith("/generic")}

    assert set(FAMILIES) == families
    assert set(FAMILIES.values()) <= {*BY_ID, *backends.NEED_BY_ID}


@pytest.mark.parametrize("row", task_table().rows, ids=lambda r: r.id)
def test_a_task_of_the_table_is_scored_in_the_table_s_unit_and_direction(row):
    found = choose(row.task, "", {})

    assert found.row is row
    assert found.id.partition("/")[0] == row.metric
    if found.metric is not None:
        assert (found.metric.unit, str(found.metric.direction)) == (
            row.unit,
            row.direction,
        )
    else:
        assert row.weights or row.judge


def test_names_of_the_table_stay_apart_in_their_plainest_form():
    assert len({plainest(r.task) for r in task_table().rows}) == 699


@pytest.mark.parametrize(
    "name", ["natural_language_inference", "Natural-Language Inference "]
)
def test_a_task_is_found_in_the_table_in_any_spelling(name):
    assert (
        choose(name, "text/classification", {}).row.name == "Natural Language Inference"
    )


@pytest.mark.parametrize(
    ("name", "family", "expected"),
    [
        ("lung nodule diagnosis vqa", "image/vqa", "Lung Nodule Diagnosis Visual Question Answering"),
        ("lung nodule diagnosis vqa", "video/qa", None),
        ("Video Superresolution", "video/super-resolution", None),
    ],
)  # fmt: skip
def test_a_short_name_is_a_name_where_one_task_of_the_modality_has_it(
    name, family, expected
):
    row = choose(name, family, {}).row

    assert (row and row.name) == expected


@pytest.mark.parametrize(
    ("stated", "family", "expected"),
    [
        ("Acc", "image/vqa", "accuracy/label"),
        ("BLEU-1", "video/qa", "bleu1/corpus"),
        ("BLUE_1", "audio/captioning", "bleu1/sentence"),
        ("mIoU", "image/semantic-segmentation", "miou/mask"),
        ("mIoU", "video/object-segmentation", "miou/video_mask"),
        ("Rouge-L f", "image/captioning", "rougeL_f/text"),
        ("PSNR", "video/restoration", "psnr/video"),
        ("SSIM", "image/restoration", "ssim/image"),
        ("chamfer/l1", "mesh/completion", "chamfer/l1"),
        ("FID", "image/text-to-image", "fid/inception"),
        ("EM@1", "mesh/qa", "exact_match/text"),
    ],
)
def test_the_annotation_names_its_metric_in_any_spelling(stated, family, expected):
    found = choose("A Task of No Table", family, {"metric": stated})

    assert (found.id, found.by) == (expected, "the annotation")


def test_a_family_without_metric_says_so():
    found = choose("A Task of No Table", "audio/generic", {})

    assert found.metric is None
    assert found.needs.startswith("a metric: the family audio/generic has none")


def test_a_metric_with_weights_says_which_backend_it_wants():
    found = choose("A Task of No Table", "image/text-to-image", {})

    assert (
        found.needs
        == "a backend for fid/inception (InceptionV3 pool3 features); name inception with --backends"
    )


def test_all_44_weight_free_metrics_of_the_table_are_here():
    wanted = {r.metric for r in task_table().rows if r.offline}

    assert len(wanted) == 44
    assert wanted <= {m.name for m in METRICS}
