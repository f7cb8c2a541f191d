"""A few items for each metric: references, the best answers, and spoilt ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.scoring.driving import Seat
from curation.scoring.extraction import Gold
from curation.scoring.graphs import Triple
from curation.scoring.metrics import BY_ID
from curation.scoring.panoptic import Segments
from curation.scoring.precision import Thing

CHANCE = np.random.default_rng(7)


@dataclass(frozen=True)
class Made:
    """References by id, a right answer and a worse answer to each."""

    references: dict[str, Any]
    right: dict[str, Any]
    worse: dict[str, Any]


def _made(references, right, worse):
    ids = [f"i{n}" for n in range(len(references))]
    pairs = zip(ids, references, strict=True)
    return Made(
        dict(pairs),
        dict(zip(ids, right, strict=True)),
        dict(zip(ids, worse, strict=True)),
    )


TEXTS = [
    ("the quick brown fox jumps over the lazy dog", "a fox leaps over a dog at night"),
    (
        "two children play football in the wet garden",
        "children are playing with a ball",
    ),
    ("a train passes slowly and whistles at noon",),
    ("three hens stand in a yard behind the house",),
]
WORSE_TEXTS = [
    "the quick brown wolf sleeps under the lazy dog",
    "two children read books in the dry garden",
    "a bus passes slowly and stops at noon",
    "three cats sit in a yard",
]


def _texts():
    return _made(TEXTS, [t[0] for t in TEXTS], WORSE_TEXTS)


def _labels():
    golds = [
        Gold((n,), ("cat", "dog", "owl"), lettered=True)
        for n in ("cat", "dog", "cat", "owl")
    ]
    return _made(
        golds, ["cat", "B", "the answer is cat", "owl"], ["dog", "cat", "owl", "cat"]
    )


def _sets():
    references = [
        frozenset({"a", "b"}),
        frozenset({"c"}),
        frozenset(),
        frozenset({"d", "e"}),
    ]
    worse = [
        frozenset({"a"}),
        frozenset({"x"}),
        frozenset({"y"}),
        frozenset({"d", "z"}),
    ]
    return _made(references, references, worse)


def _numbers():
    return _made([3.0, 0.0, 12.0], [3.0, 0.0, 12.0], [4.0, 2.0, 9.0])


def _series():
    references = [np.array([1.0, 2.0]), np.array([3.0])]
    return _made(references, references, [np.array([1.5, 2.0]), np.array([0.0])])


def _code():
    one = "def add(a, b):\n    c = a + b\n    return c"
    other = "public int twice(int x) { int y = x + x; return y; }"
    references = [("python", (one,)), ("java", (other,))]
    worse = ["def add(a, b):\n    return 0", "public int twice(int x) { return 1; }"]
    return _made(references, [one, other], worse)


def _things(shapes, worse):
    references = [
        tuple(Thing("a" if i % 2 else "b", s, area=100.0) for i, s in enumerate(g))
        for g in shapes
    ]
    spoilt = [
        tuple(Thing("a" if i % 2 else "b", s, 0.5) for i, s in enumerate(g))
        for g in worse
    ]
    return _made(references, references, spoilt)


def _boxes():
    shapes = [
        [np.array([x, 5.0, 10.0, 8.0]) for x in (0.0, 20.0, 40.0)],
        [np.array([3.0, 3.0, 6.0, 6.0])],
    ]
    return _things(shapes, [[s + 30 for s in g] for g in shapes])


def _mask(x, y=2, size=12):
    mask = np.zeros((20, 30), dtype=bool)
    mask[y : y + size, x : x + size] = True
    return mask


def _instances():
    shapes = [[_mask(0), _mask(15)], [_mask(4, 1, 6)]]
    return _things(shapes, [[_mask(3, 5, 4), _mask(2, 9, 4)], [_mask(20, 12, 4)]])


def _keypoints():
    shapes = [
        [np.column_stack([CHANCE.random((17, 2)) * 50, np.full(17, 2.0)])]
        for _ in range(2)
    ]
    return _things(
        shapes, [[s + np.array([40.0, 40.0, 0.0]) for s in g] for g in shapes]
    )


def _point_instances():
    shapes = [[(1, 2, 3, 4), (7, 8, 9)], [(1, 2)]]
    return _things(shapes, [[(1, 9), (2, 3)], [(5, 6)]])


def _spans():
    return _things(
        [[(0.0, 2.0), (3.0, 4.0)], [(1.0, 5.0)]],
        [[(1.9, 3.0), (0.0, 1.0)], [(4.5, 9.0)]],
    )


def _box():
    references = [np.array([0.0, 0.0, 10.0, 10.0]), np.array([5.0, 5.0, 3.0, 4.0])]
    return _made(
        references, references, [r + np.array([8.0, 8.0, 0.0, 0.0]) for r in references]
    )


def _masks():
    references = [_mask(0), _mask(10), np.zeros((20, 30), dtype=bool)]
    return _made(references, references, [_mask(6), _mask(0), _mask(0)])


def _maps():
    references = [CHANCE.integers(0, 4, (8, 9)) for _ in range(3)]
    references[0][0, 0] = -1
    right = [np.where(r < 0, 1, r) for r in references]
    return _made(references, right, [(r + 1) % 4 for r in right])


def _points():
    references = [CHANCE.integers(0, 4, 40) for _ in range(3)]
    return _made(references, references, [(r + 1) % 4 for r in references])


def _parts():
    shapes = [CHANCE.integers(0, 3, 40) for _ in range(3)]
    return _made(
        [(s, (0, 1, 2)) for s in shapes], shapes, [(s + 1) % 3 for s in shapes]
    )


def _mask_frames():
    references = [{0: _mask(0), 1: _mask(2), 2: None}, {5: _mask(9)}]
    return _made(references, references, [{0: _mask(5), 2: _mask(0)}, {5: _mask(1)}])


def _score_maps():
    references = [_mask(0), _mask(10), np.zeros((20, 30), dtype=bool)]
    right = [r.astype(np.float32) for r in references]
    return _made(references, right, [np.roll(r, 9, axis=1) * 2 for r in right])


def _segments():
    ids = np.zeros((10, 10), dtype=np.int64)
    ids[:4], ids[5:9] = 1, 2
    other = np.full((10, 10), 3, dtype=np.int64)
    references = [Segments(ids, {1: "sky", 2: "car"}), Segments(other, {3: "sky"})]
    worse = [
        Segments(np.roll(ids, 4, axis=0), {1: "sky", 2: "car"}),
        Segments(other, {3: "car"}),
    ]
    return _made(references, references, worse)


def _saliency():
    references = [{"a": _mask(0), "b": _mask(9)}, {"a": _mask(4)}]
    right = [{k: m.astype(float) for k, m in r.items()} for r in references]
    return _made(
        references,
        right,
        [{k: np.roll(m, 9, axis=1) * 0.7 for k, m in r.items()} for r in right],
    )


def _triples():
    box = np.array([0.0, 0.0, 4.0, 4.0])
    references = [
        (Triple(("man", "rides", "horse"), (box, box)), Triple(("dog", "on", "mat"))),
        (Triple(("cup", "on", "table")),),
    ]
    return _made(references, references, [references[0][1:], ()])


def _tracks():
    references = [
        np.array([[1.0, 2, 8, 8], [2, 2, 8, 8], [0, 0, 0, 0]]),
        np.array([[5.0, 5, 4, 4]]),
    ]
    return _made(
        references, references, [r + np.array([3.0, 3.0, 0, 0]) for r in references]
    )


def _tubes():
    references = [
        {n: np.array([1.0, 1, 5, 5]) for n in range(4)},
        {7: np.array([0.0, 0, 2, 2])},
    ]
    return _made(
        references,
        references,
        [{k: v for k, v in r.items() if k > 1 and k < 7} for r in references],
    )


def _pictures(size=48):
    references = [
        CHANCE.integers(0, 256, (size, size + 2, 3), dtype=np.uint8) for _ in range(3)
    ]
    worse = [np.clip(r.astype(int) + 9, 0, 255).astype(np.uint8) for r in references]
    return _made(references, references, worse)


def _films():
    references = [
        tuple(CHANCE.integers(0, 256, (6, 7, 3), dtype=np.uint8) for _ in range(3))
        for _ in range(2)
    ]
    return _made(
        references, references, [tuple(255 - f for f in r) for r in references]
    )


def _still():
    still = tuple(np.full((4, 4, 3), 9, dtype=np.uint8) for _ in range(3))
    moving = tuple(np.full((4, 4, 3), 50 * n, dtype=np.uint8) for n in range(3))
    return _made([None, None], [still, still], [moving, moving])


def _mattes():
    references = [CHANCE.random((9, 8)) for _ in range(2)]
    return _made(references, references, [r * 0.5 for r in references])


def _depths():
    references = [CHANCE.random((9, 8)) + 0.5 for _ in range(2)]
    references[0][0, 0] = np.nan
    right = [np.nan_to_num(r, nan=3.0) for r in references]
    return _made(references, right, [r**2 + 1 for r in right])


def _flows():
    references = [CHANCE.normal(size=(4, 5, 2)) for _ in range(2)]
    return _made(references, references, [r + 1 for r in references])


def _normals():
    references = [CHANCE.normal(size=(20, 3)) for _ in range(2)]
    return _made(references, references, [r + 0.5 for r in references])


def _clouds():
    references = [CHANCE.random((200, 3)) for _ in range(2)]
    return _made(references, references, [r + 0.1 for r in references])


def _poses():
    poses = np.zeros((60, 3, 4))
    poses[:, :, :3] = np.eye(3)
    poses[:, 2, 3] = np.arange(60) * 3
    worse = poses.copy()
    worse[:, 2, 3] *= 1.05
    return _made([poses, poses], [poses, poses], [worse, worse])


def _seats():
    references = [
        tuple(Seat("car", 5.0 * n, 2.0) for n in range(4)),
        (Seat("bus", 1.0, 1.0),),
    ]
    worse = [tuple(Seat("car", s.x + 3, s.y, 0.5) for s in r) for r in references]
    return _made(references, references, worse)


def _seat_tracks():
    drive = tuple(
        tuple(Seat("car", 9.0 * k, 1.0 * t, 1.0, str(k)) for k in range(3))
        for t in range(6)
    )
    worse = tuple(
        tuple(Seat("car", s.x + 1.5, s.y, 1.0, f"{s.track}{n % 2}") for s in scan)
        for n, scan in enumerate(drive)
    )
    return _made([drive, drive], [drive, drive], [worse, worse])


def _recordings():
    references = [(CHANCE.normal(0, 0.1, 8000), 16_000) for _ in range(2)]
    return _made(
        references,
        references,
        [(CHANCE.normal(0, 0.3, 8000), 16_000) for _ in range(2)],
    )


def _rolls():
    references = [CHANCE.random((12, 128)) < 0.02 for _ in range(2)]
    return _made(references, references, [r[::-1].copy() for r in references])


def _notes():
    same = ((0, 60), (0, 64), (1, 72), (1, 76))
    return _made(
        [None, None], [same, same], [((0, 60), (1, 61), (1, 60)), ((0, 60), (1, 61))]
    )


MAKERS = {
    "text": _texts, "label": _labels, "set": _sets, "events": _sets, "number": _numbers,
    "series": _series, "code": _code, "boxes": _boxes, "instances": _instances,
    "keypoints": _keypoints, "point_instances": _point_instances, "spans": _spans, "box": _box,
    "mask": _masks, "class_map": _maps, "point_labels": _points, "part_labels": _parts,
    "mask_frames": _mask_frames, "score_map": _score_maps, "segments": _segments,
    "saliency_film": _saliency, "triples": _triples, "track": _tracks, "tube": _tubes,
    "picture": _pictures, "film": _films, "matte": _mattes, "depth": _depths, "flow": _flows,
    "normals": _normals, "cloud": _clouds, "poses": _poses, "seats": _seats,
    "seat_tracks": _seat_tracks, "recording": _recordings, "roll": _rolls, "notes": _notes,
}  # fmt: skip


def made(metric_id: str) -> Made:
    """Return items for a metric."""
    metric = BY_ID[metric_id]
    if metric_id == "cider/text":  # whose values are cut at what is ordinary
        return _made(
            TEXTS, [t[0] for t in TEXTS], ["a wolf", *[t[0] for t in TEXTS[:3]]]
        )
    if metric_id == "temporal_l1_stability/frames":
        return _still()
    return MAKERS[metric.form]()
