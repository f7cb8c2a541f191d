"""The page stays small: files share what room there is, and texts are cut where they must be."""

from __future__ import annotations

import json

import media
import numpy as np
import pytest
import review_pages
from PIL import Image

from curation.review import budget, exhibits


def test_a_few_files_have_all_the_room_that_a_file_may_have():
    assert budget.room([("audio", 2_000_000)] * 3, 0) == budget.MOST


def test_many_large_files_share_the_room():
    each = budget.room([("video", 50_000_000)] * 60, 0)

    assert each > 200_000
    assert each * 60 <= budget.media(0)


def test_small_files_leave_their_room_to_large_ones():
    alone = budget.room([("video", 50_000_000)] * 60, 0)
    mixed = budget.room([("video", 50_000_000)] * 30 + [("video", 10_000)] * 30, 0)

    assert mixed > 1.5 * alone


def test_texts_that_fit_are_not_touched():
    samples = [{"id": "a", "input": "x" * 300_000}]

    assert budget.shortened(samples)[0] == samples


def test_texts_that_do_not_fit_are_cut_and_say_so():
    samples = [{"id": str(n), "input": {"document": "word " * 4000}} for n in range(2000)]  # fmt: skip

    found, size = budget.shortened(samples)

    assert size <= budget.TEXTS
    assert len(found) == len(samples)
    assert found[0]["input"]["document"].endswith("more characters]")
    assert found[7]["id"] == "7"


def test_the_samples_that_are_looked_at_first_are_cut_last():
    samples = [{"id": str(n), "input": {"document": "word " * 4000}} for n in range(2000)]  # fmt: skip

    found, size = budget.shortened(samples, [7, 1999])

    assert size <= budget.TEXTS
    assert [found[7], found[1999]] == [samples[7], samples[1999]]
    assert found[8]["input"]["document"].endswith("more characters]")
    assert [one["id"] for one in found] == [one["id"] for one in samples]


def test_what_is_drawn_beyond_the_budget_is_left_out_and_said_to_be():
    drawn = {("a", "image"): {"picture": b"x" * 900}, ("b", "image"): {"picture": b"x" * 100}}  # fmt: skip

    kept = exhibits.trimmed(drawn, 500)

    assert kept["a", "image"] == {"picture": b"", "omitted": True}
    assert kept["b", "image"] == {"picture": b"x" * 100}


@pytest.mark.slow
def test_a_task_of_large_recordings_and_pictures_stays_below_twenty_megabytes(tmp_path):
    root = tmp_path / "t"
    (root / "audios").mkdir(parents=True)
    (root / "images").mkdir()
    dice = np.random.default_rng(1)
    for n in range(12):
        noise = dice.normal(0, 0.2, (44_100 * 30, 1)).astype(np.float32)
        media.wav(root / "audios" / f"{n}.wav", noise, 44_100)
        Image.fromarray(dice.integers(0, 255, (1200, 1600, 3), np.uint8)).save(root / "images" / f"{n}.jpg")  # fmt: skip
    samples = [{"input": {"image_file": f"images/{n}.jpg"}, "output": {"audio_file": f"audios/{n}.wav"}} for n in range(12)]  # fmt: skip
    folder = review_pages.task(root, "audio/image-to-audio", samples)

    path = review_pages.made(folder, tmp_path / "page.html")

    assert sum(p.stat().st_size for p in root.rglob("*.wav")) > 30_000_000
    assert 5_000_000 < path.stat().st_size < 20_000_000
    told = path.read_text().partition('id="data">')[2].partition("</script>")[0]
    drawn = json.loads(told)["drawn"]
    assert len(drawn) == 24
    assert all(one["type"] == "Drawn" and not one.get("omitted") for one in drawn)
