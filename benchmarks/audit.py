"""How long the audit of a release takes, against what it is meant to take.

    python benchmarks/audit.py [--samples 100000] [--tasks 100]

Makes a benchmark of samples without media, half of them with labels and half with answers
in words, a release of it, and audits that. Prints figures; there is no pass or fail.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path

from curation import benchmark, key, ledger, placing, releasing
from curation.audit import audit
from curation.entries import Entry, Side, uid
from curation.review.gate import Gate

GOAL = 60.0
_WORDS = [
    "river",
    "stone",
    "light",
    "early",
    "house",
    "cross",
    "never",
    "under",
    "paper",
    "child",
    "north",
    "seven",
    "glass",
]
_LABELS = ("entailment", "neutral", "contradiction")


def words(chance: random.Random, count: int) -> str:
    """Make a sentence."""
    return " ".join(
        f"{chance.choice(_WORDS)}{chance.randrange(999)}" for _ in range(count)
    )


def write(root: Path, samples: int, tasks: int) -> None:
    """Write the tasks of a benchmark."""
    chance = random.Random(7)
    for number in range(tasks):
        closed = number % 2 == 0
        data = [
            {
                "id": f"{number}-{i}",
                "input": {"question": words(chance, 25)},
                "output": {
                    "answer": chance.choice(_LABELS) if closed else words(chance, 20)
                },
            }
            for i in range(samples // tasks)
        ]
        folder = root / "tasks" / "NLP" / f"Task-{number}"
        folder.mkdir(parents=True)
        told = {"family": "text/open-qa", "task": f"Task-{number}", "data": data}
        (folder / "annotation.json").write_text(json.dumps(told))


def released(root: Path, home: Path) -> Path:
    """Make a release of which 40 % are open."""
    (root / "benchmark.toml").write_text(
        'name = "Speed"\ntasks = ["tasks"]\n[licences]\n"*" = "cc0-1.0"\n'
    )
    key.new(home / "the.key")
    loaded = benchmark.load(root)
    with benchmark.tasks(loaded) as accepted:
        entries = [
            Entry(
                uid(one.id, str(name)),
                one.id,
                Side.OPEN if i % 5 < 2 else Side.CLOSE,
                "1.0.0",
            )
            for one in accepted
            for i, name in enumerate(one.task.ids)
        ]
    ledger.append(loaded.ledger, entries)
    secret, gate = key.load(home / "the.key"), Gate(unreviewed=True)
    wanted = releasing.Wanted(loaded, "1.0.0", secret, home / "out", gate=gate)
    with releasing.made(wanted) as found:
        placing.move(found.folder, home / "out")
    return home / "out"


def main() -> None:
    """Make, audit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=100)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        write(home / "bench", wanted.samples, wanted.tasks)
        out = released(home / "bench", home)
        start = time.perf_counter()
        report = audit(out, ledger=home / "bench" / "ledger.jsonl")
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{wanted.samples:,} samples: {seconds:.1f} s, {seconds / GOAL:.2f} of {GOAL:.0f} s; "
        f"{peak:,.0f} MiB; {len(report.findings)} findings"
    )
    for finding in report.findings[:10]:
        print(" ", finding)


if __name__ == "__main__":
    main()
