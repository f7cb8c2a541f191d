"""The served page in a real browser: what is decided in it is saved, and comes back."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from benches import accept, questions, task

from curation.review import record, rendering
from curation.review.content import content
from curation.review.desk import Desk
from curation.review.overview import overview
from curation.review.record import Record
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


@contextmanager
def let_in(browser, folder):
    """Give a browser of its own that was let in; `first` is its first window."""
    with looked(folder, CALM, jobs=1) as submission:
        desk = Desk(submission, overview(submission), rendering.pool(1, CALM.limits))
        with serving(desk) as address:
            apart = browser.new_context()
            apart.first = apart.new_page()
            apart.first.goto(address.first)
            apart.host = address.host
            yield apart
            apart.close()


@pytest.fixture
def context(browser, folder):
    with let_in(browser, folder) as apart:
        yield apart


def saved(folder):
    return json.loads((folder / "review.json").read_text())


@contextmanager
def answered(tab, status, told=""):
    """Wait until a record that holds *told* was sent and answered in that way.

    What is filled in is saved by itself, so that another record can come before.
    """
    with tab.expect_response(
        lambda a: (
            a.request.method == "PUT"
            and a.status == status
            and told in (a.request.post_data or "")
        )
    ):
        yield


ACCEPTED = '"verdict":"accept"'


def test_a_tick_is_saved_at_once_and_survives_a_reload(context, folder):
    tab = context.first
    tab.keyboard.press("j")
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
    first.keyboard.press("j")
    first.keyboard.press("k")
    with answered(first, 409), answered(first, 200):
        first.keyboard.press("a")

    assert sorted(s["state"] for s in saved(folder)["samples"]) == ["bad", "ok"]


def test_a_verdict_is_recorded_and_a_refused_one_is_told(context, folder):
    tab = context.first
    tab.keyboard.press("j")
    with answered(tab, 422):
        tab.click("[data-verdict=accept]")
    tab.get_by_text("nobody is named as the reviewer").wait_for()
    tab.fill("#reviewer", "R. Viewer")
    tab.fill("#reason", "good")
    with answered(tab, 200, ACCEPTED):
        tab.click("[data-verdict=accept]")

    told = saved(folder)
    assert (told["verdict"], told["reviewer"], told["reason"]) == (
        "accept",
        "R. Viewer",
        "good",
    )


def test_what_was_accepted_and_has_changed_is_accepted_anew_by_one_press(
    browser, folder
):
    accept(folder)
    with (folder / "annotation.json").open("a") as file:
        file.write(" ")
    with let_in(browser, folder) as apart:
        tab, pressed = apart.first, apart.first.locator("[data-verdict=accept]")
        assert tab.inner_text("#because").startswith(
            "Verdict void: the submission is not what was reviewed (annotation.json changed)"
        )
        assert pressed.get_attribute("aria-pressed") == "false"
        tab.keyboard.press("j")
        tab.fill("#reviewer", "R.")
        with answered(tab, 200, ACCEPTED):
            pressed.click()
        assert tab.inner_text("#standing") == "accepted"
        assert not tab.is_visible("#because")

    assert saved(folder)["content"] == content(folder).digest


def test_a_comment_on_a_task_that_is_gone_is_told_and_can_be_removed(browser, tmp_path):
    top = tmp_path / "sent"
    task(top / "NLP" / "Sums", questions(5))
    task(top / "NLP" / "More", questions(5, "more"))
    comment = {"code": "STR016", "path": "NLP/Gone", "comment": "Where is it?"}
    record.save(top / "review.json", Record(findings=(comment,)), 0)
    with let_in(browser, top) as apart:
        tab = apart.first
        tab.keyboard.press("j")
        tab.fill("#reviewer", "R.")
        press = tab.locator("[data-verdict=accept]").click
        press()
        assert tab.locator("#doubt").inner_text().startswith("No sample of Sums was")
        with answered(tab, 422):
            press()
        tab.get_by_text("the record has 1 comment on NLP/Gone").wait_for()
        gone = tab.locator("#gone li")
        assert gone.inner_text().startswith(
            "NLP/Gone is not there, and has 1 comment: Where is it?"
        )
        with answered(tab, 200):
            gone.get_by_role("button", name="Remove").click()
        press()
        with answered(tab, 200, ACCEPTED):
            press()

    assert saved(top)["verdict"] == "accept"
    assert saved(top)["tasks"].keys() == {"NLP/More", "NLP/Sums"}


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
