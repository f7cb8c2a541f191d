"""A release is cut by schema path, and its answers leave apart from it."""

from __future__ import annotations

import pytest
import releases

from curation import benchmark, key, ledger, manifest, shapes
from curation.cutting import Cutting, Uncut, cut, refuse_answers
from curation.ledger import Side, uid
from curation.media_of import Unplaced
from curation.model import Question
from curation.release import Release
from curation.shapes import Medium, Part
from schemas import families


def cut_it(root, file, **how):
    loaded = benchmark.load(root)
    sides = ledger.sides(ledger.read(loaded.ledger))
    asked = Cutting("Small", "1.0.0", key.load(file), manifest.digest, **how)
    with benchmark.tasks(loaded) as accepted:
        return cut(accepted, sides, asked)


@pytest.fixture
def small(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root, count=6)
    releases.place(root)
    return root, file


def test_a_release_has_no_place_for_an_answer(small):
    release, answers = cut_it(*small)
    task = release.tasks[0]

    assert [type(q) for q in task.close] == [Question] * 4
    assert not [i for i in (1, 2, 4, 5) if f"ANSWER{i}" in repr(release)]
    assert "ANSWER" not in repr(answers)
    assert {h.reference for h in answers.tasks["text.Sums"]} == {
        f'{{"media":{{}},"values":{{"/output":{{"answer":"ANSWER{i}"}}}}}}'.encode()
        for i in (1, 2, 4, 5)
    }


def test_ids_are_opaque_and_the_same_in_each_version(small):
    root, file = small
    release, answers = cut_it(root, file)
    ids = [q.id for q in release.tasks[0].close]
    releases.texts(root, "NLP/Other")
    releases.place(root, "1.1.0")
    later, _ = cut_it(root, file)

    assert [q.id for q in later.tasks[1].close] == ids == sorted(ids)
    assert [h.id for h in answers.tasks["text.Sums"]] == ids
    assert not [i for i in ids if i in {uid("text.Sums", f"q{n}") for n in range(6)}]


def test_another_key_makes_other_ids_and_another_order(small, tmp_path):
    root, file = small
    other = tmp_path / "other.key"
    key.new(other)
    one, two = (cut_it(root, f)[1].tasks["text.Sums"] for f in (file, other))

    assert {h.id for h in one}.isdisjoint({h.id for h in two})
    assert {h.nonce for h in one}.isdisjoint({h.nonce for h in two})


def test_a_changed_reference_gets_another_nonce(small):
    root, file = small
    _, one = cut_it(root, file)
    text = root / "tasks/NLP/Sums/annotation.json"
    text.write_text(text.read_text().replace("ANSWER1", "OTHER1"))
    _, two = cut_it(root, file)
    was, now = ({h.original: h.nonce for h in a.tasks["text.Sums"]} for a in (one, two))

    assert {o for o in was if was[o] != now[o]} == {"q1"}


def test_a_sample_that_was_never_split_is_refused(small):
    root, file = small
    releases.texts(root, "NLP/Late", count=1)

    with pytest.raises(
        Uncut,
        match=r"'q0' is in no version of the ledger up to 1\.0\.0; run curate split first",
    ):
        cut_it(root, file)


def test_a_file_that_is_missing_is_refused(tmp_path):
    root, file = releases.bench(tmp_path)
    document = {
        "family": "image/vqa",
        "task": "V",
        "data": [
            {
                "id": "1",
                "input": {"image_file": "no.png", "question": "?"},
                "output": {"text": "a"},
            }
        ],
    }
    releases.write_task(root, "Image/comprehension/V", document)
    releases.place(root)

    with pytest.raises(Unplaced, match=r"'no\.png' leads to no file"):
        cut_it(root, file)


def test_a_question_with_a_value_where_the_reference_stands_is_refused():
    family = families()["text/open-qa"]

    with pytest.raises(Uncut, match="t: its question has a value at /output"):
        refuse_answers(family, {"id": "1", "output": {"answer": "x"}}, "t")


def test_a_question_with_a_file_of_the_reference_is_refused(tmp_path):
    medium = Medium(
        "image", "a.png", (Part("a.png", "a.png", tmp_path),), reference=True
    )

    with pytest.raises(Uncut, match="a file of its reference"):
        refuse_answers(families()["image/vqa"], {"input": {"image_file": medium}}, "t")


def test_labels_that_nobody_states_come_from_the_open_answers_alone(tmp_path):
    root, file = releases.bench(tmp_path)
    family = families()["image/classification"]
    document = {
        "family": family.id,
        "task": "Pets",
        "data": [
            {
                "id": f"{i}",
                "input": {"image_file": f"{i}.png", "prompt": "?"},
                "output": {"text": word},
            }
            for i, word in enumerate(["cat", "dog", "cat", "SECRETFOX"])
        ],
    }
    releases.write_task(root, "Image/comprehension/Pets", document, family)
    releases.place(
        root, side=lambda task, name, number: Side.OPEN if number < 2 else Side.CLOSE
    )
    release, _ = cut_it(root, file)

    assert release.tasks[0].facts.envelope["labels"] == ["cat", "dog"]
    assert "SECRETFOX" not in repr(release)


def test_an_unknown_field_of_the_envelope_is_not_published(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root, answers={"q1": "ANSWER1"})
    releases.place(root, side=lambda *_: Side.CLOSE)

    assert "ANSWER1" not in repr(cut_it(root, file)[0])


def test_a_folder_of_frames_leaves_out_files_that_only_references_name(tmp_path):
    root, file = releases.bench(tmp_path)
    family = families()["video/restoration"]
    document = {
        "family": family.id,
        "task": "R",
        "data": [
            {
                "id": "1",
                "input": {"video_folder": "frames/1", "prompt": "?"},
                "output": {"video_file_list": ["frames/1/gt_0.png"]},
            }
        ],
    }
    folder = releases.write_task(root, "Video/generation/R", document, family)
    (folder / "frames/1").mkdir(parents=True, exist_ok=True)
    (folder / "frames/1/gt_0.png").write_bytes(b"SECRET")
    releases.place(root, side=lambda *_: Side.CLOSE)
    release, answers = cut_it(root, file)
    shown = [
        p.source.name
        for m in shapes.media(release.tasks[0].close[0].input)
        for p in m.parts
    ]

    assert shown == [f"{i:05}.png" for i in range(10)]
    assert [p.source.name for p in answers.tasks["video.generation.R"][0].files] == [
        "gt_0.png"
    ]


def test_names_stay_when_the_audit_is_to_be_tried(small):
    release, _ = cut_it(*small, neutral=False)

    assert {q.input["id"] for q in release.tasks[0].close} == {"q1", "q2", "q4", "q5"}


def test_a_canary_names_the_release():
    assert "1-2-3" in Release("Small", "1.0.0", "1-2-3", ()).canary
