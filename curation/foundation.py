"""Edge: writes the folder of a benchmark to start from."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from curation import ledger
from curation.benchmark import FILE, SHARE
from curation.scaffold import NotEmpty

__all__ = ["NotEmpty", "write"]

_TOML = """\
# What the benchmark is. Nothing secret stands here: the key file lies elsewhere.

name = {name}

# Part of each task that is published with its references; the rest is published without.
share = {share}

# Licence of the whole, an id that the Hugging Face Hub knows, such as cc-by-4.0. With
# "other" each task keeps its own. It is held against those of the tasks.
licence = "other"

# Where questions and reports of errors go, where the benchmark is at home, who made it.
# contact = "https://example.org"
# url = "https://example.org"
# paper = "https://arxiv.org/abs/..."
# authors = ["Given Family", "Given Family"]

# Languages beyond those that the tasks state.
# languages = ["en"]

# How it is to be cited.
# citation = \"\"\"
# @misc{{...}}
# \"\"\"

# The accepted tasks: task folders, trees of them or archives, inside this folder. What is
# too large for it can lie elsewhere and be pinned; curate benchmark pin PATH tells how:
#   {{path = "../large/Long-Films.zip", sha256 = "..."}},
# A task keeps its id when its folder is renamed if the id is stated:
#   {{path = "tasks/Image/comprehension/Birds", id = "image.comprehension.Birds"}},
tasks = [
  "tasks",
]

# Dataset repositories on the Hub, three different ones.
# [repositories]
# open = "OWNER/NAME-Openset"
# close = "OWNER/NAME-Closeset"
# references = "OWNER/NAME-References"

# Licences of tasks that state none, by id or pattern; nothing is released without one.
# [licences]
# "image.generation.Image-Denoising" = "cc0-1.0"
# "mesh.*" = {{name = "Terms of the archive", link = "https://example.org/terms"}}

# What people are asked before they may download a set.
# [gated.close]
# access = "auto"
# prompt = "These questions are for evaluation."
# fields = {{"I will not train on them" = "checkbox"}}

# What is to stand on the cards in your own words goes into cards/open.md, cards/close.md
# and cards/references.md beside this file.
"""
_TASKS = """\
# Accepted tasks

One folder for each, as `Image/comprehension/TASK` or `NLP/TASK`, with an `annotation.json`
that holds the references. `curate validate .` checks them all, and `curate review TASK` shows
one to its reviewer. Only what a `review.json` in its folder accepts is divided and released.
"""
_IGNORED = """\
# What must never be shared, should it ever come here.
*.key
references/
.*.part
"""


def write(folder: Path, name: str) -> None:
    """Write the folder of a benchmark; it appears whole or not at all.

    Raises:
        NotEmpty: *folder* exists and is not an empty folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} exists and is not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".curate-") as scratch:
        whole = Path(scratch) / "benchmark"
        (whole / "tasks").mkdir(parents=True)
        told = _TOML.format(name=json.dumps(name, ensure_ascii=False), share=SHARE)
        for file, text in (
            (FILE, told),
            (ledger.FILE, ""),
            ("tasks/README.md", _TASKS),
            (".gitignore", _IGNORED),
        ):
            (whole / file).write_text(text, encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        shutil.move(whole, folder)
