"""Layout, names, ids and paths of a task folder."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from curation.choosing import FamilyChoice
from curation.document import Oddity, TextOddity, parse
from curation.finding import Finding, examine
from curation.model import MediaRef, Where
from curation.read import Entry, Folder, Unusable
from curation.settings import Settings
from curation.task import Drift, assemble
from tests.galleries import gallery, image, media
from tests.tasks import task
from validators import ids, places, structure
from validators.media import Named
from validators.places import CROWDED

HERE = Where("annotation.json")
QUESTION = {"input": {"question": "Why?"}, "output": {"answer": "So."}}
RULES = (*structure.RULES, *places.RULES, *ids.RULES)


def said(*subjects, rules=RULES, **settings):
    found = list(examine(subjects, rules, Settings(**{"min_samples": 0} | settings)))
    assert [f for f in found if not isinstance(f, Finding)] == []
    return [str(f) for f in found]


def folder(*paths, annotations=("annotation.json",), kind="file", **place):
    entries = tuple(Entry(p, kind, 1) for p in paths)
    return Folder(Path("x"), "x", entries, annotations, **place)


def named(given, entry="file", convention="task", kind="image"):
    file = given if entry else None
    ref = MediaRef(HERE.at("data", 0), kind, given, file, reference=False, sample="s0")
    return Named(ref=ref, entry=entry, convention=convention)


# Annotation files.


def test_a_folder_without_an_annotation_is_an_error():
    assert said(Unusable("x", "no-task", "no annotation file in it")) == [
        ": STR001 no annotation file in it"
    ]


def test_a_folder_that_must_not_be_read_is_an_error():
    denied = Unusable("x", "denied", "cannot be read: Permission denied")
    assert said(denied) == [": STR001 cannot be read: Permission denied"]


def test_an_archive_that_was_refused_is_an_error():
    assert said(Unusable("x.zip", "refused", "'../a' leaves the archive")) == [
        ": STR009 '../a' leaves the archive"
    ]


def test_a_path_that_does_not_exist_is_no_finding_about_a_task():
    assert said(Unusable("x", "absent", "does not exist")) == []


def test_a_second_annotation_is_named_with_the_one_that_is_read():
    assert said(folder(annotations=("annotation.json", "annotation_v2.json"))) == [
        "annotation.json: STR002 this one is read; also found: annotation_v2.json"
    ]
    assert said(folder()) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Oddity.NOT_UTF8, "STR003"),
        (Oddity.BYTE_ORDER_MARK, "STR004"),
        (Oddity.NOT_JSON, "STR005"),
        (Oddity.NOT_AN_OBJECT, "STR005"),
        (Oddity.DUPLICATE_KEY, "STR006"),
        (Oddity.NOT_FINITE, "STR007"),
        (Oddity.TOO_DEEP, "STR008"),
        (Oddity.TOO_LARGE, "STR008"),
    ],
)
def test_each_oddity_of_the_text_has_one_rule(kind, code):
    assert said(TextOddity(HERE, kind, "as seen")) == [
        f"annotation.json: {code} as seen"
    ]


def test_every_oddity_of_a_text_has_a_rule():
    """A file that cannot be read has no text; it is told of as an `Unusable`."""
    kinds = set(Oddity) - {Oddity.UNREADABLE}

    assert all(len(said(TextOddity(HERE, kind, "x"))) == 1 for kind in kinds)


# The place in the tree.


@pytest.mark.parametrize("above", ["Pictures", "speech", "4D"])
def test_a_folder_that_is_no_modality_is_an_error(above):
    assert said(folder(below=(above, "generation"))) == [
        f": STR010 the folder {above!r} is none of image, video, audio, mesh, text"
    ]


@pytest.mark.parametrize("above", ["Image", "VIDEO", "audio", "3D", "3d", "nlp"])
def test_a_modality_in_any_case_is_none(above):
    assert (
        said(
            folder(below=(above, "generation"), modality="image", paradigm="generation")
        )
        == []
    )


@pytest.mark.parametrize("below", [(), ("generation",), ("a", "b"), ("home", "me")])
def test_a_folder_that_is_not_in_the_documented_tree_is_left_alone(below):
    assert said(folder(below=below)) == []


def test_a_paradigm_that_does_not_exist_is_an_error():
    assert said(folder(below=("Image", "understanding"))) == [
        ": STR011 the folder 'understanding' is not a paradigm"
    ]


def test_language_tasks_have_no_paradigm():
    assert said(folder(below=("nlp", "some-group"))) == []


# The envelope.


def test_an_unknown_family_is_an_error_and_what_is_used_is_told():
    choice = FamilyChoice(HERE.at("family"), "image/vqa", "inferred", "image/vqq")

    assert said(choice) == [
        "annotation.json#/family: STR012 'image/vqq' is unknown; image/vqa is used"
    ]


@pytest.mark.parametrize("stated", [None, "image/vqa"])
def test_a_family_that_is_known_or_not_stated_is_fine(stated):
    assert said(FamilyChoice(HERE, "image/vqa", "x", stated)) == []


def test_drift_is_a_note_and_a_missing_field_a_warning():
    assert said(
        Drift(HERE.at("domain"), "domain is a string"),
        Drift(HERE, "skill is missing", missing=True),
    ) == [
        "annotation.json#/domain: STR013 domain is a string",
        "annotation.json: STR014 skill is missing",
    ]


def test_a_task_without_samples_is_an_error():
    assert said(task("text/open-qa"), min_samples=500) == [
        "annotation.json#/data: STR015 the list is empty"
    ]


@pytest.mark.parametrize(
    ("number", "wanted"), [(1, True), (4, True), (5, False), (6, False)]
)
def test_fewer_samples_than_asked_for_is_a_warning(number, wanted):
    found = said(task("text/open-qa", *[QUESTION] * number), min_samples=5)

    assert (
        found
        == [f"annotation.json#/data: STR016 {number} samples, 5 are asked for"] * wanted
    )


# Files and folders.


@pytest.mark.parametrize(
    "path",
    [
        "__pycache__", "images/__MACOSX", ".git", "._a.png", "images/._a.png", ".DS_Store",
        "images/Thumbs.db", "THUMBS.DB", "desktop.ini", "a.pyc", "a.json.swp", "b.tmp", "c.bak",
        "a.png~", ".ipynb_checkpoints",
    ],
)  # fmt: skip
def test_what_a_program_left_behind_is_a_warning(path):
    assert said(folder(path)) == [f"{path}: STR017 left behind by a program"]


@pytest.mark.parametrize(
    "path",
    [
        "images/a.png",
        "pycache/a.png",
        "git/a.png",
        "DS_Store.png",
        "README.md",
        ".gitattributes",
    ],
)
def test_other_files_are_not_stray(path):
    assert said(folder(path)) == []


def test_a_media_file_that_no_sample_names_is_a_warning():
    pictures = [
        {"input": {"image_file": "images/a.png"}, "output": {"image_file": "b.png"}}
    ]
    made = gallery(
        "image/restoration",
        pictures,
        [
            image("images/a.png"),
            image("images/b.png"),
            image("images/c.png"),
            media("notes.txt", "image"),
        ],
    )
    unnamed = type(made)(
        made.task, {k: v for k, v in made.facts.items() if "c" not in k}
    )

    assert said(unnamed, rules=(places.unnamed_media,)) == [
        "images/c.png: STR018 named by no sample"
    ]


def test_the_frames_of_a_folder_that_is_named_are_named():
    clips = [
        {"input": {"video_folder": "frames/v1", "prompt": "x"}, "output": {"text": "y"}}
    ]
    files = ["frames/v1/1.png", "frames/v1/2.png", "frames/v10/1.png"]
    made = gallery("video/captioning", clips, [image(f) for f in files])
    empty = type(made)(made.task, {})

    assert said(empty, rules=(places.unnamed_media,)) == [
        "frames/v10/1.png: STR018 named by no sample"
    ]


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (CROWDED, []),
        (CROWDED + 1, ["images: STR019 10,001 entries, at most 10,000 are accepted"]),
    ],
)
def test_a_folder_with_too_many_entries_is_an_error(number, found):
    assert said(folder(*(f"images/{i}.png" for i in range(number)))) == found


def test_a_task_folder_with_too_many_entries_is_named_by_a_dot():
    assert said(folder(*(f"{i}.png" for i in range(CROWDED + 1)))) == [
        ".: STR019 10,001 entries, at most 10,000 are accepted"
    ]


def test_a_link_is_an_error():
    assert said(folder("images/a.png", kind="link")) == [
        "images/a.png: STR023 a symbolic link"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.png", "A.png"),
        ("images/\u00e9.png", "images/e\u0301.png"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_names_that_differ_in_case_or_unicode_form_are_an_error(one, other):
    assert said(folder(one, other)) == [
        f"{other}: STR024 differs from {one!r} only in case or Unicode form"
    ]


def test_only_names_in_one_folder_can_be_alike():
    assert said(folder("a/x.png", "A2/X.png", "a/y.png")) == []


def test_of_two_folders_alike_the_folder_is_named_and_not_each_file_in_it():
    assert said(folder("a", "A", "a/x.png", "A/x.png", "A/X.png")) == [
        "A: STR024 differs from 'a' only in case or Unicode form",
        "A/X.png: STR024 differs from 'A/x.png' only in case or Unicode form",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "a:b.png",
        "what?.png",
        "x|y",
        "a.",
        "a ",
        "CON",
        "nul.txt",
        "com1.png",
        "a\tb",
        '"q"',
    ],
)
def test_a_name_that_windows_does_not_take_is_a_warning(name):
    assert said(folder(f"images/{name}")) == [
        f"images/{name}: STR025 {name!r} is not a possible name there"
    ]


@pytest.mark.parametrize(
    "name", ["console.png", "a.b", "nullable", "com10", "é.png", "a b.png", ".hidden"]
)
def test_other_names_are_possible_everywhere(name):
    assert said(folder(name)) == []


# Paths.


@pytest.mark.parametrize(
    "given", ["/home/me/a.png", "C:/a.png", "~/a.png", "https://example.org/a.png"]
)
def test_an_absolute_path_is_an_error(given):
    assert said(named(given, convention="absolute")) == [
        f"annotation.json#/data/0: STR020 {given!r}"
    ]


def test_an_absolute_path_to_nothing_says_so():
    assert said(named("/a.png", None, "absolute")) == [
        "annotation.json#/data/0: STR020 '/a.png'; no such file lies in the task folder"
    ]


def test_a_path_that_leaves_the_folder_is_an_error():
    assert said(named("../a.png", None, "outside")) == [
        "annotation.json#/data/0: STR021 '../a.png' is not opened"
    ]


def test_a_backslash_is_a_warning():
    assert said(named("images\\a.png", convention="folder")) == [
        "annotation.json#/data/0: STR022 'images\\\\a.png'"
    ]


@pytest.mark.parametrize("convention", ["task", "folder"])
def test_a_relative_path_is_fine(convention):
    assert said(named("images/a.png", convention=convention)) == []


def located(*given, files=("images/a.png", "images/b.png")):
    """Ask the rules on how the paths of a whole task are written."""
    samples = [{"input": {"image_file": g}, "output": {"text": "x"}} for g in given]
    made = gallery("image/vqa", samples, [image(f) for f in files])
    return said(
        made, rules=(places.path_of_another_machine, places.path_without_folder)
    )


@pytest.mark.parametrize(
    "given",
    [
        "images/a.png",
        "./images/a.png",
        "images/c.png",
        "",
        "/t/images/a.png",
        "C:\\t\\images\\a.png",
        "https://example.org/images/a.png",
    ],
)
def test_paths_as_documented_missing_or_told_of_elsewhere_are_not_foreign(given):
    assert located(given) == []


def test_paths_of_another_machine_are_one_warning():
    assert located("./data/t/images/a.png", "data/t/images/b.png") == [
        "annotation.json#/data/0/input/image_file: STR029 './data/t/images/a.png' is read as 'images/a.png'; 2 paths like it"
    ]


@pytest.mark.parametrize("given", ["a.png", "./a.png"])
def test_paths_without_their_folder_are_one_note(given):
    assert located(given, "b.png") == [
        f"annotation.json#/data/0/input/image_file: STR030 {given!r} is read as 'images/a.png'; 2 paths like it"
    ]


# Ids.


def with_ids(*values, family="text/open-qa"):
    samples = [QUESTION | {"id": v} if v is not ... else QUESTION for v in values]
    raw = orjson.dumps({"family": family, "task": "A task", "data": samples})
    made = assemble(folder(), parse(raw, HERE))
    return [f.removeprefix("annotation.json#") for f in said(made)]


def test_ids_that_are_texts_and_differ_are_fine():
    assert with_ids("a", "b", "A", "1", "01", " 1") == []


@pytest.mark.parametrize(
    ("value", "word"), [(..., "missing"), (None, "missing"), ("", "empty")]
)
def test_a_missing_id_is_an_error(value, word):
    assert with_ids("a", value) == [f"/data/1: STR026 id is {word}"]


def test_two_missing_ids_are_not_repeated_ids():
    assert with_ids("", "", ..., None) == [
        "/data/0: STR026 id is empty",
        "/data/1: STR026 id is empty",
        "/data/2: STR026 id is missing",
        "/data/3: STR026 id is missing",
    ]


def test_a_family_without_ids_needs_none():
    tube = {
        "original_video_id": "k", "video_path": "k.mp4", "frame_count": 8, "caption": "He sits.",
        "tube_start_frame": 2, "tube_end_frame": 3, "trajectory": [[1, 2, 3, 4], [1, 2, 3, 5]],
    }  # fmt: skip
    raw = orjson.dumps(
        {"family": "video/spatio-temporal-grounding", "task": "t", "data": [tube]}
    )

    assert said(assemble(folder(), parse(raw, HERE))) == []


def test_a_repeated_id_is_named_with_the_first():
    assert with_ids("a", "b", "a", "a") == [
        "/data/2/id: STR027 'a' is the id of /data/0 too",
        "/data/3/id: STR027 'a' is the id of /data/0 too",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "the number 7"),
        (7.5, "the number 7.5"),
        (True, "true"),
        ([], "an empty list"),
        ([1], "a list of 1"),
        ({}, "an empty object"),
        ({"a": 1}, "an object with 'a'"),
    ],
)
def test_an_id_that_is_no_text_is_an_error(value, shown):
    assert with_ids("a", value) == [
        f"/data/1/id: STR028 expected a text, found {shown}"
    ]


def test_a_number_and_its_text_are_one_id():
    assert with_ids("7", 7) == [
        "/data/1/id: STR027 '7' is the id of /data/0 too",
        "/data/1/id: STR028 expected a text, found the number 7",
    ]


def test_an_endless_id_is_shown_by_its_beginning():
    (found,) = with_ids(list(range(10_000)))

    assert len(found) < 100


def test_samples_that_are_no_objects_have_no_ids_to_speak_of():
    raw = orjson.dumps(
        {"family": "text/open-qa", "task": "t", "data": [None, 7, "x", []]}
    )

    assert said(assemble(folder(), parse(raw, HERE))) == []


@pytest.mark.parametrize("module", [structure, places, ids])
def test_the_rules_of_a_module_are_in_the_order_of_their_codes(module):
    codes = [r.code for r in module.RULES]

    assert codes == sorted(set(codes))
    assert all(r.title and r.why and r.fix for r in module.RULES)


def test_a_folder_that_cannot_be_read_is_named():
    assert said(folder("images", kind="closed")) == ["images: STR031 permission denied"]
