"""Edge: loads a published tree as its users do, and decodes media out of what was loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from curation import manifest, parquet
from curation.columns_of import FILES, FRAMES, PREVIEW
from curation.endings import kind_of
from curation.publishing.patience import Patience
from curation.publishing.place import Place
from curation.publishing.plan import Part
from curation.publishing.port import Unanswered
from curation.settings import Settings
from curation.shapes import Kind, Shape
from curation.workers import Job, LocalPool, batched

FILE = "file"
"""The kind of files of which nothing but the name tells what they are."""


@dataclass
class Contents:
    """What was seen in a tree: configurations that open, their rows, files that decode."""

    configs: int = 0
    rows: int = 0
    media: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Loading:
    """How a tree is loaded.

    Args:
        place: Where it is.
        home: An empty folder for all that is downloaded.
        jobs: Processes that decode.
        patience: How long is waited for an answer.
    """

    place: Place
    home: Path
    jobs: int
    patience: Patience = field(default_factory=Patience)

    def contents(self, part: Part, revision: str, folder: Path) -> Contents:
        """Compare a download with what was released, and open all that is in it.

        Args:
            part: What was released.
            revision: The tag, or what is loaded instead.
            folder: The download.
        """
        found = Contents()
        for path, file in part.files.items():
            there = folder / path
            if not there.is_file() or manifest.digest(there) != file.sha256:
                found.faults.append(f"{path} was not downloaded as it was released")
        expected = {
            config.name: sorted(config.glob("*.parquet"))
            for config in sorted((folder / "data").iterdir())
        }
        jobs: dict[Job, str] = {}
        for told in self._told(part, revision, list(expected)):
            _take(found, told, expected, jobs)
        self._decode(found, jobs)
        return found

    def _told(
        self, part: Part, revision: str, wanted: list[str]
    ) -> Iterator[Mapping[str, Any]]:
        asked = {
            "repository": part.repository,
            "revision": revision,
            "wanted": wanted,
            "folder": str(self.home / "loaded"),
        }
        largest = max(file.bytes for file in part.files.values())
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "curation.publishing.loading"],
            env=dict(self.place.environment(self.home)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            try:
                process.stdin.write(json.dumps(asked))
                process.stdin.close()
                while line := self._line(process.stdout, largest):
                    yield json.loads(line)
                if process.wait() != 0:
                    told = process.stderr.read().strip().splitlines()
                    yield {
                        "error": (told or [f"it ended with {process.returncode}"])[-1]
                    }
            except Unanswered as error:
                yield {"error": str(error)}
            finally:
                process.kill()

    def _line(self, stream: IO[str], size: int) -> str:
        return self.patience.ask("loading with datasets", stream.readline, size * 4)

    def _decode(self, found: Contents, jobs: Mapping[Job, str]) -> None:
        if not jobs:
            return
        limits = Settings().limits
        batches = batched(list(jobs), limits, {})
        for job, told in LocalPool(self.jobs, limits).run(batches):
            if told["type"] == "Unreadable":
                found.faults.append(f"{jobs[job]} cannot be decoded: {told['detail']}")
            else:
                found.media += 1


def _take(
    found: Contents,
    told: Mapping[str, Any],
    expected: Mapping[str, list[Path]],
    jobs: dict[Job, str],
) -> None:
    """Take in one answer of who loads."""
    if "names" in told:
        missing = sorted(expected.keys() - set(told["names"]))
        more = sorted(set(told["names"]) - expected.keys())
        found.faults += [
            f"{name}: the card has no such configuration" for name in missing
        ]
        found.faults += [
            f"{name}: there are no data of this configuration" for name in more
        ]
    elif "config" not in told:
        found.faults.append(f"datasets: {told['error']}")
    elif "error" in told:
        found.faults.append(f"{told['config']} does not open: {told['error']}")
    else:
        _opened(found, told, expected[told["config"]], jobs)


def _opened(
    found: Contents,
    told: Mapping[str, Any],
    files: list[Path],
    jobs: dict[Job, str],
) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    name, rows = told["config"], sum(told["rows"].values())
    wanted = sum(pq.read_metadata(file).num_rows for file in files)
    if rows != wanted:
        found.faults.append(f"{name} opens with {rows:,} rows, expected {wanted:,}")
    found.configs += 1
    found.rows += rows
    kinds = _kinds(files[0])
    for one in told["media"]:
        kind = kinds.get(one["column"])
        file = Path(one["file"])
        if kind == FILE:
            kind = kind_of(file.name)
        if kind is not None:
            job = Job(str(file), kind, file.stat().st_size)
            jobs[job] = f"{name}: {file.name.partition('-')[2]} in {one['column']}"


def _kinds(file: Path) -> Mapping[str, str]:
    """Return what kind of media each column holds, of those that decoders know."""
    form = parquet.sheet(file).layout
    kinds = {c.name: kind for c in form.columns if (kind := _kind(c.shape))}
    kinds |= {FILES: FILE} if form.files else {}
    return kinds | ({PREVIEW: "image"} if form.preview else {})


def _kind(shape: Shape) -> str | None:
    if shape.kind is Kind.MEDIA:
        return "frame" if shape.media == FRAMES else shape.media
    inner = [shape.item] if shape.item else list(shape.fields.values())
    return next((kind for one in inner if (kind := _kind(one))), None)
