import pytest
from made_scores import PAPER, REPOSITORY, ROWS, best, row, worse

from curation.scoring import Cell, levels, lift


def texts(found):
    return [need.text for need in found.needs]


def test_from_level_1_any_score_lifts():
    found = lift(levels({}))

    assert (found.level, found.target, found.needs) == (1, 2, ())
    assert found.text == "any score above 0 in a multimodal task."


def test_from_level_2_the_nearest_tasks_come_first():
    scores = {r.id: worse(r, PAPER.values[r.id], 0.5) for r in ROWS}
    near = row("Accent Classification")
    scores[near.id] = PAPER.values[near.id] - 0.25
    found = lift(levels(scores))

    assert (found.level, found.target) == (2, 3)
    [need] = found.needs
    assert need.text == "any multimodal task"
    first = need.nearest[0]
    assert (first.mark.row.id, first.gap) == (near.id, pytest.approx(0.25 / 75.2))
    assert first.reason == "74.95; a win takes at least 75.2 percent"
    assert [n.gap for n in need.nearest] == sorted(n.gap for n in need.nearest)


def test_from_level_3_a_modality_with_one_win_comes_first():
    speech = row("TextToSpeech")
    found = lift(levels({speech.id: 5.0}))

    assert (found.level, found.target) == (3, 4)
    assert texts(found)[0] == "Audio comprehension (the other paradigm has a win)"
    assert sorted(texts(found)[1:]) == [
        f"{m} {p} (both are needed)"
        for m in ("3D", "Image", "Video")
        for p in ("comprehension", "generation")
    ]


def test_under_the_pooled_policy_any_modality_will_do():
    found = lift(levels({row("TextToSpeech").id: 5.0}, policy="pooled"))

    assert texts(found) == ["comprehension (the other paradigm has a win)"]
    assert (
        found.text == "a win in comprehension and one in generation, of any modality."
    )


def test_from_level_4_a_language_task_lifts():
    scores = {r.id: best(r) for r in ROWS if r.modality != "text"}
    found = lift(levels(scores))

    assert (found.level, found.target, texts(found)) == (4, 5, ["any language task"])


def test_level_5_is_the_highest():
    found = lift(levels(PAPER.values))

    assert (found.level, found.target, found.text) == (
        5,
        5,
        "The highest level is reached.",
    )


def test_what_is_named_lifts():
    scores = {}
    for expected in (2, 3, 4, 5):
        reached = levels(scores)
        found = lift(reached)
        assert found.target == expected
        if expected == 2:
            scores["image-c-001"] = 1.0
            continue
        modality = found.needs[0].text.split()[0]
        for need in found.needs:
            if expected == 4 and not need.text.startswith(modality):
                continue
            mark = need.nearest[0].mark
            scores[mark.row.id] = mark.bar
        assert levels(scores).overall.level >= expected


def test_a_task_that_only_lacks_answers_says_so():
    id_ = "image-c-001"
    found = lift(levels({id_: Cell(90.0, coverage=0.75)}))

    nearest = found.needs[0].nearest[0]
    assert (nearest.mark.row.id, nearest.gap) == (id_, 0.0)
    assert nearest.reason == "90 is enough, but 25.0% of the items are not answered"


def test_a_bar_is_written_in_full():
    scores = dict(REPOSITORY.values)
    cd = row("RGB-D to Mesh Reconstruction")
    found = lift(levels({cd.id: 7000.0, "text-001": 1.0}, bars=REPOSITORY))

    near = next(n for n in found.needs[0].nearest if n.mark.row.id == cd.id)
    assert near.reason == "7000; a win takes at most 6540.01724546398"
    assert scores[cd.id] == 6540.01724546398
