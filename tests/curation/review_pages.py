"""Makes the reviewer's page of a submission, and watches what a browser does with it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

from curation.review import rendering
from curation.review.overview import overview
from curation.review.page import page
from curation.review.submission import looked
from curation.settings import Settings

CALM = Settings(min_samples=1)


def made(folder: Path, out: Path) -> Path:
    """Write the page of a submission, and return where."""
    with looked(folder, CALM, jobs=1) as submission:
        engine = rendering.pool(1, CALM.limits)
        text = page(submission, overview(submission), engine)
    out.write_text(text, encoding="utf-8")
    return out


@contextmanager
def opened(
    browser,
    path: Path,
    width: int = 1280,
    height: int = 900,
    script: str = "",
    **options,
):
    """Open a page; it must ask for nothing and complain about nothing."""
    tab = browser.new_page(viewport={"width": width, "height": height}, **options)
    noise: list[str] = []
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.on("request", lambda asked: noise.append(asked.url))
    if script:
        tab.add_init_script(script)
    tab.goto(path.as_uri())
    yield tab
    # The driver complains that a test reads what is painted; the page itself never does.
    own = [n for n in noise if "GPU stall due to ReadPixels" not in n]
    loud = [n for n in own if not n.startswith(("data:", "blob:null"))]
    assert loud == [path.as_uri()], loud
    tab.close()


def task(folder: Path, family: str, samples: list[dict], **envelope) -> Path:
    """Write a task of these samples."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"family": family, "task": "A task", "license": "mit"} | envelope
    told = said | {"data": [{"id": f"s{n}"} | s for n, s in enumerate(samples)]}
    (folder / "annotation.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def numbers_for_words(folder: Path) -> Path:
    """Write the page of a task in which a question is a number, which SCH002 tells of."""
    samples = [{"input": {"question": 5}, "output": {"answer": "yes"}}]
    return made(task(folder / "t", "text/open-qa", samples), folder / "page.html")
