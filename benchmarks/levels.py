"""How long levels and their intervals take, against what they are meant to take.

    python benchmarks/levels.py [--items 465] [--replicates 1000] [--jobs 2]

Prints figures and ratios; there is no pass or fail. The made-up model was run on all 699
tasks of 465 items each, which is the size of the whole benchmark (325,000 samples). An
item is two numbers, such as matched and all tokens, and a metric is the ratio of the sums.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from curation.scoring import (
    Drawn,
    Stored,
    item_intervals,
    levels,
    sota,
    task_intervals,
    task_table,
)
from curation.scoring.scale import Array

LEVEL_GOAL = 0.010
INTERVAL_GOAL = 20.0


def best_seconds(run: Callable[[], object], times: int) -> float:
    """The shortest of several runs: other work on the machine only adds to it."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def seen(task: str, items: int) -> Array:
    """What is kept of each item of a task: shape (items, 2)."""
    random = np.random.default_rng(len(task) + int(task.rpartition("-")[2]))
    whole = random.integers(5, 40, items).astype(np.float64)
    return np.stack([np.floor(whole * random.random(items)), whole], axis=1)


def replicate(job: tuple[str, int, int]) -> tuple[str, Array]:
    """Draw the items of one task anew."""
    task, items, count = job
    table = seen(task, items)

    def value(counts: Array) -> Array:
        sums = np.einsum("bn,nk->bk", counts, table, optimize=False)
        return 100.0 * sums[:, 0] / sums[:, 1]

    drawn = Drawn({task: items}, {task: value}, count=count).replicates(task)
    assert drawn is not None
    return task, drawn


def bootstrap(items: int, count: int, workers: int) -> None:
    """All replicates of a model of 699 tasks, and its levels in each of them."""
    rows = task_table().rows
    jobs = [(row.id, items, count) for row in rows]
    if workers == 1:
        values = dict(map(replicate, jobs))
    else:
        with ProcessPoolExecutor(workers) as pool:
            values = dict(pool.map(replicate, jobs, chunksize=16))
    # An image similarity of 50 is impossible, and so is an opinion score.
    scores = {
        row.id: 50.0 if row.scale.fault(50.0) == "" else row.scale.most for row in rows
    }
    item_intervals(levels(scores), Stored(values))


def line(what: str, seconds: float, goal: float) -> str:
    """One figure with its goal; a ratio under 1 is within it."""
    return (
        f"{what:<58}{seconds * 1000:>12.2f} ms   {seconds / goal:>8.3f} of {goal:g} s"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=465)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    scores = dict(sota().values)
    found = levels(scores)
    for policy in ("paper", "pooled", "upstream"):
        took = best_seconds(lambda policy=policy: levels(scores, policy=policy), 50)
        print(line(f"levels of one model, policy {policy}", took, LEVEL_GOAL))
    took = best_seconds(lambda: task_intervals(found, count=options.replicates), 5)
    print(line(f"{options.replicates:,} replicates of the tasks", took, INTERVAL_GOAL))
    for jobs in dict.fromkeys((1, options.jobs)):
        took = best_seconds(
            lambda jobs=jobs: bootstrap(options.items, options.replicates, jobs), 1
        )
        what = f"{options.replicates:,} replicates of {699 * options.items:,} items, {jobs} process(es)"
        print(line(what, took, INTERVAL_GOAL))


if __name__ == "__main__":
    main()
