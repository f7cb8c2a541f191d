"""The folder of schemas is the registry: what holds for one family holds for all."""

from __future__ import annotations

import json
import math
import re

import jsonschema
import jsonschema_rs
import orjson
import pytest

import schemas
from curation.document import parse
from curation.model import Where, modality
from curation.read import Folder
from curation.task import assemble
from schemas import ANY, DEEP, find
from validators.decoders import DECODERS

FAMILIES = list(schemas.families().values())
FILES = sorted(
    p.relative_to(schemas.FOLDER).as_posix() for p in schemas.FOLDER.rglob("*.json")
)
SHAPED = [f for f in FAMILIES if not f.id.endswith("/generic")]

HIDDEN = {
    "video/editing": {"output/video_file", "output/video_folder"},
    "video/restoration": {"output", "input/gt_dir"},
    "video/salient-object-detection": {"input/gt_dir"},
    "video/spatio-temporal-grounding": {
        "tube_start_frame", "tube_end_frame", "tube_start_time", "tube_end_time", "trajectory",
    },
    "video/super-resolution": {"output", "input/gt_dir"},
}  # fmt: skip
"""Where the reference stands in the families in which it is not just `output`."""

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.id)


def read(value):
    folder = Folder(schemas.FOLDER, "x", (), ("annotation.json",))
    task = assemble(folder, parse(orjson.dumps(value), Where("annotation.json")))
    assert task is not None
    return task


def samples(family):
    return [sample for document in family.examples for sample in document["data"]]


def nodes(value, at=()):
    """Yield each place in a value with what stands there."""
    yield at, value
    for key, item in _items(value):
        yield from nodes(item, (*at, key))


def _items(value):
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def put(value, at, new):
    """Copy a value with *new* at a place."""
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = put(copy[at[0]], at[1:], new)
    return copy


def dropped(value, at):
    """Copy a value without what stands at a place."""
    copy = value.copy()
    if at[1:]:
        copy[at[0]] = dropped(copy[at[0]], at[1:])
    else:
        del copy[at[0]]
    return copy


def mutants(family):
    """Yield the family's samples, each broken once; every place in turn in another way."""
    turn = 0
    for sample in samples(family):
        for at, value in nodes(sample):
            turn += 1
            wrong = "a text" if type(value) in {int, float, list, dict} else 7
            ways = {0: wrong, 1: None, 2: []}
            if turn % 4 in ways:
                yield put(sample, at, ways[turn % 4])
            elif at:
                yield dropped(sample, at)
            if isinstance(value, dict):
                yield put(sample, at, value | {"surprise": 1})


def slow_paths(family, sample):
    return sorted(
        list(map(str, e.absolute_path)) for e in family.exact.iter_errors(sample)
    )


def fast_paths(family, sample):
    return sorted(list(map(str, e.instance_path)) for e in family.errors(sample))


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_a_valid_schema_that_says_what_it_is(name):
    schema = json.loads((schemas.FOLDER / name).read_text("utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["title"].strip()
    assert schema["description"].strip().endswith(".")


def test_each_modality_has_families_and_one_that_takes_anything():
    kinds = {f.modality for f in FAMILIES}

    assert {modality(kind) for kind in kinds} == kinds
    assert {f"{kind}/generic" for kind in kinds} <= {f.id for f in FAMILIES}
    assert {f.id for f in FAMILIES if f.weight == -9} == {f"{k}/generic" for k in kinds}


@each_family
def test_every_family_has_hints_a_paradigm_and_an_example_that_states_it(family):
    assert set(family.schema["x-hints"]) == {"types", "words", "weight"}
    assert all(word == word.lower() for word in family.words)
    free = family.modality == "text" or family.id.endswith("/generic")
    assert (family.paradigm is None) == free
    assert [e["family"] for e in family.examples] == [family.id] * len(family.examples)
    assert len(family.examples[0]["data"]) == 2


@each_family
def test_every_example_fits_in_both_validators(family):
    document = f"{family.id}.json"

    for example in family.examples:
        assert list(schemas.exact_validator(document).iter_errors(example)) == []
        assert schemas.fast_validator(document).is_valid(example)
    for sample in samples(family):
        assert slow_paths(family, sample) == fast_paths(family, sample) == []


@pytest.mark.slow
@each_family
def test_both_validators_agree_on_every_mutation_of_every_example(family):
    tried = 0
    for mutant in mutants(family):
        fast = fast_paths(family, mutant)

        assert (slow_paths(family, mutant), not fast) == (fast, family.is_valid(mutant))
        tried += 1
    assert tried > 10


def test_mutations_reach_every_way_of_being_wrong():
    broken = list(mutants(schemas.families()["image/vqa"]))

    assert any("surprise" in m for m in broken if isinstance(m, dict))
    assert any("input" not in m for m in broken if isinstance(m, dict))
    assert any(m.get("output") == [] for m in broken if isinstance(m, dict))
    assert None in broken or 7 in broken or [] in broken


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        -0.0,
        10**20,
        10**400,
        math.inf,
        math.nan,
        "\U0001f600" * 200,
        "é",
        "\0",
        True,
        {},
        [[]],
    ],
    ids=lambda v: str(v)[:8],
)
def test_both_validators_agree_on_odd_values(value):
    whole = schemas.families()["audio/classification"]

    for at in (("id",), ("input", "prompt"), ("output", "text")):
        odd = put(
            {
                "id": "1",
                "input": {"audio_file": "a", "prompt": "p"},
                "output": {"text": "t"},
            },
            at,
            value,
        )
        assert slow_paths(whole, odd) == fast_paths(whole, odd)


@each_family
def test_an_example_infers_its_own_family_where_none_is_stated(family):
    if family not in SHAPED:
        return
    told = {k: v for k, v in family.examples[0].items() if k != "family"}
    choice = read(told).choice

    assert (choice.family, choice.stated) == (family.id, None)
    assert choice.reason.startswith("inferred: fits all 2 samples looked at")


@pytest.mark.parametrize("kind", ["image", "video", "audio", "mesh", "text"])
def test_the_example_of_a_generic_family_falls_back_to_it(kind):
    family = schemas.families()[f"{kind}/generic"]
    told = {k: v for k, v in family.examples[0].items() if k != "family"}
    choice = read(told).choice

    assert (choice.family, choice.reason) == (family.id, "no family fits")
    assert choice.nearest is not None


@each_family
def test_annotations_are_of_known_kinds_and_an_example_has_each(family):
    marked = [s for s in family.slots if s.media or s.geometry or s.label or s.choice]

    assert {s.media for s in marked} <= {None, "frames", *DECODERS} - {"frame"}
    assert {s.geometry for s in marked} <= {
        None, "xywh", "xyxy", "point", "span", "rle", "tube",
    }  # fmt: skip
    assert {s.choice for s in marked} <= {None, "text", "letter"}
    if family in SHAPED:
        data = samples(family)
        unseen = [s.path for s in marked if not any(any(find(s.path, d)) for d in data)]
        assert unseen == []


@each_family
def test_the_reference_stands_where_it_is_known_to(family):
    whole = {"/".join(map(str, s.path)) for s in family.slots if s.whole}
    if family in SHAPED:
        assert whole == HIDDEN.get(family.id, {"output"})
    assert all(s.reference for s in family.slots if s.whole)


def dyed(sample, places):
    """Copy a sample with a mark in all that stands at these places, and list the marks."""
    marks = []
    for place in places:
        for at, value in find(tuple(place.split("/")), sample):
            for inner, part in nodes(value, at):
                mark = f"dye-{len(marks)}-"
                if isinstance(part, list):
                    continue
                marks.append(mark)
                new = part | {mark: 1} if isinstance(part, dict) else mark
                sample = put(sample, inner, new)
    return sample, marks


@each_family
def test_nothing_of_a_reference_is_left_in_the_question(family):
    places = HIDDEN.get(family.id, {"output"})
    for document in family.examples:
        pairs = [dyed(sample, places) for sample in document["data"]]
        task = read(document | {"data": [sample for sample, _ in pairs]})
        for sample, (_, marks) in zip(task.samples(), pairs, strict=True):
            asked = repr(sample.question)
            assert [m for m in marks if m in asked] == []
            told = orjson.dumps(dict(sample.reference.values)).decode()
            assert [m for m in marks if m not in told] == []


@each_family
def test_what_is_no_reference_is_left_as_it_was(family):
    for document in family.examples:
        for sample, parted in zip(
            document["data"], read(document).samples(), strict=True
        ):
            kept = sample
            for pointer in parted.reference.values:
                kept = dropped(kept, tuple(pointer.split("/")[1:]))
            assert parted.question.input == kept


@each_family
def test_a_bundle_needs_no_other_file(family):
    bundle = schemas.bundled(family)
    references = re.findall(r'"\$ref":"([^"]*)"', orjson.dumps(bundle).decode())

    assert {r.rpartition("/")[0] for r in references} == {"#/$defs"}
    assert {r.rpartition("/")[2] for r in references} <= set(bundle["$defs"])
    validator = jsonschema_rs.Draft202012Validator(bundle, offline=True)
    assert all(map(validator.is_valid, family.examples))
    assert not validator.is_valid(family.examples[0] | {"data": [None]})


def test_a_missing_reference_target_is_an_error():
    with pytest.raises(KeyError):
        schemas._follow("image/vqa.json", "../common.json#/$defs/nothing")


SAMPLE = {"a": {"b": ["x", {"c": "y"}], "1": "z"}, "b": [["p", "q"], ["r"]], "n": 7}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ((), [((), SAMPLE)]),
        (("n",), [(("n",), 7)]),
        (("a", "b", ANY), [(("a", "b", 0), "x"), (("a", "b", 1), {"c": "y"})]),
        (("a", "b", ANY, "c"), [(("a", "b", 1, "c"), "y")]),
        (("b", ANY, "1"), [(("b", 0, 1), "q")]),
        (("a", "1"), [(("a", "1"), "z")]),
        (("a", re.compile("^[0-9]$")), [(("a", "1"), "z")]),
        (
            ("a", DEEP),
            [(("a", "b", 0), "x"), (("a", "b", 1, "c"), "y"), (("a", "1"), "z")],
        ),
        (("n", DEEP), []),
        (("b", "7"), []),
        (("missing", ANY, DEEP), []),
    ],
)
def test_a_path_leads_to_what_it_names(path, found):
    assert list(find(path, SAMPLE)) == found


def vqa(**parts):
    return {
        "id": "a",
        "input": {"image_file": "i/1.png", "prompt": "What is it?"},
    } | parts


LETTER = {
    "id": "q",
    "input": {"question": "Which?", "options": ["red", "blue"]},
    "output": {"answer": "B"},
}
CLIP = {"video_folder": "frames/7", "prompt": "the left one"}

SHAPES = {
    "1 several answers": ("image/vqa", vqa(output={"text": ["kite", "a kite"]})),
    "2 question beside prompt": (
        "image/vqa",
        {
            "id": "l1",
            "input": {"image_file": "7.png", "question": "Which stage? ['I', 'II']", "prompt": "Answer:"},
            "output": {"text": "II"},
        },
    ),
    "3 prediction is the reference": (
        "image/classification", vqa(output={"prediction": "Borgward"})
    ),
    "4 boxes by class": (
        "image/detection", vqa(output={"text": {"wren": [[4, 5, 60, 70], [9, 9, 9, 9]]}})
    ),
    "5 boxes as a list of maps": (
        "image/detection", vqa(output={"bbox": [{"Fall": [1.5, 2.5, 30.0, 40.0]}]})
    ),
    "6 letter of an option": ("text/multiple-choice-qa", LETTER),
    "6 with a passage": (
        "text/multiple-choice-qa", LETTER | {"input": LETTER["input"] | {"text": "It is dusk."}}
    ),
    "7 open question": (
        "text/open-qa",
        {"id": "t", "input": {"question": "When?", "context": "At 5."}, "output": {"answer": ["5", "17:00"]}},
    ),
    "7 about a table": (
        "text/open-qa",
        {
            "id": "t",
            "input": {"question": "Sum?", "table": {"header": ["a"], "rows": [["1"], ["2"]]}},
            "output": {"answer": "3"},
        },
    ),
    "8 template": (
        "text/classification",
        {
            "id": "01",
            "input": {"raw_text": "Fine.", "prompt": "<<<raw_text>>> Choose from: good, bad."},
            "output": {"category": "good"},
        },
    ),
    "8 extraction": (
        "text/extraction",
        {"id": "02", "input": {"raw_text": "Ann met Bo.", "prompt": "<<<raw_text>>>"}, "output": {"text": "Ann, Bo"}},
    ),
    "9 dialogue": (
        "text/dialogue", {"id": "d", "dialog": ["hey", "you"], "output": {"response": "yes"}}
    ),
    "10 one document": (
        "text/summarization", {"id": "s", "document": "Long.", "output": {"summary": "L."}}
    ),
    "10 several documents": (
        "text/summarization",
        {"id": "s", "document_list": ["One.", "Two."], "output": {"highlights": "1, 2"}},
    ),
    "11 translation": (
        "text/translation",
        {"id": "n", "in": "Danish", "out": "Dutch", "input": "hej", "output": "hoi"},
    ),
    "11 translation in a field": (
        "text/translation",
        {"id": "n", "in": "Danish", "out": "Dutch", "input": "hej", "output": {"translation": "hoi"}},
    ),
    "12 code with worked examples": (
        "text/code-generation",
        {
            "id": "c",
            "language": "lua",
            "goal": "double it",
            "context": [
                {"type": "description", "content": "Twice."},
                {"type": "example", "content": [{"input": "2", "output": "4"}]},
            ],
            "output": {"response": {"content": "return x + x"}},
        },
    ),
    "13 repair": (
        "text/code-repair",
        {"id": "r", "input": {"prompt": "Mend", "sourceCode": "retrun"}, "output": {"repairCode": "return"}},
    ),
    "13 defect": (
        "text/code-defect-detection", {"id": "f", "func": "void f(){}", "output": {"target": 0}}
    ),
    "13 explanation": (
        "text/code-explanation", {"id": "e", "code": "x += 1", "output": {"nl": "counts"}}
    ),
    "13 query": (
        "text/text-to-sql",
        {"id": "q", "input": {"context": "CREATE TABLE t", "question": "All?"}, "output": {"sql": "TABLE t"}},
    ),
    "14 word problem": (
        "text/math-word-problem",
        {
            "id": "m",
            "problem": {"text": "3 by 4?", "constraints": []},
            "output": {"solution": {"steps": ["3 * 4"], "final_answer": "12"}},
        },
    ),
    "14 proof": (
        "text/proof",
        {"id": "p", "statement": "1 < 2", "output": {"proof": {"steps": ["count"], "conclusion": "so"}}},
    ),
    "15 story": (
        "text/story-generation",
        {"id": "o", "input": {"prompt": "A fox"}, "output": {"story": "It ran."}},
    ),
    "15 paraphrase": (
        "text/paraphrase",
        {"id": "o", "input": {"originalSentence": "He left."}, "output": {"paraphraseSentence": "He went."}},
    ),
    "15 grammar": (
        "text/grammar-correction",
        {
            "id": "o",
            "input": {"Error Type": "verb", "Ungrammatical Statement": "He go."},
            "output": {"Standard English": "He goes."},
        },
    ),
    "15 style": (
        "text/style-transfer",
        {"id": "o", "input": {"text": "Sup", "style": "formal"}, "output": {"answer": "Good day"}},
    ),
    "15 table": (
        "text/table-to-text",
        {
            "id": "o",
            "input": {"table": [{"header": ["age"], "rows": [["9"]]}]},
            "output": {"response": {"text": "Nine years."}},
        },
    ),
    "16 time series": (
        "text/time-series", {"id": "x", "input": {"data": [2.0, 4.0]}, "output": {"target": 6.0}}
    ),
    "17 frames as files": (
        "video/qa",
        {"id": "2", "input": {"video_file_list": ["c/1.jpg", "c/2.jpg"], "prompt": "Who?"}, "output": {"text": "Bo"}},
    ),
    "17 caption": (
        "video/captioning",
        {"id": "2", "input": {"video_file_list": ["c/1.jpg"], "prompt": "Say."}, "output": {"text": "Rain."}},
    ),
    "18 masks by frame": (
        "video/object-segmentation",
        {
            "id": "2",
            "input": CLIP,
            "output": {"0": {"mask": {"size": [4, 6], "counts": "0H"}}, "12": {"mask": {}}},
        },
    ),
    "19 tube as a list": (
        "video/spatio-temporal-grounding",
        {
            "original_video_id": "k", "video_path": "k.mp4", "frame_count": 80, "caption": "He sits.",
            "tube_start_frame": 2, "tube_end_frame": 3, "trajectory": [[1, 2, 3, 4], [1, 2, 3, 5]],
        },
    ),
    "19 tube by frame": (
        "video/spatio-temporal-grounding",
        {
            "original_video_id": "k", "video_path": "k.mp4", "frame_count": 80, "caption": "He sits.",
            "tube_start_frame": 7, "tube_end_frame": 8, "trajectory": {"7": {"bbox": [1, 2, 3, 4]}},
        },
    ),
    "20 bare paths": ("video/depth", {"id": "5", "input": "d5.mp4", "output": "d5.npz"}),
    "21 matching": ("video/object-matching", {"id": "5", "input": CLIP, "output": {"answer": "3"}}),
    "21 tracking": (
        "video/object-tracking",
        {"id": "5", "input": CLIP, "output": {"answer": [[5, 5, 9, 9], [0, 0, 0, 0]]}},
    ),
    "22 flow": ("video/optical-flow", {"id": "5", "input": CLIP, "output": {"flow": "flow/5.flo"}}),
    "23 translation of a film": (
        "video/editing",
        {
            "id": "5",
            "input": {"source_prompt": "an oak", "target_prompt": "an elm"},
            "output": {"frame_dir": "made/5"},
        },
    ),
    "24 restoration": (
        "video/restoration",
        {"id": "5", "input": {"pred_dir": "made/5", "gt_dir": "true/5"}, "output": {}},
    ),
    "24 salient objects": (
        "video/salient-object-detection",
        {"id": "5", "input": {"pred_dir": "made/5", "gt_dir": "true/5"}, "output": {}},
    ),
    "24 super-resolution": (
        "video/super-resolution", {"id": "5", "input": {"pred_dir": "made/5"}, "output": {}}
    ),
    "25 from words": ("video/text-to-video", {"id": "5", "input": {"prompt": "A lake."}}),
    "25 from an image": (
        "video/image-to-video", {"id": "5", "input": {"prompt": "It moves.", "image": "images/5.jpg"}}
    ),
    "26 a word": (
        "audio/classification",
        {"id": "8", "input": {"audio_file": "8.wav", "prompt": "Which?"}, "output": {"text": "owl"}},
    ),
    "26 a number": (
        "audio/classification",
        {"id": "8", "input": {"audio_file": "8.wav", "prompt": "Bird?"}, "output": {"text": 1}},
    ),
    "26 several": (
        "audio/captioning",
        {"id": "8", "input": {"audio_file": "8.wav", "prompt": "Say."}, "output": {"text": ["rain", "drops"]}},
    ),
    "27 from a recording": (
        "audio/style-transfer",
        {"id": "8", "input": {"audio_file": "8.wav", "prompt": "As a flute"}, "output": {}},
    ),
    "27 from a film": (
        "audio/video-to-audio",
        {"id": "8", "input": {"video_file": "8.mp4", "prompt": "Add sound"}, "output": {}},
    ),
    "27 from a picture": (
        "audio/image-to-audio",
        {"id": "8", "input": {"image_file": "8.jpg", "prompt": "Say it"}, "output": {}},
    ),
    "28 a picture": (
        "image/text-to-image",
        {"id": "9", "input": {"prompt": "A hill."}, "output": {"image_file": "true/9.png"}},
    ),
    "28 a mask": (
        "image/image-to-mask",
        {"id": "9", "input": {"image_file": "9.png"}, "output": {"mask_file": "true/9.png"}},
    ),
    "28 a point cloud": (
        "mesh/completion",
        {"id": "9", "input": {"pointcloud_file": "9.ply"}, "output": {"pointcloud_file": "true/9.ply"}},
    ),
    "28 a mesh": (
        "mesh/text-to-mesh",
        {"id": "9", "input": {"prompt": "A mug."}, "output": {"mesh_file": "true/9.glb"}},
    ),
    "28 a motion": (
        "mesh/text-to-motion",
        {"id": "9", "input": {"prompt": "A jump."}, "output": {"motion_file": "true/9.npy"}},
    ),
}  # fmt: skip
"""The benchmark's distinct shapes of a sample, by number, each with its family."""


def test_all_shapes_of_the_benchmark_are_here():
    assert {int(name.split()[0]) for name in SHAPES} == set(range(1, 29))


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_of_the_benchmark_fits_its_family(name):
    family, sample = SHAPES[name]

    assert list(schemas.families()[family].exact.iter_errors(sample)) == []
    task = read({"family": family, "task": "A task", "data": [sample]})
    assert (task.family.id, task.choice.reason) == (family, "stated")


WITHOUT_REFERENCE = ("23", "25", "27", "24 super-resolution")


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_of_the_benchmark_is_parted(name):
    family, sample = SHAPES[name]
    (parted,) = read({"family": family, "task": "A task", "data": [sample]}).samples()

    told = {p for p, value in parted.reference.values.items() if value != {}}
    assert told == {
        f"/{place}"
        for place in HIDDEN.get(family, {"output"})
        for _, value in find(tuple(place.split("/")), sample)
        if value != {}
    }
    assert bool(told) != name.startswith(WITHOUT_REFERENCE)


def test_worked_examples_in_a_prompt_are_no_references():
    family, sample = SHAPES["12 code with worked examples"]
    (parted,) = read({"family": family, "task": "A task", "data": [sample]}).samples()

    assert parted.question.input["context"] == sample["context"]
    assert parted.reference.values == {"/output": sample["output"]}


def test_the_language_to_translate_into_is_no_reference():
    family, sample = SHAPES["11 translation"]
    (parted,) = read({"family": family, "task": "A task", "data": [sample]}).samples()

    assert parted.question.input == {
        "id": "n",
        "in": "Danish",
        "out": "Dutch",
        "input": "hej",
    }
