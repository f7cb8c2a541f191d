"""The reviewer's page as it is looked at: what is seen at once, how large, and where."""

from __future__ import annotations

import media
import pytest
import review_pages
from review_pages import opened

from curation.review.queue import Row, rows
from curation.review.queue_page import as_page
from curation.review.standing import State

pytestmark = pytest.mark.slow

CUBE = """\
v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0 0 1\nv 1 0 1\nv 1 1 1\nv 0 1 1
f 1 2 3 4\nf 5 6 7 8\nf 1 2 6 5\nf 4 3 7 8\nf 1 4 8 5\nf 2 3 7 6
"""
RIM = """() => new Promise((done) => setTimeout(() => {
  const canvas = document.querySelector("#stand canvas.solid");
  const { width, height } = canvas;
  const flat = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  flat.drawImage(canvas, 0, 0);
  const painted = (x, y, w, h) => [...flat.getImageData(x, y, w, h).data].filter((part, at) => at % 4 === 3 && part).length;
  done([painted(0, 0, width, height) > 0, painted(0, 0, width, 2) + painted(0, height - 2, width, 2) + painted(0, 0, 2, height) + painted(width - 2, 0, 2, height)]);
}, 150))"""
"""Whether a canvas is painted, and how many pixels of its rim are."""


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


def test_no_corner_of_a_model_leaves_its_canvas(browser, tmp_path):
    (tmp_path / "t" / "meshes").mkdir(parents=True)
    (tmp_path / "t" / "meshes" / "cube.obj").write_text(CUBE)
    sample = {"input": {"mesh_file": "meshes/cube.obj"}, "output": {"text": "cube"}}
    folder = review_pages.task(tmp_path / "t", "mesh/classification", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        assert tab.evaluate(RIM) == [True, 0]


def test_after_a_link_to_a_sample_the_next_tab_is_about_the_sample(browser, tmp_path):
    with opened(browser, review_pages.numbers_for_words(tmp_path)) as tab:
        rule = tab.locator(".rule", has_text="SCH002")
        rule.locator("summary").click()
        rule.get_by_role("link", name="s0").click()
        tab.keyboard.press("Tab")
        assert tab.evaluate("Boolean(document.activeElement.closest('#samples'))")


def test_a_letter_is_told_with_the_option_that_it_names(browser, tmp_path):
    sample = {"input": {"question": "Why?", "options": ["rain", "wind"]}, "output": {"answer": "B"}}  # fmt: skip
    folder = review_pages.task(tmp_path / "t", "text/multiple-choice-qa", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        tab.keyboard.press("o")
        assert tab.locator("#answer .prose").inner_text() == "B. wind"


def test_a_finding_of_leakage_does_not_tell_the_answer_before_the_reference(
    browser, tmp_path
):
    (tmp_path / "t" / "images").mkdir(parents=True)
    samples = []
    for n, label in enumerate(["apple", "lemon", "melon"] * 4):
        name = f"images/{label}_{n:02}.png"
        media.picture(tmp_path / "t" / name, seed=n)
        samples.append({"input": {"image_file": name}, "output": {"text": label}})
    folder = review_pages.task(tmp_path / "t", "image/classification", samples)
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        told = tab.locator("#stand .faults li", has_text="LEK001").locator("span").first
        assert not told.is_visible()
        tab.keyboard.press("o")
        assert told.is_visible()


def test_a_finding_leads_to_the_other_sample_that_it_names(browser, tmp_path):
    (tmp_path / "t" / "images").mkdir(parents=True)
    samples = []
    for n in range(3):
        name = f"images/{n}.png"
        media.picture(tmp_path / "t" / name, seed=n)
        sample = {"input": {"image_file": name, "question": "Who?"}, "output": {"text": f"No. {n}"}}  # fmt: skip
        samples += [sample, sample] if n == 1 else [sample]
    folder = review_pages.task(tmp_path / "t", "image/vqa", samples)
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        tab.evaluate("location.hash = '#s-0-2'")
        tab.locator("#stand .faults a", has_text="s1").click()
        tab.wait_for_function("document.getElementById('current').textContent === 's1'")


def test_on_a_phone_the_queue_shows_each_submission_with_all_that_is_told_of_it(
    browser, tmp_path
):
    name = "sent/A-Submission-With-A-Name-That-Is-Longer-Than-A-Phone-Is-Wide"
    row = Row(name, State.REJECTED, "No.", "2026-01-01T00:00:00Z", 3, 1, 2, 1, 9, 0, 70_000)  # fmt: skip
    path = tmp_path / "queue.html"
    path.write_text(as_page([row], tmp_path), encoding="utf-8")

    with opened(browser, path, 390, 844) as tab:
        for part in (tab.locator("tbody th"), *tab.locator("tbody td").all()):
            box = part.bounding_box()
            assert 0 <= box["x"] < box["x"] + box["width"] <= 390
        assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_the_queue_tells_the_bytes_of_all_files_and_not_of_media_alone(tmp_path):
    words = [{"input": {"question": "Is 2 even?"}, "output": {"answer": "yes"}}]
    folder = review_pages.task(tmp_path / "sent" / "t", "text/open-qa", words)
    [row] = rows(tmp_path / "sent", review_pages.CALM, jobs=1)

    assert row.bytes == (folder / "annotation.json").stat().st_size


def test_the_task_that_is_chosen_is_the_one_whose_sample_is_shown(browser, tmp_path):
    for name in ("A", "B"):
        words = [{"input": {"question": f"Is {name} even?"}, "output": {"answer": "yes"}}]  # fmt: skip
        review_pages.task(tmp_path / "t" / name, "text/open-qa", words, task=name)
    path = review_pages.made(tmp_path / "t", tmp_path / "page.html")

    with opened(browser, path) as tab:
        for place in (1, 0):
            tab.evaluate(f"location.hash = '#s-{place}-0'")
            tab.get_by_text(f"Is {'AB'[place]} even?", exact=True).wait_for()
            assert tab.locator("#task").input_value() == str(place)


def test_many_findings_of_a_sample_are_folded_so_that_it_is_in_sight(browser, tmp_path):
    words = {f"part{n}": "See a.body@mail.org" for n in range(9)}
    sample = {"input": {"question": "Is it real?", **words}, "output": {"answer": "no"}}
    folder = review_pages.task(tmp_path / "t", "text/open-qa", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        rest = tab.locator("#stand details:has(> .faults)")
        before = tab.locator("#stand .faults li:visible").count()
        rest.locator("summary").click()
        after = tab.locator("#stand .faults li:visible").count()
        told = rest.locator("summary").inner_text()

    assert before == 3
    assert told == f"{after - 3} more findings"
