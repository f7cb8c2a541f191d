"""How much memory `curate score` takes for a sample, against a floor that holds the files.

    python benchmarks/score.py [--samples 20000,200000] [--words 20]

Everything is made by code in a temporary folder. Each row is one command in a process of
its own, with few samples and with many: peak memory of both, what the peak grows by for a
sample more, and samples a second of the many. The floor parses the same files whole and
holds them, as a script does; its growth is measured in the same run, and the ratio is to
it. The last row has as many samples as the ones above, in ten tasks. Nothing passes or
fails. Unix only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

CURATE = [sys.executable, "-c", "from curation.start import main; main()"]
FLOOR = [
    sys.executable, "-c",
    "import sys, orjson, numpy; held = [orjson.loads(open(p, 'rb').read()) for p in sys.argv[1:]]",
]  # fmt: skip
METRICS = ("bleu1/sentence", "accuracy/label", "rouge1_f/text")
TASKS = 10


def written(root, samples, words, tasks=1):
    """Write tasks and the answers to them, as JSON and as lines of JSON."""
    from metrics import made

    pairs = made(samples, words)
    for number in range(tasks):
        task(root, f"Made {number}", pairs[number::tasks])


def task(root, name, pairs):
    gold = [
        {"id": f"s{i}", "input": {"text": p[::-1]}, "output": {"text": r}}
        for i, (p, r) in enumerate(pairs)
    ]
    told = [{"id": f"s{i}", "prediction": p} for i, (p, _) in enumerate(pairs)]
    for metric in METRICS:
        folder = root / metric.partition("/")[0] / name
        folder.mkdir(parents=True)
        document = {"task": name, "family": "text/paraphrase", "metric": metric}
        (folder / "annotation.json").write_text(json.dumps({**document, "data": gold}))
    for ending, text in (
        ("json", json.dumps({"task": name, "data": told})),
        ("jsonl", "\n".join(map(json.dumps, told))),
    ):
        (root / ending).mkdir(exist_ok=True)
        (root / ending / f"{name}.{ending}").write_text(text)


def run(command):
    """Run a command; return its peak memory in bytes and its seconds of processor time."""
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command}: exit code {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return used.ru_maxrss * unit, used.ru_utime + used.ru_stime


def scored(root, metric, ending):
    place = root / metric.partition("/")[0]
    return [
        *CURATE, "score", str(root / ending), "--references", str(place),
        "--output", str(root / "scores.json"), "--jobs", "1", "-q",
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", default="20000,200000")
    parser.add_argument("--words", type=int, default=20)
    given = parser.parse_args()
    few, many = map(int, given.samples.split(","))
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        roots = {n: Path(scratch) / str(n) for n in (few, many)}
        parted = Path(scratch) / "parted"
        # In processes of their own: what is run after them would have their peaks.
        with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            made = [(r, n, given.words) for n, r in roots.items()]
            pool.starmap(written, [*made, (parted, many, given.words, TASKS)], 1)
        print(
            f"{few:,} and {many:,} samples of {given.words} words; peak memory of one process"
        )
        print(
            f"{'':32}{'few':>8}{'many':>8}{'a sample':>12}{'of floor':>10}{'samples/s':>12}"
        )
        held = [
            run([*FLOOR, str(r / "bleu1/Made 0/annotation.json"), str(r / "json/Made 0.json")])[0]
            for r in roots.values()
        ]  # fmt: skip
        base = (held[1] - held[0]) / (many - few)
        print(
            f"{'floor: all parsed and held':32}{held[0] / 1e6:5.0f} MB{held[1] / 1e6:5.0f} MB{base:10.0f} B"
        )
        rows = [
            (f"{metric}, {ending}", [scored(r, metric, ending) for r in roots.values()])
            for metric in METRICS
            for ending in ("json", "jsonl")
        ]
        rows.append(
            (
                f"{METRICS[0]}, {TASKS} tasks",
                [scored(r, METRICS[0], "json") for r in (roots[few], parted)],
            )
        )
        for name, commands in rows:
            (small, _), (large, seconds) = map(run, commands)
            grown = (large - small) / (many - few)
            print(
                f"{name:32}{small / 1e6:5.0f} MB{large / 1e6:5.0f} MB{grown:10.0f} B"
                f"{grown / base:10.2f}{many / seconds:12,.0f}",
                flush=True,
            )
    print(f"{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
