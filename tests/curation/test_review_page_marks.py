"""Marks in the reviewer's page, by the pixels that a browser paints."""

from __future__ import annotations

import io

import media
import pytest
import review_pages
from PIL import Image
from review_pages import opened

pytestmark = pytest.mark.slow

GREY = (200, 200, 200)


def painted(part):
    """Return what a browser paints of a part of the page, as pixels in colours."""
    return Image.open(io.BytesIO(part.screenshot())).convert("RGB")


def shares(picture, points):
    """Return the colours at points that are given as shares of width and height."""
    wide, high = picture.size
    return [picture.getpixel((int(x * wide), int(y * high))) for x, y in points]


def differs(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > 40


def test_keypoints_are_painted_where_the_annotation_says_unless_they_are_absent(
    browser, tmp_path
):
    (tmp_path / "t" / "images").mkdir(parents=True)
    Image.new("RGB", (400, 300), GREY).save(tmp_path / "t" / "images" / "a.png")
    points = [[100, 75, 2], [300, 150, 1], [200, 225, 0]]
    sample = {"input": {"image_file": "images/a.png"}, "output": {"instances": [{"bbox": [20, 20, 360, 260], "keypoints": points}]}}  # fmt: skip
    folder = review_pages.task(tmp_path / "t", "image/keypoints", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")
    places = [(x / 400, y / 300) for x, y, _ in points]

    with opened(browser, path) as tab:
        stage = tab.locator("#stand .stage")
        assert shares(painted(stage), places) == [GREY, GREY, GREY]
        tab.keyboard.press("o")
        seen = shares(painted(stage), places)

    assert [differs(colour, GREY) for colour in seen] == [True, True, False]


def test_spans_are_painted_along_a_film_from_when_to_when(browser, tmp_path):
    (tmp_path / "t" / "videos").mkdir(parents=True)
    media.film(tmp_path / "t" / "videos" / "a.mp4", 24, (96, 64))
    spans = [{"segment": [0.5, 1.0], "label": "run"}, {"segment": [1.5, 1.9], "label": "jump"}]  # fmt: skip
    sample = {"input": {"video_file": "videos/a.mp4"}, "output": {"annotations": spans}}
    folder = review_pages.task(tmp_path / "t", "video/temporal-action-detection", [sample])  # fmt: skip
    path = review_pages.made(folder, tmp_path / "page.html")
    times = [0.25, 0.75, 1.25, 1.7]

    with opened(browser, path) as tab:
        tab.keyboard.press("o")
        line = tab.locator("#stand svg.line")
        line.scroll_into_view_if_needed()
        seen = shares(painted(line), [(second / 2, 0.5) for second in times])

    before, run, between, jump = seen
    assert before == between
    assert differs(run, before)
    assert differs(jump, before)
    assert differs(run, jump)


def test_notes_of_midi_are_painted_as_a_piano_roll(browser, tmp_path):
    (tmp_path / "t" / "audios").mkdir(parents=True)
    # The low note fills the first half, the high one the second.
    tune = media.midi((0, [0x90, 60, 90]), (96, [0x80, 60, 0]), (0, [0x90, 64, 90]), (96, [0x80, 64, 0]))  # fmt: skip
    (tmp_path / "t" / "audios" / "a.mid").write_bytes(tune)
    sample = {"input": {"prompt": "Rise."}, "output": {"audio_file": "audios/a.mid"}}
    folder = review_pages.task(tmp_path / "t", "audio/music-generation", [sample])
    path = review_pages.made(folder, tmp_path / "page.html")
    high, low = 1.5 / 7, 5.5 / 7

    with opened(browser, path) as tab:
        tab.keyboard.press("o")
        roll = painted(tab.locator("#stand svg.roll"))
        assert tab.get_by_text("2 notes from C4 to E4 in 2 quarters").is_visible()
        assert tab.locator("#stand figcaption .facts").inner_text() == (
            "1 track, midi, 38 B"
        )

    ground = roll.getpixel((3, 3))
    seen = shares(roll, [(0.25, low), (0.25, high), (0.75, low), (0.75, high)])
    assert [differs(colour, ground) for colour in seen] == [True, False, False, True]
