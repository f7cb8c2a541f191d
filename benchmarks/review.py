"""How long the reviewer's page takes: to be built, against validation, and to be opened.

Run it with `python benchmarks/review.py [SAMPLES]`. A task of words and one of pictures are
made, of 10,000 samples each. Whole commands are timed in turn, both without a cache: `curate
review`, which validates too, is to take less than twice the time of `curate validate`.
Opening is measured where there is a Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from timing import CURATE, timed

SAMPLES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
PICTURES = 2_000
RUNS = 3
FRESH = ["--no-cache"]
CHROMIUM = os.environ.get("CURATE_CHROMIUM") or shutil.which("chromium")


def words(folder):
    """A task of long questions with labelled answers."""
    said = (
        "The quick brown fox jumps over the lazy dog and then walks home slowly. " * 6
    )
    samples = [
        {"id": f"w{n}", "input": {"question": f"{n}: {said}", "options": ["a", "b", "c", "d"]}, "output": {"answer": "ABCD"[n % 4]}}
        for n in range(SAMPLES)
    ]  # fmt: skip
    return written(folder, "text/multiple-choice-qa", samples)


def pictures(folder):
    """A task of detection over pictures, five samples a picture."""
    import numpy as np
    from PIL import Image

    (folder / "images").mkdir(parents=True)
    dice = np.random.default_rng(1)
    number = min(PICTURES, SAMPLES)
    for n in range(number):
        coarse = dice.integers(0, 255, (30, 40, 3), np.uint8)
        Image.fromarray(coarse).resize((640, 480)).save(folder / "images" / f"{n}.jpg")
    samples = [
        {"id": f"p{n}", "input": {"image_file": f"images/{n % number}.jpg", "prompt": f"Find {n}."}, "output": {"text": {"thing": [[10, 10, 100 + n % 50, 80]]}}}
        for n in range(SAMPLES)
    ]  # fmt: skip
    return written(folder, "image/detection", samples)


def written(folder, family, samples):
    folder.mkdir(parents=True, exist_ok=True)
    told = {"family": family, "task": "Many", "license": "mit", "data": samples}
    (folder / "annotation.json").write_text(json.dumps(told))
    return folder


def opened(path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        tab = browser.new_page()
        start = time.perf_counter()
        tab.goto(path.as_uri())
        tab.locator("#current").wait_for()
        taken = time.perf_counter() - start
        browser.close()
    return taken


def main():
    for make in (words, pictures):
        with tempfile.TemporaryDirectory() as scratch:
            folder = make(Path(scratch) / "task")
            pairs = [
                (
                    timed([*CURATE, "validate", folder, *FRESH]),
                    timed([*CURATE, "review", folder, "--out", scratch, *FRESH]),
                )
                for _ in range(RUNS)
            ]
            validated, built = (median(p[i] for p in pairs) for i in (0, 1))
            ratio = median(b / a for a, b in pairs)
            page = Path(scratch) / "task.review.html"
            opening = f", opened in {opened(page):.2f} s" if CHROMIUM else ""
            print(
                f"{make.__name__}: {SAMPLES:,} samples, validated in {validated:.2f} s, reviewed in {built:.2f} s"
                f" ({ratio:.2f} times), {page.stat().st_size / 1e6:.1f} MB{opening}",
                flush=True,
            )


if __name__ == "__main__":
    main()
