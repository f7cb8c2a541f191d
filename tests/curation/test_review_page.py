"""The reviewer's page in a real browser: all is seen and heard, and nothing is run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import media
import pytest
import review_pages
from benches import bench
from review_pages import opened

import schemas
from curation import demo
from curation.demo.plan import Plan

pytestmark = pytest.mark.slow

SCROLLED_TO = """
(node) => new Promise((end) => {
  window.addEventListener("scrollend", end);
  node.scrollIntoView({ behavior: "smooth" });
})
"""
TOP = "(node) => node.getBoundingClientRect().top"
PLANS = {plan.folder: plan for plan in demo.CLEAN}
REAL = os.environ.get("CURATE_REAL_DATA")
SEEN = """async () => {
  const loaded = (node) => node.decode().then(() => node.naturalWidth > 0, () => false);
  return Promise.all([...document.images].map(loaded));
}"""
HEARD = """() => Promise.all([...document.querySelectorAll("#stand audio, #stand video")].map((node) => new Promise((done) => {
  const told = () => done([node.tagName, node.readyState >= 2, node.duration > 0, node.tagName === "AUDIO" || node.videoWidth > 0]);
  if (node.readyState >= 2) told(); else { node.addEventListener("loadeddata", told); node.addEventListener("error", told); }
})))"""
TURNED = """() => new Promise((done) => setTimeout(() => done([...document.querySelectorAll("#stand canvas.solid")].map((canvas) => {
  const flat = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height }).getContext("2d");
  flat.drawImage(canvas, 0, 0);
  const pixels = flat.getImageData(0, 0, canvas.width, canvas.height).data;
  const shades = new Set();
  let [filled, sum] = [0, 7];
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3]) { filled += 1; shades.add(pixels[i + 2]); }
    sum = (sum * 31 + pixels[i] + pixels[i + 2] * 3) % 1000003;
  }
  return [filled / (pixels.length / 4), shades.size, sum];
})), 150))"""
"""The share of each canvas that is painted, how many blues are in it, and a checksum."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of each demo task, made when it is first asked for."""
    root = tmp_path_factory.mktemp("pages")
    known: dict[str, Path] = {}

    def page(folder: str) -> Path:
        if folder not in known:
            plan: Plan = PLANS[folder]
            plan.write(root / folder, 12, plan.name)
            known[folder] = review_pages.made(
                root / folder, root / f"{len(known)}.html"
            )
        return known[folder]

    return page


def folder(part: str) -> str:
    [found] = [name for name in PLANS if part in name]
    return found


CARS = folder("Car-Park")
CHAIRS = folder("Chair")
TRIADS = folder("Triad")
MARBLES = folder("Marble")
TABLES = folder("Table-Mesh")
TIMES = folder("Timetable")


def look(tab):
    """Look at what the sample on show is made of."""
    assert all(tab.evaluate(SEEN))
    for told in tab.evaluate(HEARD):
        assert all(told), told
    for share, shades, _ in tab.evaluate(TURNED):
        assert 0.02 < share < 0.98
        assert shades > 5
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]  # fmt: skip


# ------------------------------------------------------------ everything is shown


@pytest.mark.parametrize("name", PLANS)
def test_a_task_of_every_modality_and_paradigm_is_shown(browser, pages, name):
    with opened(browser, pages(name)) as tab:
        assert tab.locator("#list li").count() == 12
        for _ in range(2):
            tab.keyboard.press("o")
            look(tab)
            assert tab.locator("#stand .medium, #stand .prose").count() > 0
            tab.keyboard.press("j")


@pytest.mark.parametrize("name", [CARS, TRIADS, MARBLES, CHAIRS])
def test_it_fits_on_a_phone(browser, pages, name):
    with opened(browser, pages(name), 390, 844) as tab:
        tab.keyboard.press("o")
        look(tab)


@pytest.mark.skipif(not REAL, reason="CURATE_REAL_DATA names no folder of real tasks")
def test_real_tasks_are_shown(browser, tmp_path):
    found = sorted({p.parent for p in Path(REAL or "").rglob("*.json")})
    assert found
    for number, place in enumerate(found):
        place = place.parent if place.name == "json" else place  # noqa: PLW2901
        path = review_pages.made(place, tmp_path / f"{number}.html")
        assert path.stat().st_size < 20_000_000
        with opened(browser, path) as tab:
            tab.keyboard.press("o")
            look(tab)


def test_boxes_lie_where_the_annotation_says(browser, pages):
    sample = json.loads((pages(CARS).parent / CARS / "annotation.json").read_text())["data"][0]  # fmt: skip
    x, y, width, height = sample["output"]["text"]["car"][0]
    with opened(browser, pages(CARS)) as tab:
        tab.get_by_role("searchbox").fill(sample["id"])
        tab.keyboard.press("Enter")
        tab.keyboard.press("o")
        picture = tab.locator("#stand .stage img").bounding_box()
        boxes = [b.bounding_box() for b in tab.locator("#stand rect:not(.rim)").all()]

    ratio = picture["width"] / 320
    wanted = (picture["x"] + x * ratio, picture["y"] + y * ratio, width * ratio, height * ratio)  # fmt: skip
    near = [all(abs(b[k] - w) < 3 for k, w in zip(("x", "y", "width", "height"), wanted, strict=True)) for b in boxes]  # fmt: skip
    assert sum(near) == 1


def test_masks_in_run_lengths_are_drawn(browser, tmp_path):
    (tmp_path / "t" / "images").mkdir(parents=True)
    media.picture(tmp_path / "t" / "images" / "a.png", (64, 48))
    runs = [48 * 10, 48 * 20, 48 * 34]
    sample = {"input": {"image_file": "images/a.png"}, "output": {"instances": [{"label": "cat", "mask": {"size": [48, 64], "counts": runs}}]}}  # fmt: skip
    folder = review_pages.task(tmp_path / "t", "image/instance-segmentation", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        tab.keyboard.press("o")
        columns = tab.evaluate(
            "() => { const c = document.querySelector('canvas.runs');"
            "const d = c.getContext('2d').getImageData(0, 20, 64, 1).data;"
            "return [...Array(64).keys()].filter((x) => d[4 * x + 3] > 0); }"
        )

    assert columns == list(range(10, 30))


@pytest.mark.parametrize(
    ("codec", "told"), [("libx264", []), ("mpeg4", ["browsers do not play the file."])]
)
def test_a_film_is_played_and_says_if_it_is_another_copy(browser, tmp_path, codec, told):  # fmt: skip
    (tmp_path / "t" / "videos").mkdir(parents=True)
    media.film(tmp_path / "t" / "videos" / "a.mp4", 24, (96, 64), codec=codec)
    sample = {"input": {"video_file": "videos/a.mp4"}, "output": {"text": "It moves."}}
    folder = review_pages.task(tmp_path / "t", "video/captioning", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        look(tab)
        assert tab.locator("#stand .strip img").count() == 8
        notices = tab.locator("#stand .notice").all_inner_texts()

    assert [text.split(": ")[1] for text in notices] == told


def test_tracks_are_drawn_on_the_frames_that_they_are_of(browser, pages):
    with opened(browser, pages(MARBLES)) as tab:
        tab.keyboard.press("o")
        first = tab.locator("#stand .large rect:not(.rim)").last.get_attribute("x")
        slider = tab.get_by_role("slider")
        slider.focus()
        tab.keyboard.press("End")
        last = tab.locator("#stand .large rect:not(.rim)").last.get_attribute("x")

    assert first != last


def test_a_model_turns_under_the_mouse_and_the_keys(browser, pages):
    with opened(browser, pages(TABLES)) as tab:
        tab.keyboard.press("o")
        tab.locator("canvas.solid").scroll_into_view_if_needed()
        before = tab.evaluate(TURNED)
        box = tab.locator("canvas.solid").bounding_box()
        tab.mouse.move(box["x"] + 50, box["y"] + 50)
        tab.mouse.down()
        tab.mouse.move(box["x"] + 150, box["y"] + 80, steps=4)
        tab.mouse.up()
        dragged = tab.evaluate(TURNED)
        tab.locator("canvas.solid").focus()
        tab.keyboard.press("ArrowLeft")
        turned = tab.evaluate(TURNED)

    assert len({before[0][2], dragged[0][2], turned[0][2]}) == 3


def test_without_webgl_there_is_the_still(browser, pages):
    none = "HTMLCanvasElement.prototype.getContext = () => null;"
    with opened(browser, pages(TABLES), script=none) as tab:
        tab.keyboard.press("o")
        assert tab.get_by_text("no WebGL").is_visible()
        assert tab.locator("img.still").evaluate("(node) => node.naturalWidth") == 288


def test_points_take_the_colours_of_their_labels(browser, pages):
    with opened(browser, pages(CHAIRS)) as tab:
        tab.keyboard.press("o")
        legend = tab.locator(".legend li").all_inner_texts()
        plain, coloured = (shades for _, shades, _ in tab.evaluate(TURNED))

    assert [text.split(":")[0] for text in legend] == ["0 leg", "1 seat", "2 back"]
    assert plain != coloured


def test_a_table_is_set_as_a_table(browser, pages):
    with opened(browser, pages(TIMES)) as tab:
        heads = tab.locator("#stand table th").all_inner_texts()

    assert heads == ["to", "leaves", "arrives"]


# --------------------------------------------------- the reference is folded away


def test_references_are_folded_away_until_asked_for(browser, pages):
    with opened(browser, pages(CARS)) as tab:
        reference = tab.locator("#answer > .fields")
        marks = tab.locator("#stand .tag")
        assert not reference.is_visible()
        assert not marks.first.is_visible()

        tab.keyboard.press("o")
        assert reference.is_visible()
        assert marks.first.is_visible()

        tab.keyboard.press("m")
        assert not marks.first.is_visible()
        tab.keyboard.press("m")
        tab.keyboard.press("j")
        assert not tab.locator("#answer > .fields").is_visible()
        assert not tab.locator("#stand .tag").first.is_visible()


# ------------------------------------------------------------------- finding a way


def test_samples_are_gone_through_by_keyboard(browser, pages):
    with opened(browser, pages(TIMES)) as tab:
        name = tab.locator("#current")
        listed = tab.locator("#list .name").all_inner_texts()
        assert name.inner_text() == listed[0]
        tab.keyboard.press("j")
        assert name.inner_text() == listed[1]
        tab.keyboard.press("k")
        assert name.inner_text() == listed[0]
        tab.keyboard.press("a")
        assert name.inner_text() == listed[1]
        tab.keyboard.press("r")
        signs = tab.locator("#list .sign").all_inner_texts()
        assert signs[:3] == ["✓", "✗", ""]
        tab.keyboard.press("?")
        assert tab.get_by_role("dialog").is_visible()
        tab.keyboard.press("Escape")
        tab.keyboard.press("c")
        tab.keyboard.type("jar")
        assert name.inner_text() == listed[1]
        assert tab.locator("#comment").input_value() == "jar"


@pytest.mark.parametrize(("key", "mark"), [("a", "OK"), ("r", "bad")])
def test_a_key_judges_no_sample_that_was_not_on_the_screen(browser, pages, key, mark):
    with opened(browser, pages(TIMES), height=500) as tab:
        first = tab.locator("#current").inner_text()
        tab.keyboard.press(key)

        asked = tab.get_by_role("status").and_(tab.locator("#asked"))
        assert asked.inner_text() == (
            f"Sample {first} was not on the screen yet. Press {key} again to mark it {mark}."
        )
        assert tab.locator("#stand").evaluate(TOP) < 500
        assert tab.locator("#list .sign").first.inner_text() == ""

        tab.keyboard.press(key)
        assert tab.locator("#list .sign").first.inner_text() != ""
        assert asked.inner_text() == ""


def test_what_was_scrolled_to_is_judged_at_once(browser, pages):
    with opened(browser, pages(TIMES), height=500) as tab:
        tab.locator("#samples").evaluate(SCROLLED_TO)
        tab.keyboard.press("a")

        assert tab.locator("#list .sign").first.inner_text() == "✓"


def test_a_key_that_is_held_down_judges_nothing_more(browser, pages):
    with opened(browser, pages(TIMES)) as tab:
        tab.keyboard.press("j")
        tab.keyboard.press("k")
        for _ in range(5):  # without a release between, as a held key is heard
            tab.keyboard.down("a")
        tab.keyboard.up("a")

        signs = tab.locator("#list .sign").all_inner_texts()
        assert signs.count("✓") == 1


def test_an_accept_of_what_nobody_looked_at_is_asked_for_twice(browser, pages):
    with opened(browser, pages(TIMES), height=500) as tab:
        accept, doubt = tab.locator("[data-verdict=accept]"), tab.locator("#doubt")
        tab.locator("#doubt").evaluate(SCROLLED_TO)  # past the samples
        accept.press("Enter")
        assert doubt.inner_text() == (
            "No sample was looked at. Press Accept again to accept all the same."
        )
        assert doubt.get_attribute("role") == "status"
        assert accept.get_attribute("aria-pressed") == "false"

        tab.locator("#reason").focus()
        assert doubt.inner_text() == ""
        accept.press("Enter")
        assert accept.get_attribute("aria-pressed") == "false"
        accept.press("Enter")
        assert accept.get_attribute("aria-pressed") == "true"
        assert doubt.inner_text() == ""
        assert tab.locator("#standing").inner_text() == "accepted"


def test_a_question_may_be_named_as_something_every_object_has(browser, tmp_path):
    bench(tmp_path, rubric=[{"id": "constructor", "question": "Is it well made?"}])
    sample = {"input": {"question": "Why?"}, "output": {"answer": "So."}}
    folder = review_pages.task(tmp_path / "tasks" / "T", "text/open-qa", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        assert tab.locator("#verdict legend").inner_text() == "Is it well made?"
        assert tab.locator("#verdict .hint").count() == 0


def test_a_double_click_is_one_press(browser, pages):
    with opened(browser, pages(TIMES), height=500) as tab:
        accept, doubt = tab.locator("[data-verdict=accept]"), tab.locator("#doubt")
        tab.locator("#doubt").evaluate(SCROLLED_TO)
        accept.dblclick()
        assert doubt.inner_text().startswith("No sample was looked at.")
        assert accept.get_attribute("aria-pressed") == "false"


def test_an_accept_after_looking_is_not_asked_for_twice_unless_a_sample_is_bad(
    browser, pages
):
    with opened(browser, pages(TIMES)) as tab:
        accept = tab.locator("[data-verdict=accept]")
        tab.keyboard.press("j")
        accept.click()
        assert accept.get_attribute("aria-pressed") == "true"
        accept.click()
        assert accept.get_attribute("aria-pressed") == "false"

        tab.keyboard.press("r")
        accept.click()
        assert tab.locator("#doubt").inner_text() == (
            "1 sample is marked bad. Press Accept again to accept all the same."
        )


def test_a_sample_is_found_by_id_by_number_and_by_its_words(browser, pages):
    data = json.loads((pages(TIMES).parent / TIMES / "annotation.json").read_text())["data"]  # fmt: skip
    with opened(browser, pages(TIMES)) as tab:
        for wanted, sought in ((4, data[4]["id"]), (7, "8")):
            tab.keyboard.press("/")
            tab.locator("#search").fill(sought)
            tab.keyboard.press("Enter")
            assert tab.locator("#current").inner_text() == data[wanted]["id"]
        word = data[2]["input"]["table"]["name"].split()[-1]
        tab.keyboard.press("/")
        tab.locator("#search").fill(word)
        told = tab.locator("#list .name").all_inner_texts()

    assert told == [s["id"] for s in data if word.lower() in json.dumps(s).lower()]


CHOSEN = "JSON.parse(document.getElementById('data').textContent).tasks[0].chosen.map((c) => c.index)"  # fmt: skip


@pytest.mark.parametrize("pictured", [False, True])
def test_samples_that_are_not_chosen_show_their_words_and_say_what_is_missing(
    browser, tmp_path, pictured
):
    (tmp_path / "t" / "images").mkdir(parents=True)
    samples = [{"input": {"question": f"question {n}"}, "output": {"text": f"answer {n}"}} for n in range(100)]  # fmt: skip
    for number, sample in enumerate(samples if pictured else []):
        sample["input"]["image_file"] = f"images/{number}.png"
        media.picture(tmp_path / "t" / f"images/{number}.png", seed=number)
    family = "image/vqa" if pictured else "text/generic"
    folder = review_pages.task(tmp_path / "t", family, samples)
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        assert tab.locator("#list li").count() == 60
        tab.locator("#lists").select_option("all")
        assert tab.locator("#list li").count() == 100
        chosen = set(tab.evaluate(CHOSEN))
        other = next(n for n in range(100) if n not in chosen)
        tab.locator(f"#list [data-index='{other}']").click()
        assert tab.get_by_text(f"question {other}", exact=True).is_visible()
        missing = tab.get_by_text("its media are not. curate review --serve shows them")
        assert missing.is_visible() == pictured


def test_of_a_very_long_text_the_beginning_is_shown_and_the_rest_on_request(
    browser, tmp_path
):
    sample = {"input": {"question": "Why?"}, "output": {"answer": "e\u0301" * 50_000}}
    folder = review_pages.task(tmp_path / "t", "text/open-qa", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        tab.keyboard.press("o")
        text = tab.locator("#stand .prose").last
        assert len(text.text_content()) == 5000
        tab.get_by_role("button", name="Show all 100,000 characters").evaluate(
            "b => b.click()"
        )
        assert text.evaluate("t => t.textContent.length") == 100_000


def test_a_finding_leads_to_its_sample(browser, tmp_path):
    samples = [{"input": {"question": f"Is {n} even?"}, "output": {"answer": "yes"}} for n in range(80)]  # fmt: skip
    samples[70] = {"input": {"question": 5}, "output": {"answer": "yes"}}
    folder = review_pages.task(tmp_path / "t", "text/open-qa", samples)
    path = review_pages.made(folder, tmp_path / "page.html")

    with opened(browser, path) as tab:
        rule = tab.locator(".rule", has_text="SCH002")
        rule.locator("summary").click()
        rule.get_by_role("link", name="s70").click()
        assert tab.locator("#current").inner_text() == "s70"
        assert tab.locator("#stand .faults").get_by_text("SCH002").is_visible()


# ---------------------------------------------------------------------- deciding


def test_what_is_decided_is_downloaded_as_a_record_that_fits(browser, pages):
    with opened(browser, pages(TIMES)) as tab:
        tab.keyboard.press("j")
        tab.keyboard.press("k")
        tab.keyboard.press("a")
        tab.keyboard.press("r")
        tab.locator("#comment").fill("The train is late.")
        tab.locator("#reviewer").fill("R. Viewer")
        tab.locator("#reason").fill("One answer is wrong.")
        tab.get_by_role("button", name="Request changes").click()
        with tab.expect_download() as kept:
            tab.locator("#download").click()
        told = json.loads(Path(kept.value.path()).read_text())

    assert [*schemas.exact_validator("review.json").iter_errors(told)] == []
    assert (told["verdict"], told["reviewer"], told["reason"]) == (
        "request-changes",
        "R. Viewer",
        "One answer is wrong.",
    )
    assert told["tasks"] == {"": told["content"]}
    assert [(s["state"], s["comment"]) for s in told["samples"]] == [("ok", ""), ("bad", "The train is late.")]  # fmt: skip


def test_a_finding_is_commented_and_waived(browser, tmp_path):
    with opened(browser, review_pages.numbers_for_words(tmp_path)) as tab:
        rule = tab.locator(".rule", has_text="SCH002")
        rule.locator("summary").click()
        rule.get_by_label("Comment").fill("Agreed.")
        rule.get_by_label("Reason of the waiver").fill("numbers are meant")
        rule.get_by_role("button", name="Waive").click()
        assert tab.locator("#waivers").inner_text().startswith("SCH002 *: numbers")
        with tab.expect_download() as kept:
            tab.locator("#download").click()
        told = json.loads(Path(kept.value.path()).read_text())

    assert told["waivers"] == [{"code": "SCH002", "path": "*", "reason": "numbers are meant"}]  # fmt: skip
    assert told["findings"] == [{"code": "SCH002", "path": "", "comment": "Agreed."}]


# ------------------------------------------------------------- nothing is executed

SCRIPT = "</script><script>window.taken=1</script><img src=x onerror=window.taken=2>"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" onload="window.taken=3"><script>window.taken=4</script></svg>'


def test_an_attack_is_shown_as_text_and_executes_nothing(browser, tmp_path):
    root = tmp_path / "t"
    (root / "images").mkdir(parents=True)
    quoted = 'images/"onerror="window.taken=5.png'
    media.picture(root / quoted)
    (root / "images" / "drawing.svg").write_text(DRAWING)
    samples = [
        {"id": SCRIPT, "input": {"image_file": quoted, "question": SCRIPT}, "output": {"text": "@@STYLE@@"}},
        {"input": {"image_file": "images/drawing.svg", "question": "[x](javascript:window.taken=6)"}, "output": {"text": DRAWING}},
        {"input": {"image_file": "../../../etc/passwd", "question": "javascript:window.taken=7"}, "output": {"text": "\u2028\u2029&lt;b&gt;"}},
    ]  # fmt: skip
    task = review_pages.task(root, "image/vqa", samples, task=SCRIPT, skill=SCRIPT, data_source="javascript:window.taken=8")  # fmt: skip
    path = review_pages.made(task, tmp_path / "page.html")

    with opened(browser, path) as tab:
        tab.evaluate(
            "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
        )
        shown = ""
        for place in range(3):
            tab.evaluate(f"location.hash = '#s-0-{place}'")
            tab.wait_for_timeout(50)
            tab.evaluate("document.getElementById('answer').open = true")
            shown += tab.locator("#stand").inner_text()
        assert tab.evaluate("window.taken") is None
        assert tab.locator("#stand script, #stand svg script, [onload], [onerror], a[href^='javascript']").count() == 0  # fmt: skip
        assert tab.locator("script").count() == 2
        assert SCRIPT in tab.locator("#overview").inner_text()

    assert "root:x:0" not in path.read_text()
    for text in (SCRIPT, "@@STYLE@@", DRAWING, "javascript:window.taken=7", quoted):
        assert text in shown


def test_odd_values_are_shown_and_do_not_stop_the_page(browser, tmp_path):
    deep = "[" * 80 + "]" * 80
    odd = [
        '{"id": "a", "input": {"question": "one"}, "output": {"answer": Infinity}}',
        '{"id": "b", "input": {"question": "two"}, "output": {"answer": NaN}}',
        '{"id": "c", "input": {"question": "three"}, "output": {"answer": 123456789012345678901234567890}}',
        '{"id": "d", "input": {"question": "\\u2028 four"}, "output": {"answer": ""}}',
        f'{{"id": "e", "input": {{"question": {deep}}}, "output": []}}',
        '"not an object"',
        "null",
        "[1, [2], {}]",
        '{"id": 7, "__proto__": {"x": 1}, "constructor": 5, "input": null}',
    ]
    root = tmp_path / "t"
    root.mkdir()
    (root / "annotation.json").write_text('{"family": "text/open-qa", "task": "Odd", "data": [' + ", ".join(odd) + "]}")  # fmt: skip
    path = review_pages.made(root, tmp_path / "page.html")

    with opened(browser, path) as tab:
        shown = []
        for place in range(len(odd)):
            tab.evaluate(f"location.hash = '#s-0-{place}'")
            tab.wait_for_function(
                f"document.querySelector('#stand .facts').textContent.startsWith('{place + 1} of')"
            )
            tab.evaluate(
                "document.querySelectorAll('#answer').forEach((d) => { d.open = true; })"
            )
            shown.append(tab.locator("#stand").inner_text())

    for text, place in (("inf", 0), ("nan", 1), ("123456789012345678901234567890", 2), ("four", 3), ("not an object", 5), ("null", 6)):  # fmt: skip
        assert text in shown[place]


def test_the_policy_stops_what_got_in_all_the_same(browser, pages):
    tab = browser.new_page()
    tab.goto(pages(TIMES).as_uri())
    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.taken=1\">')"
    )
    tab.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.taken=2'}))"
    )
    with pytest.raises(Exception, match="Failed to fetch"):
        tab.evaluate("fetch('http://127.0.0.1:9/')")
    assert tab.evaluate("window.taken") is None
    tab.close()


# ------------------------------------------------------------------ for all readers


AXED = [(name, "light") for name in (CARS, TRIADS, CHAIRS, MARBLES, TIMES)]


@pytest.mark.parametrize(("name", "scheme"), [*AXED, (CARS, "dark")])
def test_axe_finds_no_fault(browser, pages, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with opened(browser, pages(name), color_scheme=scheme) as tab:
        tab.keyboard.press("o")
        tab.evaluate(
            "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
        )
        found = axe.Axe().run(tab).response["violations"]

    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


@pytest.mark.parametrize(
    ("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 31)")]
)
def test_the_page_is_light_or_dark_as_its_reader_wants_or_says(
    browser, pages, scheme, ground
):
    back = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, pages(TIMES), color_scheme=scheme) as tab:
        assert tab.evaluate(back) == ground
        tab.locator("#theme").click()
        assert tab.evaluate(back) != ground


def test_overview_and_findings_are_there_without_scripts(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(pages(CARS).as_uri())
    assert tab.get_by_text("Object Detection", exact=True).is_visible()
    assert tab.locator(".plot svg rect").count() > 3
    assert "which this browser does not run" in tab.locator("body").inner_text()
    context.close()
