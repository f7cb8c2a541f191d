"""A document becomes a task: envelope, family, columns, media, questions, references."""

from __future__ import annotations

import json
import re
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from curation.document import parse
from curation.model import Question, Reference, Sample, Where
from curation.read import Entry, Folder
from curation.resolving import LONGEST_PATH, Resolver
from curation.task import assemble
from curation.texts import texts_of

ENVELOPE = {
    "task": "A task",
    "type": "comprehension",
    "modality": {"in": ["image", "text"], "out": ["text"]},
    "skill": "None",
    "domain": ["General"],
    "general_capability": ["Content Recognition"],
    "version": "1.0",
    "set_type": "openset",
}
QUESTION = {"id": "1", "input": {"question": "Why?"}, "output": {"answer": "So."}}
PICTURE = {
    "id": "1",
    "input": {"image_file": "a.png", "prompt": "What?"},
    "output": {"text": "a cat"},
}


def entries(*paths):
    """List files with the folders that hold them; a path that ends in / is a folder."""
    folders = {str(p) for path in paths for p in Path(path).parents} - {"."}
    folders |= {p.rstrip("/") for p in paths if p.endswith("/")}
    files = [Entry(p, "file", 1) for p in paths if not p.endswith("/")]
    return tuple([Entry(f, "folder", 0) for f in sorted(folders)] + files)


def assembled(value, *files, name="x", annotation="annotation.json", **place):
    folder = Folder(Path("/nowhere"), name, entries(*files), (annotation,), **place)
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return assemble(folder, parse(raw, Where(annotation)))


def task(family, *samples, files=(), **more):
    made = assembled(
        {"family": family, "task": "A task", **more, "data": samples}, *files
    )
    assert made is not None
    return made


def inferred(*samples, place=None, **envelope):
    """Return the family that samples are given where none is stated."""
    made = assembled({"task": "A task", **envelope, "data": samples}, **(place or {}))
    assert made is not None
    return made.choice


# What becomes a task at all.


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"data": None},
        {"data": {"a": 1}},
        {"data": "abc"},
        {"task": "no data"},
        b"{",
        b"",
    ],
)
def test_a_document_without_a_list_of_samples_is_no_task(value):
    assert assembled(value) is None


def test_samples_keep_their_places_whatever_they_are():
    made = task("text/open-qa", None, 7, "x", [QUESTION], QUESTION)

    assert made.data == [None, 7, "x", [QUESTION], QUESTION]
    assert made.ids == [None, None, None, None, "1"]
    assert [s.question.where for s in made.samples()] == [
        Where("annotation.json", "/data/4")
    ]


@pytest.mark.parametrize(
    ("id_", "told"),
    [("a", "a"), (7, "7"), ("", ""), (None, None), (7.5, None), ([], None), ({}, None)],
)
def test_an_id_is_a_text_or_a_whole_number(id_, told):
    assert task("text/open-qa", QUESTION | {"id": id_}).ids == [told]


@pytest.mark.parametrize("name", ["", "  ", 7, None, ["x"]])
def test_a_task_without_a_name_is_called_as_its_folder(name):
    made = assembled({"task": name, "data": []}, name="some/Bird-Detection")

    assert made is not None
    assert made.name == "Bird-Detection"


# The envelope.


def drifts(**changes):
    value = {k: v for k, v in (ENVELOPE | changes).items() if v is not ...}
    made = assembled({**value, "data": []})
    assert made is not None
    told = [f"{d.where.pointer}: {d.detail}" for d in made.drifts]
    assert all(d.missing == d.detail.endswith("is missing") for d in made.drifts)
    return told, made.envelope


def test_an_envelope_as_documented_does_not_drift():
    assert drifts() == ([], ENVELOPE)


def test_capability_is_read_as_general_capability():
    told, envelope = drifts(general_capability=..., capability=["Reasoning"])

    assert told == ["/capability: capability stands for general_capability"]
    assert envelope["general_capability"] == ["Reasoning"]
    assert "capability" not in envelope


@pytest.mark.parametrize("key", ["domain", "general_capability"])
def test_a_list_written_with_commas_is_parted(key):
    told, envelope = drifts(**{key: "Art , History"})

    assert told == [f"/{key}: {key} is the string 'Art , History', not a list"]
    assert envelope[key] == ["Art", "History"]


@pytest.mark.parametrize(("version", "text"), [(1, "1"), (2.0, "2.0")])
def test_a_version_that_is_a_number_becomes_a_text(version, text):
    told, envelope = drifts(version=version)

    assert (told, envelope["version"]) == (
        ["/version: version is a number, not a string"],
        text,
    )


@pytest.mark.parametrize("version", [True, False, None, [1]])
def test_a_version_that_is_neither_is_left_to_the_schema(version):
    assert drifts(version=version) == ([], ENVELOPE | {"version": version})


def test_the_modality_in_front_of_the_paradigm_is_taken_off():
    told, envelope = drifts(type="image comprehension")

    assert told == ["/type: type is 'image comprehension', not 'comprehension'"]
    assert envelope["type"] == "comprehension"


@pytest.mark.parametrize("kind", ["MultipleChoiceQA", "", "   ", "Text to SQL"])
def test_a_type_that_is_the_form_of_a_language_task_is_left_alone(kind):
    assert drifts(type=kind) == ([], ENVELOPE | {"type": kind})


@pytest.mark.parametrize(
    "key",
    [
        "type",
        "modality",
        "skill",
        "domain",
        "general_capability",
        "version",
        "set_type",
    ],
)
def test_a_prescribed_field_that_is_missing_is_named(key):
    assert drifts(**{key: ...})[0] == [f": {key} is missing"]


def test_a_field_that_the_envelope_does_not_know_is_named():
    assert drifts(**{"a/b": 1})[0] == ["/a~1b: a/b is not a field of the envelope"]


def test_an_annotation_at_another_place_is_named():
    made = assembled(ENVELOPE | {"data": []}, annotation="json/annotation.json")

    assert made is not None
    assert [str(d.where) for d in made.drifts] == ["json/annotation.json"]
    assert (
        made.drifts[0].detail
        == "the annotation file is not annotation.json in the task folder"
    )


@given(
    st.dictionaries(
        st.sampled_from(
            [*ENVELOPE, "family", "$schema", "capability", "labels", "license", "odd"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["in", "out", "a"]), inner, max_size=2
                )
            ),
            max_leaves=5,
        ),
    )
)
def test_no_envelope_is_too_odd_to_be_read(envelope):
    made = assembled({**envelope, "data": [QUESTION, None]})

    assert made is not None
    assert made.family.id in schemas.families()
    assert made.name


# The family.


def test_a_stated_family_is_taken_whatever_the_samples_are():
    made = task("image/depth", None)

    assert (made.choice.family, made.choice.reason) == ("image/depth", "stated")
    assert made.choice.where == Where("annotation.json", "/family")


def test_the_schema_that_an_editor_is_pointed_to_states_the_family():
    choice = inferred(**{"$schema": "../schemas/audio/qa.json"})

    assert (choice.family, choice.stated) == ("audio/qa", "audio/qa")


@pytest.mark.parametrize("stated", ["image/nothing", "", "../image/vqa", "IMAGE/VQA"])
def test_an_unknown_family_is_kept_in_mind_and_another_inferred(stated):
    choice = inferred(QUESTION, family=stated)

    assert (choice.family, choice.stated) == ("text/open-qa", stated)


@pytest.mark.parametrize("stated", [7, None, ["image/vqa"], {"a": 1}])
def test_a_family_that_is_no_text_states_nothing(stated):
    choice = inferred(QUESTION, family=stated)

    assert (choice.family, choice.stated) == ("text/open-qa", None)


def test_the_reason_says_what_spoke_for_the_family():
    choice = inferred(QUESTION, task="Odd trivia", type="OpenQA")

    assert choice.reason == (
        "inferred: fits all 1 samples looked at; type says OpenQA; named 'qa'; named 'open qa'"
    )


def test_the_folder_says_the_modality_before_the_annotation_does():
    sides = {"in": ["video"], "out": ["text"]}
    place = {"modality": "image", "paradigm": "comprehension"}

    assert inferred(PICTURE, modality=sides, place=place).family == "image/vqa"


@pytest.mark.parametrize(
    ("sides", "kind"),
    [
        ({"in": ["text"], "out": ["audio"]}, "audio"),
        ({"in": ["image", "text"], "out": ["3D"]}, "mesh"),
        ({"in": ["video", "audio"], "out": ["text"]}, "video"),
        ({"in": ["audio", "video"], "out": ["boxes"]}, "audio"),
        ({"in": ["text"], "out": ["motion"]}, "mesh"),
        ({"in": "nlp", "out": "text"}, "text"),
        ({"in": [None, 3, ["image"]], "out": {}}, "text"),
        (["image"], "text"),
        ("image", "text"),
        ({}, "text"),
    ],
)
def test_a_task_that_fits_nothing_falls_back_to_its_modality(sides, kind):
    choice = inferred({"id": "1", "odd": 1}, modality=sides)

    assert (choice.family, choice.reason) == (f"{kind}/generic", "no family fits")


def test_the_nearest_family_is_shown_with_the_first_difference():
    broken = {
        "id": "1",
        "input": {"image": "a.png"},
        "output": {"text": {"bird": [1, 2, 3, 4]}},
    }
    choice = inferred(
        broken, task="Bird Detection", modality={"in": ["image"], "out": ["boxes"]}
    )

    assert (choice.nearest, choice.family) == ("image/detection", "image/generic")
    assert choice.difference == "/input: 'image_file' is missing"


def test_a_difference_is_shown_at_its_json_pointer():
    broken = QUESTION | {
        "input": {"question": "Why?", "table": {"header": ["a"], "rows": [{}]}}
    }
    choice = inferred(
        broken, task="Open QA", modality={"in": ["text"], "out": ["text"]}
    )

    assert (
        choice.difference
        == "/input/table/rows/0: expected a list, found an empty object"
    )


def test_a_type_that_names_a_family_decides_even_if_no_sample_fits():
    nothing = {"id": "1", "input": {"question": None}, "output": {"answer": None}}

    assert inferred(nothing, type="OpenQA").family == "text/open-qa"


def test_without_a_sample_there_is_nothing_to_infer_from():
    choice = inferred(modality={"in": ["audio"], "out": ["text"]})

    assert choice.family == "audio/generic"
    assert choice.reason == "there is no sample to infer it from"
    assert choice.nearest is None


@pytest.mark.parametrize(
    ("bad", "family"), [(4, "text/open-qa"), (5, "text/open-qa"), (6, "text/generic")]
)
def test_half_of_the_samples_must_fit(bad, family):
    good = [QUESTION] * (10 - bad)

    assert inferred(*good, *[{"id": "x"}] * bad).family == family


def test_a_form_that_is_stated_counts_more_than_one_broken_sample():
    letter = {
        "id": "1",
        "input": {"question": "Which?", "options": ["a", "b"]},
        "output": {"answer": "A"},
    }
    broken = letter | {"input": {"question": "Which?"}}

    assert (
        inferred(*[letter] * 9, broken, type="MultipleChoiceQA").family
        == "text/multiple-choice-qa"
    )


def test_the_paradigm_tells_families_of_one_shape_apart():
    sample = {
        "id": "1",
        "input": {"image_file": "a.png"},
        "output": {"mask_file": "m.png"},
    }
    kinds = {
        paradigm: inferred(
            sample, place={"modality": "image", "paradigm": paradigm}
        ).family
        for paradigm in ("comprehension", "generation")
    }

    assert kinds == {
        "comprehension": "image/semantic-segmentation",
        "generation": "image/image-to-mask",
    }


def test_samples_are_probed_all_over_the_file():
    late = [{"id": "x"}] * 50 + [QUESTION] * 150

    assert inferred(*late).family == "text/open-qa"
    assert "75% of 40 samples" in inferred(*late).reason


# Columns of words.


def columns(made):
    return {
        ("/".join(str(s) for s in c.slot.path), c.slot.reference): [
            (c.where(i).pointer, v) for i, v in enumerate(c.values)
        ]
        for c in texts_of(made)
    }


def test_each_place_of_the_schema_is_a_column_of_words():
    found = columns(
        task(
            "image/vqa", PICTURE, PICTURE | {"id": "2", "output": {"text": ["b", "c"]}}
        )
    )

    assert found == {
        ("input/prompt", False): [
            ("/data/0/input/prompt", "What?"),
            ("/data/1/input/prompt", "What?"),
        ],
        ("output/text", True): [("/data/0/output/text", "a cat")],
        ("output/text/*", True): [
            ("/data/1/output/text/0", "b"),
            ("/data/1/output/text/1", "c"),
        ],
    }


def test_paths_ids_and_the_like_are_no_words():
    sample = PICTURE | {"group": "g", "license": "mit", "source": "s", "language": "en"}

    assert {path for path, _ in columns(task("image/vqa", sample))} == {
        "input/prompt",
        "output/text",
    }


def test_samples_that_are_broken_have_no_words_and_the_others_keep_their_places():
    made = task(
        "text/open-qa", None, {"input": "x"}, {"input": {"question": 7}}, [1], QUESTION
    )

    assert columns(made) == {
        ("input/question", False): [("/data/4/input/question", "Why?")],
        ("output/answer", True): [("/data/4/output/answer", "So.")],
    }
    assert [c.sample(0) for c in texts_of(made)] == ["1", "1"]


def test_maps_and_tables_are_columns_too():
    table = {"header": ["a"], "rows": [["b", 1], ["c"]]}
    made = task(
        "text/open-qa", QUESTION | {"input": {"question": "Why?", "table": table}}
    )

    assert columns(made)["input/table/rows/*/*", False] == [
        ("/data/0/input/table/rows/0/0", "b"),
        ("/data/0/input/table/rows/1/0", "c"),
    ]


def test_keys_with_slashes_and_tildes_are_escaped():
    made = task("text/generic", {"id": "1", "a/b": {"c~d": "words"}})

    assert columns(made) == {("*/**", False): [("/data/0/a~1b/c~0d", "words")]}


FREE = {
    "id": "1",
    "group": "g",
    "input": {
        "image_file": "a.png",
        "mask_files": ["m.png", 3],
        "question": "Q",
        "options": ["x", "y"],
        "odd": {"deep": ["D"]},
        "gt_image_file": "true/a.png",
        "gt_dir": "true",
        "gt_note": "N",
    },
    "output": {"text": "T", "audio_path": "o.wav", "more": [{"n": "M"}]},
    "answer": ["A"],
    "clue": "C",
    "video_folder": "frames/1",
}


@pytest.mark.parametrize("kind", ["image", "video", "audio", "mesh", "text"])
def test_free_fields_are_media_references_or_words_and_never_two_of_them(kind):
    made = task(f"{kind}/generic", FREE, {"id": "2", "input": "I", "output": "O"})

    media = {(m.where.pointer, m.kind, m.reference) for m in made.media}
    assert media == {
        ("/data/0/input/image_file", "image", False),
        ("/data/0/input/mask_files/0", "mask", False),
        ("/data/0/input/gt_image_file", "image", True),
        ("/data/0/input/gt_dir", "frames", True),
        ("/data/0/output/audio_path", "audio", True),
        ("/data/0/video_folder", "frames", False),
    }
    words = [(p, v, c.slot.reference) for c in texts_of(made) for p, v in _spots(c)]
    assert sorted(words) == [
        ("/data/0/answer/0", "A", True),
        ("/data/0/clue", "C", False),
        ("/data/0/input/gt_note", "N", True),
        ("/data/0/input/odd/deep/0", "D", False),
        ("/data/0/input/options/0", "x", False),
        ("/data/0/input/options/1", "y", False),
        ("/data/0/input/question", "Q", False),
        ("/data/0/output/more/0/n", "M", True),
        ("/data/0/output/text", "T", True),
        ("/data/1/input", "I", False),
        ("/data/1/output", "O", True),
    ]
    first = next(made.samples())
    assert set(first.reference.values) == {
        "/input/gt_image_file", "/input/gt_dir", "/input/gt_note", "/output", "/answer",
    }  # fmt: skip


def _spots(column):
    return [(column.where(i).pointer, v) for i, v in enumerate(column.values)]


def test_a_column_is_searched_only_where_a_needle_stands():
    (column, *_) = texts_of(
        task("text/open-qa", QUESTION, QUESTION | {"input": {"question": "Hm?"}})
    )
    pattern = re.compile("[A-Z]h")

    assert [(i, m[0]) for i, m in column.matches(pattern, ["h"])] == [(0, "Wh")]
    assert list(column.matches(pattern, ["#"])) == []
    assert [i for i, _ in column.matches(re.compile("m"))] == [1]


def test_values_are_found_with_their_sample_and_pointer():
    boxes = {
        "id": "1",
        "input": {"image_file": "a.png"},
        "output": {"text": {"a/b": [[1, 2, 3, 4]]}},
    }
    made = task("image/detection", None, boxes)
    found = [v for s in made.slots(geometry="xywh") for v in made.values(s)]

    assert (1, ("output", "text", "a/b", 0), [1, 2, 3, 4]) in found
    assert {(index, pointer[:3]) for index, pointer, _ in found} == {
        (1, ("output", "text", "a/b"))
    }


# Media.


def media(given, *files, kind="image", annotation="annotation.json"):
    return Resolver(entries(*files), annotation).file(given, kind)


@pytest.mark.parametrize(
    ("given", "kind", "file"),
    [
        ("images/a.png", "image", "images/a.png"),
        ("./images/a.png", "image", "images/a.png"),
        ("images//b/../a.png", "image", "images/a.png"),
        ("a.png", "image", "images/a.png"),
        ("a.png", "mask", "masks/a.png"),
        ("b.png", "mask", "images/b.png"),
        ("./data/comprehension/some-task/images/a.png", "image", "images/a.png"),
        ("/home/me/task/images/a.png", "image", "images/a.png"),
        ("C:\\task\\images\\a.png", "image", "images/a.png"),
        ("https://example.org/x/images/a.png", "image", "images/a.png"),
        ("elsewhere/a.png", "image", "images/a.png"),
        ("v1", "frames", "videos/v1"),
        ("videos/v1/", "frames", "videos/v1"),
        ("v1/0001.jpg", "image", "videos/v1/0001.jpg"),
        ("c.mp4", "video", "video/c.mp4"),
        ("c.npz", "array", "depth/c.npz"),
        ("..hidden/e.png", "image", "..hidden/e.png"),
    ],
)
def test_a_path_is_found_under_each_convention(given, kind, file):
    there = (
        "images/a.png", "images/b.png", "masks/a.png", "videos/v1/0001.jpg", "video/c.mp4",
        "depth/c.npz", "..hidden/e.png",
    )  # fmt: skip

    assert media(given, *there, kind=kind) == file


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "..",
        "../a.png",
        "../../etc/passwd",
        "images/../../a.png",
        "b.png",
        "a.png\0",
        "/",
    ],
)
def test_a_path_that_leads_nowhere_or_out_is_no_file(given):
    assert media(given, "images/a.png", "a.png") is None


def test_a_path_upwards_is_read_from_the_folder_of_the_annotation():
    assert (
        media("../images/a.png", "images/a.png", annotation="json/annotation.json")
        == "images/a.png"
    )
    assert (
        media("../../images/a.png", "images/a.png", annotation="json/annotation.json")
        is None
    )


def test_a_path_may_start_from_the_folder_of_the_annotation():
    assert (
        media("pics/a.png", "json/pics/a.png", annotation="json/annotation.json")
        == "json/pics/a.png"
    )


def test_a_missing_input_is_not_found_among_the_references():
    assert media("2.png", "images/1.png", "targets/2.png") is None


def test_a_path_longer_than_any_file_system_takes_is_not_looked_for():
    assert media("a/" * LONGEST_PATH + "images/a.png", "images/a.png") is None


def test_media_are_in_the_order_of_the_samples_with_place_kind_and_owner():
    pairs = [
        {
            "id": f"s{i}",
            "input": {"image_file": f"{i}.png"},
            "output": {"image_file": f"true/{i}.png"},
        }
        for i in (1, 2)
    ]
    made = task(
        "image/restoration", *pairs, files=("images/1.png", "true/1.png", "true/2.png")
    )

    assert [
        (m.sample, m.where.pointer, m.kind, m.given, m.file, m.reference)
        for m in made.media
    ] == [
        ("s1", "/data/0/input/image_file", "image", "1.png", "images/1.png", False),
        ("s1", "/data/0/output/image_file", "image", "true/1.png", "true/1.png", True),
        ("s2", "/data/1/input/image_file", "image", "2.png", None, False),
        ("s2", "/data/1/output/image_file", "image", "true/2.png", "true/2.png", True),
    ]


def test_a_media_place_that_holds_no_text_is_passed_over():
    odd = [
        {"id": "1", "input": {"image_file": value}}
        for value in (None, 7, ["a.png"], {})
    ]

    assert task("image/restoration", *odd, 7, None).media == ()


def test_bare_paths_are_media():
    made = task(
        "video/depth",
        {"id": "1", "input": "v.mp4", "output": "v.npz"},
        files=("video/v.mp4", "depth/v.npz"),
    )

    assert [(m.file, m.kind, m.reference) for m in made.media] == [
        ("video/v.mp4", "video", False),
        ("depth/v.npz", "array", True),
    ]


# Questions and references.


def test_a_sample_is_parted_into_question_and_reference():
    made = task("image/vqa", PICTURE | {"group": "g1"})

    assert list(made.samples()) == [
        Sample(
            Question(
                "1",
                {"id": "1", "input": PICTURE["input"], "group": "g1"},
                Where("annotation.json", "/data/0"),
            ),
            Reference({"/output": {"text": "a cat"}}),
            "g1",
        )
    ]


def test_parting_leaves_the_sample_as_it_was():
    made = task("image/vqa", PICTURE)
    before = json.dumps(made.data)

    list(made.samples())

    assert json.dumps(made.data) == before


def test_a_reference_is_cut_from_inside_the_input():
    sample = {
        "id": "1",
        "input": {"video_folder": "f", "gt_dir": "true/1"},
        "output": {},
    }
    (parted,) = task("video/salient-object-detection", sample).samples()

    assert parted.question.input == {
        "id": "1",
        "input": {"video_folder": "f"},
        "output": {},
    }
    assert parted.reference.values == {"/input/gt_dir": "true/1"}


def test_a_reference_is_cut_whatever_it_holds():
    for value in (None, 0, "", [], {}, [[1]]):
        (parted,) = task("image/vqa", PICTURE | {"output": value}).samples()
        assert parted.reference.values == {"/output": value}
        assert "output" not in parted.question.input


@pytest.mark.parametrize("group", [None, 7, ["g"], {}])
def test_a_group_that_is_no_text_is_none(group):
    (parted,) = task("image/vqa", PICTURE | {"group": group}).samples()

    assert parted.group is None


def test_a_sample_without_an_id_is_parted_all_the_same():
    (parted,) = task(
        "image/vqa", {k: v for k, v in PICTURE.items() if k != "id"}
    ).samples()

    assert (parted.id, parted.reference.values) == ("", {"/output": {"text": "a cat"}})


def test_nothing_of_an_answer_is_shown_by_a_sample_that_is_printed():
    (parted,) = task("image/vqa", PICTURE).samples()

    assert "cat" not in repr(parted)
