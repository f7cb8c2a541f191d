from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import schemas
from curation.model import Where
from curation.scoring import rle
from curation.scoring.answers import Samples, reading
from curation.scoring.choice import FAMILIES, Choice
from curation.scoring.files import Unusable, below
from curation.scoring.forms import ALL, FORMS, Misshapen, Setting
from curation.scoring.masks import NOTHING, UNSCORED
from curation.scoring.references import Item, _joined

each = pytest.mark.parametrize("form", ALL, ids=lambda f: f.name)
KEYS = ("text", "bbox", "answer", "label", "mask", "size", "counts", "instances", "keypoints", "events",
        "type", "trigger", "arguments", "tracks", "box", "poses", "triples", "trajectory", "segments_info",
        "id", "0", "tube_start_frame", "prediction_final", "steps", "annotations", "segment", "points")  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@each
@settings(max_examples=60)
@given(value=anything)
def test_any_json_is_read_or_refused_with_a_reason(form, value):
    for read in (form.read_prediction, form.read_reference):
        try:
            read(value, Setting())
        except (Misshapen, Unusable) as error:
            said = str(error)
        else:
            said = "read"

        assert said


@each
def test_a_form_says_what_an_answer_looks_like(form):
    assert form.says.startswith(
        ("a ", "an ", "the path ", "boxes ", "scans: ", "run lengths ", "{")
    )


def test_a_misshapen_answer_is_named_by_its_pointer():
    form = FORMS["boxes"]

    with pytest.raises(Misshapen, match="expected a number, found a string") as caught:
        form.read_prediction(
            {"text": {"bird": [[1, 2, 3, 4], [1, 2, "x", 4]]}}, Setting()
        )
    assert caught.value.pointer == ("text", "bird", 1, 2)


@pytest.mark.parametrize(
    ("form", "value", "detail"),
    [
        (
            "box",
            [1, 2, 3],
            "expected a box [x_min, y_min, width, height], found 3 numbers",
        ),
        ("box", [1, 2, -3, 4], "a box with a negative width or height"),
        ("box", [1, 2, math.nan, 4], "nan is not a finite number"),
        ("number", "a few", "expected a number, found 0 in 'a few'"),
        ("number", "2 or 3", "expected a number, found 2 in '2 or 3'"),
        ("text", {"odd": 1}, "expected a text, found an object"),
        (
            "track",
            [[0, 0, 1]],
            "expected a box [x_min, y_min, width, height], found 3 numbers",
        ),
        ("poses", [[1, 2, 3]], "expected poses of 3 x 4 numbers"),
        ("point_labels", [0, 1.5], "labels of points that are not whole numbers"),
        ("mask_frames", {"x": {}}, "'x' is not the number of a frame"),
        (
            "spans",
            [{"label": "a", "segment": [3, 1]}],
            "a segment that ends before it begins",
        ),
        ("roll", [1, 2], "expected a list of numbers, found a number"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(form, value, detail):
    with pytest.raises(Misshapen) as caught:
        FORMS[form].read_prediction(value, Setting())
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("text", "a", "a"),
        ("text", {"text": ["a"]}, "a"),
        ("text", 3, "3"),
        ("text", 3.0, "3"),
        ("text", {"steps": ["one", "two"], "conclusion": "three"}, "one\ntwo\nthree"),
        ("label", {"prediction": "16 - 3 = 13", "prediction_final": "13"}, "13"),
        ("label", ["cat"], "cat"),
        ("label", True, "true"),
        ("number", "There are 1,204 birds.", 1204.0),
        ("number", "12", 12.0),
        ("set", "- Paris\n- Rome", {"paris", "rome"}),
        ("set", "(food, good), (staff, rude)", {("food", "good"), ("staff", "rude")}),
        ("set", [{"text": "Rome", "type": "LOC"}], {("rome", "loc")}),
        ("set", ["New York, NY"], {"new york, ny"}),
        ("set", "", set()),
        ("track", [None, [1, 2, 3, 4]], None),
    ],
)
def test_answers_are_read_in_all_their_spellings(form, value, expected):
    found = FORMS[form].read_prediction(value, Setting())

    if expected is not None:
        assert found == expected
    else:
        assert np.isnan(found[0]).all()


def test_a_sentence_is_searched_for_the_labels_of_the_task():
    setting = Setting(envelope={"labels": ["Positive", "Negative"]})

    assert FORMS["set"].read_prediction("It is clearly negative.", setting) == {
        "negative"
    }


def test_events_are_triggers_and_arguments():
    event = {
        "type": "Meet",
        "trigger": "met",
        "arguments": [{"role": "Place", "text": "Oslo"}],
    }

    found = FORMS["events"].read_reference({"events": [event]}, Setting())

    assert found == {("meet", "met"), ("meet", "met", "place", "oslo")}


def test_labels_written_as_ids_are_decoded_by_the_task():
    setting = Setting(
        envelope={"intent_label": {"action": {"3": "play"}, "object": {"7": "music"}}}
    )

    assert FORMS["label"].read_reference("3 7", setting).labels == {"3 7", "play music"}


def test_three_conventions_of_boxes_stand_on_the_same_ground():
    numbers = {"car": [[1, 2, 3, 4, 5, 6, 7, 0.5]]}
    nuscenes = [
        {"translation": [1, 2, 3], "detection_name": "car", "detection_score": 0.5}
    ]
    kitti = [{"type": "car", "location": [1, 9, 2], "score": 0.5}]

    found = [
        FORMS["seats"].read_prediction(v, Setting()) for v in (numbers, nuscenes, kitti)
    ]

    assert [(s.label, s.x, s.y, s.score) for f in found for s in f] == [
        ("car", 1, 2, 0.5)
    ] * 3


def test_scans_by_number_are_in_the_order_of_time():
    scan = [{"label": "car", "track_id": 1, "box": [0] * 7}]

    found = FORMS["seat_tracks"].read_prediction({"10": [], "9": scan}, Setting())

    assert [len(s) for s in found] == [1, 0]


def test_tubes_are_read_as_lists_and_by_frame():
    box = [1, 2, 3, 4]
    listed = {"tube_start_frame": 5, "trajectory": [box, box]}
    mapped = {"trajectory": {"5": {"bbox": box}, "6": {"bbox": box}}}

    found = [FORMS["tube"].read_prediction(v, Setting()) for v in (listed, mapped)]

    assert [sorted(f) for f in found] == [[5, 6], [5, 6]]


@pytest.fixture
def setting(tmp_path):
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    grey[0, 0] = 255
    Image.fromarray(grey).save(tmp_path / "map.png")
    Image.fromarray((np.ones((3, 4)) * 32768).astype(np.uint16)).save(
        tmp_path / "deep.png"
    )
    np.save(tmp_path / "depth.npy", np.array([[0.0, 2.0], [np.inf, 4.0]]))
    np.savez(tmp_path / "disparity.npz", disparity=np.array([[0.5, 0.0]]))
    (tmp_path / "objects.npy").write_bytes(
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
        + b" " * 20
    )
    return Setting(others_of(), files=below(tmp_path))


def others_of():
    return {"others": {"depth_unit": "m", "depth_scale": 1000}}


def test_255_in_a_reference_is_left_open_and_in_a_prediction_is_nothing(setting):
    real = FORMS["class_map"].read_reference("map.png", setting)
    found = FORMS["class_map"].read_prediction("map.png", setting)

    assert (real[0, 0], found[0, 0], real[2, 3]) == (UNSCORED, NOTHING, 11)


def test_depth_is_in_metres_and_unknown_where_it_is_0_or_infinite(setting):
    found = FORMS["depth"].read_reference("depth.npy", setting)

    assert np.isnan(found).tolist() == [[True, False], [True, False]]
    assert FORMS["depth"].read_reference("deep.png", setting)[0, 0] == pytest.approx(
        32.768
    )
    assert FORMS["depth"].read_reference("disparity.npz", setting)[0] == 2.0


def test_an_array_that_would_run_code_is_refused(setting):
    with pytest.raises(Unusable, match=r"objects\.npy"):
        FORMS["depth"].read_reference("objects.npy", setting)


@pytest.mark.parametrize(
    "path", ["../map.png", "/etc/passwd", "missing.png", "", ".", "C:/x.png", "a\0b"]
)
def test_no_file_outside_the_folder_is_opened(setting, path):
    with pytest.raises(Unusable, match="no such file"):
        FORMS["mask"].read_prediction(path, setting)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    Image.new("L", (2, 2)).save(tmp_path / "out.png")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "out.png")

    with pytest.raises(Unusable, match="no such file"):
        FORMS["mask"].read_prediction("link.png", Setting(files=below(tmp_path / "in")))


def test_masks_that_are_too_many_are_refused_before_they_are_made():
    huge = {"size": [10_000, 10_000], "counts": [0, 100_000_000]}
    many = [{"label": "a", "mask": huge} for _ in range(9)]

    with pytest.raises(Misshapen, match="900,000,000 pixels together"):
        FORMS["instances"].read_prediction(many, Setting())


def test_masks_of_a_film_are_made_one_by_one():
    huge = {"size": [10_000, 10_000], "counts": [100_000_000]}

    found = FORMS["mask_frames"].read_prediction(
        {str(n): {"mask": huge} for n in range(1000)}, Setting()
    )

    assert len(found) == 1000
    assert found.get(7).shape == (10_000, 10_000)


def test_masks_of_files_and_of_run_lengths_are_the_same(setting):
    inside = np.ones((3, 4), dtype=bool)
    inside[0, 1] = True
    from_file = FORMS["mask"].read_prediction("map.png", setting)
    from_runs = FORMS["mask"].read_prediction(rle.encode(from_file), setting)

    assert (from_file == from_runs).all()


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_example_of_every_family_has_a_reference_of_its_metric_s_form(family):
    """References without files are read; those with files are asked for the file."""
    how = reading(Choice(FAMILIES[family], "test", _metric(family)))
    document = schemas.families()[family].examples[0]
    hidden = [s for s in schemas.families()[family].slots if s.whole]
    for sample in document["data"]:
        values = {}
        for slot in hidden:
            for pointer, value in schemas.find(slot.path, sample):
                values["/" + "/".join(map(str, pointer))] = value
        setting = Setting({k: v for k, v in document.items() if k != "data"}, sample)
        value = _joined(values)
        if how.reference is None or how.rating or how.inputs or not value:
            continue
        try:
            how.reference.read_reference(value, setting)
        except Unusable as error:
            said = str(error)
        else:
            said = "no such file is needed"

        assert "no such file" in said


def _metric(family):
    from curation.scoring.metrics import BY_ID

    return BY_ID.get(FAMILIES[family])


def test_examples_of_predictions_fit_the_schema():
    schema = json.loads((schemas.FOLDER / "prediction.json").read_bytes())
    validator = schemas.fast_validator("prediction.json")

    assert [validator.is_valid(e) for e in schema["examples"]] == [True] * 3
    assert not validator.is_valid({"data": [{"id": "a"}]})


class Counted:
    """A task whose samples are counted as they are read."""

    read = 0

    def items(self):
        for number in range(4):
            self.read += 1
            yield Item(f"s{number}", {"input": number}, None, Where("x"))


def test_open_parts_are_read_once_in_their_order_and_one_at_a_time():
    task = Counted()
    samples = Samples(task)

    found = [samples(f"s{number}")["input"] for number in (0, 1, 1, 3)]

    assert (found, task.read) == ([0, 1, 1, 3], 4)


def test_open_parts_are_found_in_any_order():
    samples = Samples(Counted())

    assert [samples(f"s{n}").get("input") for n in (2, 0, 9, 3, 1)] == [
        2,
        0,
        None,
        3,
        1,
    ]
