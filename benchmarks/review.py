"""How long the reviewer's page takes: to be built, against validation, and to be opened.

Run it with `python benchmarks/review.py [SAMPLES]`. A task of pictures and one of words are
made, of 10,000 samples each. The ratios are of the same run on the same machine: building is to take
less than twice the time of validation. Opening is measured where there is a Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from curation.review import rendering
from curation.review.overview import overview
from curation.review.page import page
from curation.review.submission import looked
from curation.settings import Settings

SAMPLES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
PICTURES = 2_000
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


def measure(folder, out):
    settings = Settings()
    start = time.perf_counter()
    with looked(folder, settings) as submission:
        validated = time.perf_counter()
        seen = overview(submission)
        known = time.perf_counter()
        engine = rendering.pool(os.cpu_count() or 1, settings.limits)
        out.write_text(page(submission, seen, engine), encoding="utf-8")
    built = time.perf_counter()
    return validated - start, known - validated, built - known


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
            out = Path(scratch) / "page.html"
            validation, overview_, building = measure(folder, out)
            opening = f", opened in {opened(out):.2f} s" if CHROMIUM else ""
            print(
                f"{make.__name__}: {SAMPLES:,} samples, validated in {validation:.2f} s, overview {overview_:.2f} s,"
                f" page {building:.2f} s ({(overview_ + building) / validation:.2f} of validation),"
                f" {out.stat().st_size / 1e6:.1f} MB{opening}"
            )


if __name__ == "__main__":
    main()
