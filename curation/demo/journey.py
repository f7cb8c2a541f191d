"""All of the way of a benchmark, from contributions to a published version, in one folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from curation import demo

CONTRIBUTED, BENCH, KEY, RELEASE, HUB = (
    "contributed", "bench", "bench.key", "release", "hub",
)  # fmt: skip
VERSION = "1.0.0"
_TOML = """\
name = "Demo-Bench"
licence = "cc-by-4.0"
tasks = ["tasks"]

[repositories]
open = "demo/Demo-Bench-Openset"
close = "demo/Demo-Bench-Closeset"
references = "demo/Demo-Bench-References"
"""


def steps(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the commands that lead there, one after the other, with their arguments.

    What a person does between two of them is done here when the next is asked for.

    Raises:
        NotEmpty: there is something in the folder.
    """
    contributed, bench, key, release = (
        str(folder / name) for name in (CONTRIBUTED, BENCH, KEY, RELEASE)
    )
    demo.write(folder / CONTRIBUTED, None)
    config = str(folder / CONTRIBUTED / "curate.toml")
    yield "validate", contributed, "--config", config, "--quiet"
    yield "benchmark", "init", bench
    (folder / BENCH / "benchmark.toml").write_text(_TOML, encoding="utf-8")
    shutil.copytree(folder / CONTRIBUTED, folder / BENCH / "tasks", dirs_exist_ok=True)
    tasks = str(folder / BENCH / "tasks")
    reason = "Made by code, looked through by nobody."
    yield "review", tasks, "--accept", "--reviewer", "demo", "--reason", reason
    yield "key", "new", key
    yield "split", bench, "--key", key
    yield "release", bench, release, "--version", VERSION, "--key", key
    hub = str(folder / HUB)
    yield "publish", release, "--to", hub
    yield "verify", release, "--to", hub, "--full"
