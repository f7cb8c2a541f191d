"""The leaderboards' page, as text and in a real browser.

The browser is that of `tests/conftest.py`, driven by Playwright.
"""

import html.parser
import json
import re

import pytest
from made_scores import PAPER, ROWS, score_file, worse

from curation.scoring import Terms, boards, rank
from curation.scoring.board_report import BoardReport
from curation.scoring.page import render

pytestmark = pytest.mark.slow

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>&@@STYLE@@"
TERMS = Terms(PAPER, count=200)
MODELS = [
    score_file("Strong", PAPER.values),
    score_file("Weak", {r.id: worse(r, PAPER.values[r.id], 0.2) for r in ROWS}),
    score_file("Speaker", {"audio-g-005": 5.0, "audio-c-001": 70.0}),
    score_file(HOSTILE, {"image-c-001": 10.0}),
]


@pytest.fixture(scope="module")
def page_text():
    return render(BoardReport(rank(boards(), MODELS, TERMS), TERMS))


# --------------------------------------------------------------------- as text


class Reader(html.parser.HTMLParser):
    """Notes what is in a page: elements, addresses, and the scripts' text."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.scripts = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [
            v for k, v in attrs if k in ("src", "href", "action", "srcset")
        ]
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "script":
            self.scripts[-1] += data


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_nothing_is_loaded_from_anywhere(page_text):
    assert set(read(page_text).addresses) == {"#board", "data:,"}
    assert "default-src 'none'" in page_text
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page_text) == []


def test_a_hostile_name_stays_a_name(page_text):
    reader = read(page_text)

    assert reader.tags.count("script") == 2
    assert reader.tags.count("img") == 0
    names = {
        s["model"]
        for b in json.loads(reader.scripts[0])["boards"]
        for s in b["standings"]
    }
    assert names == {m.model for m in MODELS}


def test_the_data_are_the_boards_of_all_scopes(page_text):
    found = json.loads(read(page_text).scripts[0])

    assert [b["id"] for b in found["boards"]] == [b.id for b in boards()]


def test_without_scripts_there_is_a_table_of_all_modalities(page_text):
    table = page_text[page_text.index("<table>") : page_text.index("</table>")]

    assert table.count("<tr>") == 5
    assert "<caption>All modalities, 584 tasks</caption>" in table
    assert '<th scope="row">Strong</th>' in table


def test_a_page_without_boards_is_an_error():
    with pytest.raises(ValueError, match="there is no board to show"):
        render(BoardReport((), TERMS))


# ---------------------------------------------------------------- in a browser


@pytest.fixture
def opened(browser, page_text, tmp_path):
    """The page, and all that it asked for or complained about."""
    path = tmp_path / "boards.html"
    path.write_text(page_text, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    noise = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url))
    page.goto(path.as_uri())
    yield page
    assert noise == [path.as_uri()]
    page.close()


def names(page):
    return page.locator("tbody th").all_inner_texts()


def column(page, number):
    cells = page.locator(f"tbody tr > :nth-child({number})").all_inner_texts()
    return [cell.split()[0] for cell in cells]


def test_the_page_shows_the_board_of_all_modalities_best_first(opened):
    assert opened.locator("caption").inner_text() == (
        "All modalities, 584 tasks; intervals from tasks drawn anew"
    )
    assert names(opened) == ["Strong", "Speaker", "Weak", HOSTILE]
    assert column(opened, 3) == ["5", "3", "2", "2"]
    assert opened.locator("#count").inner_text() == "4 of 4 models"
    assert opened.title() == "General-Bench leaderboards"


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_it_round(opened):
    heading = opened.get_by_role("button", name="Model")
    heading.click()
    assert names(opened) == [HOSTILE, "Speaker", "Strong", "Weak"]
    assert opened.locator("th[aria-sort=ascending]").inner_text().strip() == "Model"

    opened.get_by_role("button", name="Model").click()
    assert names(opened) == ["Weak", "Strong", "Speaker", HOSTILE]
    assert opened.locator("th[aria-sort=descending]").count() == 1


def test_scores_sort_from_the_highest_down(opened):
    opened.get_by_role("button", name="L2", exact=True).click()

    scores = [float(s) for s in column(opened, 4)]
    assert scores == sorted(scores, reverse=True)
    assert names(opened)[:2] == ["Strong", "Weak"]


def test_the_whole_page_can_be_used_with_the_keyboard(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to the board"
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") == "scope"
    opened.keyboard.press("ArrowDown")
    assert opened.locator("#which").input_value() == "B-image"
    for _ in range(3):
        opened.keyboard.press("Tab")
    opened.keyboard.type("weak")
    assert names(opened) == ["Weak"]
    for _ in range(3):
        opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.dataset.key") == "model"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.dataset.key") == "model"
    assert opened.locator("th[aria-sort=ascending]").inner_text().strip() == "Model"


def test_scopes_and_boards_are_chosen(opened):
    assert opened.locator("#scope option").all_inner_texts() == [
        "A: All modalities",
        "B: Modalities and their combinations",
        "C: Paradigms",
        "D: Skills",
    ]
    for scope, count in {"A": 2, "B": 14, "C": 8, "D": 145}.items():
        opened.locator("#scope").select_option(scope)
        assert opened.locator("#which option").count() == count
    opened.locator("#which").select_option("D-L-1")
    assert (
        opened.locator("caption").inner_text().startswith("L-1 Cognitive QA, 9 tasks")
    )
    assert opened.url.endswith("#D-L-1")


def test_an_address_with_a_board_opens_it(opened):
    opened.evaluate("location.hash = '#C-audio-comprehension'")
    opened.wait_for_function(
        "document.querySelector('caption').textContent.startsWith('Audio')"
    )

    assert opened.locator("#scope").input_value() == "C"
    headings = [t.strip() for t in opened.locator("thead th").all_inner_texts()]
    assert headings[3:6] == ["L2", "L3", "Audio L2"]


def test_every_modality_has_a_bar_with_its_interval(opened):
    first = opened.locator("tbody tr").first
    bars = first.locator("svg")

    assert bars.count() == 4
    [strong] = [
        s for s in rank(boards()[:1], MODELS, TERMS)[0].standings if s.model == "Strong"
    ]
    for bar, (title, modality) in zip(
        bars.all(),
        {"Image": "image", "Video": "video", "Audio": "audio", "3D": "mesh"}.items(),
        strict=True,
    ):
        ladder, spans = strong.parts[modality]
        assert float(bar.locator("rect.value").get_attribute("width")) == pytest.approx(
            ladder.l2, abs=1e-5
        )
        label = bar.get_attribute("aria-label")
        low, high = spans[0]
        assert (
            label
            == f"{title} L2 {ladder.l2:.2f}, 95 % interval {low:.1f} to {high:.1f}"
        )
    assert first.locator("svg line").count() == 12


def test_bars_can_show_another_level(opened):
    opened.locator("#level").select_option("L4")

    headings = [t.strip() for t in opened.locator("thead th").all_inner_texts()]
    assert headings[7:11] == ["Image L4", "Video L4", "Audio L4", "3D L4"]
    assert column(opened, 8)[0] != column(opened, 4)[0]


def test_a_hostile_name_is_shown_and_not_run(opened):
    opened.get_by_label("Find a model").fill("</script>")

    assert names(opened) == [HOSTILE]
    assert opened.locator("img").count() == 0
    assert opened.title() == "General-Bench leaderboards"


@pytest.mark.parametrize(
    ("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 31)")]
)
def test_the_page_is_light_or_dark_as_its_reader_wants(opened, scheme, ground):
    opened.emulate_media(color_scheme=scheme)

    style = "getComputedStyle(document.body)"
    assert opened.evaluate(f"{style}.backgroundColor") == ground
    assert opened.evaluate(CONTRAST) >= 4.5


CONTRAST = """() => {
  const light = (css) => {
    const [r, g, b] = css.match(/[\\d.]+/g).map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return Math.min(...[...document.querySelectorAll("p, li, td, th, small, label, h1, h2")].map((node) => {
    const text = light(getComputedStyle(node).color);
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
  }));
}"""
"""The lowest contrast of any text with the page's ground, by WCAG 2.2's formula."""


def test_a_narrow_window_scrolls_the_table_and_not_the_page(opened):
    opened.set_viewport_size({"width": 360, "height": 700})

    assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.evaluate("document.getElementById('board').scrollWidth") > 360
