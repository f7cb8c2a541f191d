"""How fast `curate split` is, as ratios against a bare HMAC loop measured in the same run.

    python benchmarks/split.py [--samples 1000000] [--tasks 200] [--runs 3] [--only whole,again,pure,pictures]

Everything is made by code in a temporary folder. `whole` is the command over a benchmark
without media: reading, finding ties, dividing, writing the ledger. `again` is the same
command over what is divided already. `pure` is the division alone. `pictures` shows how the
search for near-same pictures grows with their number. The floor is one HMAC-SHA-256 for each
sample. Figures are medians; nothing passes or fails by the clock.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from made import WORDS

CURATE = [sys.executable, "-c", "from curation.start import main; main()"]
SECRET = bytes(range(32))


def made(root, samples, tasks):
    """Write a benchmark of multiple-choice questions, a few of them asked twice."""
    import random

    dice = random.Random(0)
    phrases = [" ".join(dice.choices(WORDS, k=12)) for _ in range(5000)]
    each = samples // tasks
    for number in range(tasks):
        data = [
            {
                "id": f"s{i}",
                "input": {
                    "question": f"{dice.choice(phrases)} {dice.choice(phrases)} {number} {i // 2 if i % 50 == 1 else i}?",
                    "options": [f"{dice.choice(WORDS)} {k}" for k in range(4)],
                },
                "output": {"answer": "ABCD"[dice.randrange(4)]},
            }
            for i in range(each)
        ]
        folder = root / "bench" / "tasks" / "NLP" / f"Task-{number:04}"
        folder.mkdir(parents=True)
        told = {
            "task": f"Task {number}",
            "family": "text/multiple-choice-qa",
            "type": "MultipleChoiceQA",
            "data": data,
        }
        (folder / "annotation.json").write_text(json.dumps(told))
    (root / "bench" / "benchmark.toml").write_text(
        'name = "Benchmark"\ntasks = ["tasks"]\n'
    )
    key = root / "a.key"
    key.write_text(f"curate-key-1 {SECRET.hex()}\n")
    key.chmod(0o600)
    return root / "bench", key


def floor(samples):
    """Return the seconds of one HMAC for each sample, and of nothing else."""
    names = [f"{i:032x}".encode() for i in range(samples)]
    start = time.perf_counter()
    for name in names:
        hmac.digest(SECRET, name, "sha256")
    return time.perf_counter() - start


def resident(root):
    """Return the bytes that a process and all below it have in memory."""
    total, todo = 0, [root]
    while todo:
        one = todo.pop()
        try:
            total += int(
                Path(f"/proc/{one}/statm").read_text().split()[1]
            ) * os.sysconf("SC_PAGE_SIZE")
            for thread in Path(f"/proc/{one}/task").iterdir():
                todo += map(int, (thread / "children").read_text().split())
        except (OSError, ValueError, IndexError):
            continue
    return total


def run(command):
    """Run a command; return its seconds, and the most bytes that it had with its children."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak = [0]

    def watch():
        while process.poll() is None:
            peak[0] = max(peak[0], resident(process.pid))
            time.sleep(0.1)

    thread = threading.Thread(target=watch)
    thread.start()
    error = process.stderr.read().decode()
    process.wait()
    thread.join()
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}\n{error}")
    return time.perf_counter() - start, peak[0]


def told(name, seconds, base, goal, peak=0):
    memory = f"   {peak / 1e6:6.0f} MB" if peak else ""
    print(
        f"{name:<48} {seconds:7.2f} s   floor {base:6.2f} s   ratio {seconds / base:6.2f}{memory}   ({goal})",
        flush=True,
    )


def command(options, only):
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["CURATE_CACHE_DIR"] = f"{scratch}/cache"
        bench, key = made(Path(scratch), options.samples, options.tasks)
        ledger = bench / "ledger.jsonl"
        found = {"whole": [], "again": []}
        for _ in range(options.runs):
            ledger.unlink(missing_ok=True)
            for name in ("whole", "again"):
                if name in only or name == "whole":
                    base = floor(options.samples)
                    found[name].append(
                        (
                            *run(
                                [
                                    *CURATE,
                                    "split",
                                    str(bench),
                                    "--unreviewed",
                                    "--key",
                                    str(key),
                                ]
                            ),
                            base,
                        )
                    )
        labels = {
            "whole": "curate split, the first time",
            "again": "curate split, all divided before",
        }
        for name, figures in found.items():
            if name in only and figures:
                seconds, peak, base = (
                    statistics.median(f[i] for f in figures) for i in range(3)
                )
                told(
                    f"{options.samples:,} samples, {labels[name]}",
                    seconds,
                    base,
                    "under 20 s and 1,000 MB",
                    peak,
                )


def pure(options):
    from curation.entries import uid
    from curation.key import Key
    from curation.split import Item, split

    items = []
    for i in range(options.samples):
        task = f"text.Task-{i % options.tasks:04}"
        name = uid(task, f"s{i}")
        group = items[-options.tasks].uid if i % 50 == 1 and i > options.tasks else name
        items.append(Item(name, task, group, "ABCD"[i // 7 % 4]))
    figures = []
    for _ in range(options.runs):
        base, start = floor(options.samples), time.perf_counter()
        split(items, {}, 0.4, Key(SECRET))
        figures.append((time.perf_counter() - start, base))
    told(
        f"{options.samples:,} items, the division alone",
        *(statistics.median(f[i] for f in figures) for i in (0, 1)),
        "no goal",
    )


def pictures(options):
    import numpy as np

    from curation.alike import Picture, pictures
    from curation.traits import Thumb

    def seconds(number):
        dice = np.random.default_rng(number)
        greys = (
            dice.integers(0, 256, (number, 8, 8), np.uint8).repeat(2, 1).repeat(2, 2)
        )
        made = [
            Picture(i, f"{i}", (Thumb(g.tobytes(), 320, 240),))
            for i, g in enumerate(greys)
        ]
        uids = [f"{i:08}" for i in range(number)]
        start = time.perf_counter()
        assert not list(pictures(made, uids))
        return time.perf_counter() - start

    few, many = options.samples // 50, options.samples // 12
    figures = [(seconds(few), seconds(many)) for _ in range(options.runs)]
    growth = statistics.median(b / a for a, b in figures)
    most = statistics.median(b for _, b in figures)
    print(
        f"{many:,} pictures, looked through for near-same ones {most:7.2f} s   {growth:.1f} times those of {few:,}, which are {many / few:.1f} times fewer"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="whole,again,pure,pictures")
    options = parser.parse_args()
    only = options.only.split(",")
    if {"whole", "again"} & set(only):
        command(options, only)
    if "pure" in only:
        pure(options)
    if "pictures" in only:
        pictures(options)


if __name__ == "__main__":
    main()
