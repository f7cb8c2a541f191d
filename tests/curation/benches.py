"""Makes the folder of a benchmark, and divides it without worker processes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curation import benchmark, division, ledger
from curation.examining import Means
from curation.key import Key
from curation.review import listing
from curation.review.content import content
from curation.review.record import Record, Verdict
from curation.workers import Batch, Job, decode_batch

KEY = Key(bytes(range(32)))


class Here:
    """An engine that decodes where it is called."""

    def run(self, batches: Sequence[Batch]) -> Iterator[tuple[Job, dict[str, Any]]]:
        for batch in batches:
            yield from zip(batch.jobs, decode_batch(batch), strict=True)


def bench(folder: Path, **more: Any) -> Path:
    """Write a benchmark whose tasks are all that lies below `tasks`."""
    told = {"name": "Test", "tasks": ["tasks"]} | more
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tasks").mkdir(exist_ok=True)
    lines = [f"{name} = {toml(value)}" for name, value in told.items()]
    (folder / "benchmark.toml").write_text("\n".join(lines) + "\n")
    return folder


def toml(value: Any) -> str:
    """Write a value as TOML does, for which JSON is nearly enough."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def task(
    folder: Path, samples: Sequence[Any], family: str = "text/open-qa", **envelope: Any
) -> Path:
    """Write a task; what has no id is numbered from 1."""
    data = [{"id": f"s{n}"} | sample for n, sample in enumerate(samples, 1)]
    folder.mkdir(parents=True, exist_ok=True)
    told = {"task": folder.name, "family": family} | envelope | {"data": data}
    (folder / "annotation.json").write_text(json.dumps(told))
    return folder


def questions(number: int, word: str = "question", **more: Any) -> list[Any]:
    """Make samples that ask something of their own."""
    return [
        {"input": {"question": f"{word} {n}?"}, "output": {"answer": f"{word} {n}!"}}
        | more
        for n in range(number)
    ]


def divide(
    folder: Path, version: str | None = None, jobs: int = 1, key: Key = KEY
) -> division.Division:
    """Divide a benchmark, reviewed or not, and write its ledger."""
    found = division.divide(
        benchmark.load(folder), key, Means(Here(), jobs), version, unreviewed=True
    )
    ledger.append(found.benchmark.ledger, found.entries)
    return found


def accept(folder: Path, verdict: str = "accept") -> Path:
    """Write the record of a review into a folder of tasks, without a validation."""
    held = content(folder)
    tasks = sorted(file.parent for file in folder.rglob("annotation.json"))
    names = [path.relative_to(folder).as_posix().removeprefix(".") for path in tasks]
    told = Record(
        held.digest,
        {name: held.of(name).digest for name in names},
        1,
        verdict=Verdict(verdict),
        reason="fine",
    )
    (folder / "review.json").write_text(json.dumps(told.told))
    listing.keep(folder / "review.json", held)
    return folder


def sides(folder: Path) -> dict[str, str]:
    """Return where each sample is by the ledger."""
    told = ledger.read(folder / "ledger.jsonl")
    return {uid: side.value for uid, side in ledger.sides(told).items()}
