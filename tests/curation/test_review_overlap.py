"""What of a submission is in a release already."""

from __future__ import annotations

import json
import shutil

import pytest
import releases
from benches import questions, task
from click.testing import CliRunner
from PIL import Image

from curation.commands import review
from curation.review.overlap import overlaps
from curation.review.submission import Unreviewable, looked
from curation.settings import Settings

CALM = Settings(min_samples=1)


def compared(folder, against):
    with looked(folder, CALM, jobs=1) as submission:
        (found,) = overlaps(submission, against, jobs=1).values()
    return found


def picture(number, size=64):
    """Make a picture that is like no other one."""
    made = Image.effect_noise((4, 4), 90 + number).resize((size, size))
    return Image.merge("RGB", [made, made.rotate(90), made.rotate(180)])


def pictures(folder, made):
    (folder / "images").mkdir(parents=True)
    samples = []
    for number, one in enumerate(made):
        one.save(folder / f"images/{number}.png")
        samples.append(
            {
                "input": {
                    "image_file": f"images/{number}.png",
                    "prompt": "What is it?",
                },
                "output": {"answer": "noise"},
            }
        )
    return task(folder, samples, "image/vqa")


@pytest.fixture(scope="module")
def made():
    return [picture(n) for n in range(6)]


@pytest.fixture(scope="module")
def released(tmp_path_factory, made):
    root, file = releases.bench(tmp_path_factory.mktemp("bench"))
    task(root / "tasks/NLP/Sums", questions(6))
    pictures(root / "tasks/Image/comprehension/Noise", made)
    releases.place(root)
    return releases.release(root, file, root.parent / "out")


def test_a_sample_of_the_release_is_found_by_its_bytes_in_both_sets(
    released, tmp_path, made
):
    found = compared(pictures(tmp_path / "Image/comprehension/Noise", made), released)

    assert found.counts == {
        "new": 0,
        "bytes": 6,
        "content": 0,
        "question": 0,
        "near": 0,
    }
    assert (found.open, found.close) == (2, 4)
    assert {m.how for m in found.matches} == {"bytes"}


def test_a_picture_that_was_saved_anew_is_found_by_its_content(
    released, tmp_path, made
):
    folder = pictures(tmp_path / "Image/comprehension/Other", made[:3])
    for file in (folder / "images").iterdir():
        Image.open(file).save(file, compress_level=1)

    assert compared(folder, released).counts["content"] == 3


def test_a_picture_that_was_scaled_is_found_to_be_near(released, tmp_path, made):
    scaled = [one.resize((48, 48), Image.Resampling.BICUBIC) for one in made[:3]]
    folder = pictures(tmp_path / "Image/comprehension/Other", scaled)

    assert compared(folder, released).counts["near"] == 3


def test_other_pictures_are_new(released, tmp_path):
    folder = pictures(
        tmp_path / "Image/comprehension/Other", [picture(n) for n in range(3)]
    )
    found = compared(folder, released)

    assert found.counts["new"] == 3
    assert found.matches == ()


def test_a_question_is_known_again_in_other_case_and_blanks(released, tmp_path):
    asked = questions(2, "QUESTION ") + questions(1, "Else")
    found = compared(task(tmp_path / "NLP/Other", asked), released)

    assert found.counts["question"] == 2
    assert found.counts["new"] == 1


def test_a_close_match_shows_nothing_of_the_reference(released, tmp_path):
    folder = task(tmp_path / "NLP/Other", questions(6, "question"))
    found = compared(folder, released)
    close = [m for m in found.matches if m.side == "close"]

    assert len(close) == 4
    assert not any("!" in str(match) for match in close)
    assert all(len(match.other) == 32 for match in close)


def test_the_references_of_a_release_are_never_opened(released, tmp_path):
    public = tmp_path / "public"
    shutil.copytree(released, public, ignore=shutil.ignore_patterns("references"))
    folder = task(tmp_path / "NLP/Other", questions(6, "question"))

    apart = compared(folder, public)
    assert apart.counts["question"] == 6
    assert apart.matches == compared(folder, released).matches


def test_accepted_tasks_can_be_compared_with_and_none_with_itself(tmp_path):
    task(tmp_path / "accepted/NLP/One", questions(4))
    inside = task(tmp_path / "accepted/NLP/Two", questions(3) + questions(2, "else"))

    found = compared(inside, tmp_path / "accepted")

    assert found.counts["question"] == 3
    assert {m.task for m in found.matches} == {"One"}


def test_what_is_no_release_is_told(tmp_path):
    folder = task(tmp_path / "NLP/Sums", questions(2))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")

    with pytest.raises(Unreviewable, match="expected a release"):
        compared(folder, tmp_path / "file")
    assert "no task of such media" in compared(folder, tmp_path / "empty").note


def test_a_comment_does_not_say_which_close_sample_it_is(released, tmp_path):
    folder = task(tmp_path / "NLP/Other", questions(6, "question"))
    told = CliRunner().invoke(
        review.command,
        [str(folder), "--against", str(released), "--format", "markdown"],
        standalone_mode=False,
    )
    names = {row["id"] for row in releases.rows(released / "close", "text.Sums")}

    assert "asks what is asked in a close sample of" in told.output
    assert not any(name in told.output for name in names)


def test_the_json_says_what_is_in_common(released, tmp_path):
    folder = task(tmp_path / "NLP/Other", questions(6, "question"))
    told = CliRunner().invoke(
        review.command,
        [str(folder), "--against", str(released), "--format", "json"],
        standalone_mode=False,
    )

    overlap = json.loads(told.output)["tasks"][0]["overlap"]
    assert overlap["counts"]["question"] == 6
    assert (overlap["open"], overlap["close"]) == (2, 4)
