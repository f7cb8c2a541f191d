"""The served page in a real browser: what is decided in it is saved, and comes back."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from benches import questions, task

from curation.review import rendering
from curation.review.desk import Desk
from curation.review.overview import overview
from curation.review.serve import serving
from curation.review.submission import looked
from curation.settings import Settings

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
    pytest.mark.slow,
]
CALM = Settings(min_samples=1)


@pytest.fixture
def folder(tmp_path):
    return task(tmp_path / "NLP" / "Sums", questions(90))


@pytest.fixture
def context(browser, folder):
    """A browser of its own that was let in; `first` is its first window."""
    with looked(folder, CALM, jobs=1) as submission:
        desk = Desk(submission, overview(submission), rendering.pool(1, CALM.limits))
        with serving(desk) as address:
            apart = browser.new_context()
            apart.first = apart.new_page()
            apart.first.goto(address.first)
            apart.host = address.host
            yield apart
            apart.close()


def saved(folder):
    return json.loads((folder / "review.json").read_text())


@contextmanager
def answered(tab, status):
    """Wait until the record was sent and answered in that way."""
    with tab.expect_response(
        lambda a: a.request.method == "PUT" and a.status == status
    ):
        yield


def test_a_tick_is_saved_at_once_and_survives_a_reload(context, folder):
    tab = context.first
    with answered(tab, 200):
        tab.keyboard.press("a")

    assert [s["state"] for s in saved(folder)["samples"]] == ["ok"]
    tab.reload()
    assert "1 sample marked OK" in tab.inner_text("#decided")
    assert "token" not in tab.url


def test_two_windows_are_merged(context, folder):
    first, second = context.first, context.new_page()
    second.goto(context.host)
    second.keyboard.press("j")
    with answered(second, 200):
        second.keyboard.press("r")
    with answered(first, 409), answered(first, 200):
        first.keyboard.press("a")

    assert sorted(s["state"] for s in saved(folder)["samples"]) == ["bad", "ok"]


def test_a_verdict_is_recorded_and_a_refused_one_is_told(context, folder):
    tab = context.first
    with answered(tab, 422):
        tab.click("[data-verdict=accept]")
    tab.get_by_text("nobody is named as the reviewer").wait_for()
    tab.fill("#reviewer", "R. Viewer")
    tab.fill("#reason", "good")
    with answered(tab, 200):
        tab.click("[data-verdict=accept]")
    tab.wait_for_function("document.querySelector('#saved').textContent === 'Saved.'")

    told = saved(folder)
    assert (told["verdict"], told["reviewer"], told["reason"]) == (
        "accept",
        "R. Viewer",
        "good",
    )


def test_a_sample_that_the_page_does_not_carry_is_fetched(context):
    tab = context.first
    carried = tab.evaluate(
        "JSON.parse(document.getElementById('data').textContent).tasks[0].chosen.map(c => c.index)"
    )
    other = next(n for n in range(90) if n not in carried)
    with tab.expect_response(lambda a: f"/sample/0/{other}" in a.url) as asked:
        tab.evaluate(f"location.hash = '#s-0-{other}'")

    assert asked.value.status == 200
    tab.get_by_text(f"question {other}?").first.wait_for()
