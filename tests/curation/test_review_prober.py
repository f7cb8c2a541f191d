"""Probing in a process of its own: the same probes, and no end of it hurts the page."""

from __future__ import annotations

import pytest
from benches import task

from curation.review.overview import overview
from curation.review.prober import Prober
from curation.review.submission import looked
from curation.settings import Limits, Settings

CALM = Settings(min_samples=1)
SAMPLES = [
    {"input": {"question": f"Question {n} of all?"}, "output": {"answer": "ab"[n % 2]}}
    for n in range(6)
]


@pytest.fixture
def submission(tmp_path):
    folder = task(tmp_path / "Odd-Task", SAMPLES, "text/open-qa", metric="accuracy")
    with looked(folder, CALM, jobs=1) as found:
        yield found


def test_the_probes_are_those_that_are_found_without_it(submission):
    with Prober(Limits()) as prober:
        apart = overview(submission, prober=prober)

    assert apart == overview(submission)


def test_one_process_probes_a_second_task_too(submission):
    (gallery,) = submission.galleries
    with Prober(Limits()) as prober:
        first, second = prober.begin(gallery)(), prober.begin(gallery)()

    assert first == second
    assert first.items == len(SAMPLES)


def test_a_process_that_ends_is_told_and_the_overview_is_there(submission):
    with Prober(Limits(memory_bytes=1)) as prober:
        found = overview(submission, prober=prober).tasks[0]

    assert found.samples == len(SAMPLES)
    assert found.probes.probes == ()
    assert found.probes.note.startswith("it could not be probed: its process ended")


def test_nothing_is_left_running(submission):
    with Prober(Limits()) as prober:
        prober.begin(submission.galleries[0])

    assert not prober._process.is_alive()


def test_where_no_process_can_be_started_that_is_told(submission, monkeypatch):
    def full(_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", full)
    with Prober(Limits()) as prober:
        found = overview(submission, prober=prober).tasks[0]

    assert found.probes.note == (
        "it could not be probed: no process could be started for it:"
        " [Errno 11] Resource temporarily unavailable"
    )


def test_a_task_that_takes_too_long_leaves_the_next_one_its_own_probes(
    submission, monkeypatch
):
    monkeypatch.setattr("curation.review.prober.WAIT", 0.0)
    (gallery,) = submission.galleries
    with Prober(Limits()) as prober:
        assert prober.begin(gallery)().note == (
            "it could not be probed: that takes longer than 0 s"
        )
        monkeypatch.undo()

        assert prober.begin(gallery)().items == len(SAMPLES)


def test_a_task_that_ends_the_process_leaves_the_next_one_its_probes(submission):
    (gallery,) = submission.galleries
    with Prober(Limits()) as prober:
        answer = prober.begin(gallery)
        prober._process.kill()
        first, second = answer(), prober.begin(gallery)()

    assert first.note == "it could not be probed: its process ended with exit code -9"
    assert second.items == len(SAMPLES)
