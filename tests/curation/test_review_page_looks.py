"""The reviewer's page as it is looked at: what is seen at once, how large, and where."""

from __future__ import annotations

import media
import pytest
import review_pages
from review_pages import opened

pytestmark = pytest.mark.slow

def asked(folder, size=(400, 700)):
    """Write a task that asks about one picture."""
    (folder / "images").mkdir(parents=True)
    media.picture(folder / "images" / "a.png", size)
    sample = {"input": {"image_file": "images/a.png", "question": "Which way is up?"}, "output": {"text": "left"}}  # fmt: skip
    return review_pages.task(folder, "image/vqa", [sample])


def test_the_question_is_seen_below_a_tall_picture_unless_that_is_wanted_large(
    browser, tmp_path
):
    path = review_pages.made(asked(tmp_path / "t"), tmp_path / "page.html")

    with opened(browser, path, 1366, 768) as tab:
        tab.evaluate("document.getElementById('samples').scrollIntoView({ behavior: 'instant' })")  # fmt: skip
        question = tab.get_by_text("Which way is up?", exact=True)
        picture = tab.locator("#stand .stage")
        box = question.bounding_box()
        assert box["y"] + box["height"] < 768
        small = picture.bounding_box()
        tab.keyboard.press("z")
        assert picture.bounding_box()["width"] > 1.5 * small["width"]
        tab.keyboard.press("z")
        assert picture.bounding_box()["width"] == small["width"]


def test_only_what_can_be_done_with_a_sample_is_offered(browser, tmp_path):
    words = [{"input": {"question": "Is 2 even?"}, "output": {"answer": "yes"}}]
    text = review_pages.task(tmp_path / "w", "text/open-qa", words)
    offered = []
    for place, folder in enumerate([asked(tmp_path / "p"), text]):
        path = review_pages.made(folder, tmp_path / f"{place}.html")
        with opened(browser, path) as tab:
            offered.append([tab.locator(name).is_visible() for name in ("#marks", "#zoom")])  # fmt: skip

    assert offered == [[False, True], [False, False]]


def test_after_a_link_to_a_sample_the_next_tab_is_about_the_sample(browser, tmp_path):
    samples = [{"input": {"question": 5}, "output": {"answer": "yes"}}]
    folder = review_pages.task(tmp_path / "t", "text/open-qa", samples)
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        rule = tab.locator(".rule", has_text="SCH002")
        rule.locator("summary").click()
        rule.get_by_role("link", name="s0").click()
        tab.keyboard.press("Tab")
        assert tab.evaluate("Boolean(document.activeElement.closest('#samples'))")
