"""Makes benchmarks with a ledger and a key, and releases of them, for tests."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from curation import benchmark, key, ledger, making, placing, releasing, scaffold
from curation.ledger import Entry, Side, uid
from curation.review.gate import Gate

TOML = 'name = "Small"\ntasks = ["tasks"]\n[licences]\n"*" = "cc0-1.0"\n'
"""A benchmark whose tasks have a licence, whether they state one or not."""


def write_task(root, place, document, family=None):
    """Write a task folder with media made by code, as far as its samples name some."""
    folder = root / "tasks" / place
    folder.mkdir(parents=True, exist_ok=True)
    if family is not None:
        for path, kind in scaffold.media(family, document["data"]):
            if not (folder / path).exists():
                _media(kind, folder / path)
    (folder / "annotation.json").write_text(json.dumps(document))
    return folder


@cache
def _model(kind, suffix, home):
    path = home / f"{kind}{suffix}"
    making.make(kind, path)
    return path


def _media(kind, path):
    """Copy a file of that kind, which is made once: it takes long."""
    made = _model(
        kind, path.suffix, Path(tempfile.gettempdir()) / f"curate-tests-{os.getpid()}"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    if made.is_dir():
        shutil.copytree(made, path, dirs_exist_ok=True)
    elif not path.exists():
        shutil.copyfile(made, path)


def texts(root, place="NLP/Sums", count=10, **envelope):
    """Write a task of plain questions."""
    document = {
        "family": "text/open-qa",
        "task": place.rpartition("/")[2],
        **envelope,
        "data": [
            {
                "id": f"q{i}",
                "input": {"question": f"What is {i} and one?", "context": "Sums"},
                "output": {"answer": f"ANSWER{i}"},
            }
            for i in range(count)
        ],
    }
    return write_task(root, place, document)


def bench(tmp_path):
    """Return the folder of an empty benchmark and the file of its key."""
    root = tmp_path / "bench"
    (root / "tasks").mkdir(parents=True)
    (root / "benchmark.toml").write_text(TOML)
    file = tmp_path / "the.key"
    key.new(file)
    return root, file


def place(
    root,
    version="1.0.0",
    side=lambda task, sample, number: Side.OPEN if number % 3 == 0 else Side.CLOSE,
):
    """Write into the ledger where each new sample goes."""
    loaded = benchmark.load(root)
    known = ledger.current(ledger.read(loaded.ledger))
    with benchmark.tasks(loaded) as accepted:
        entries = [
            Entry(uid(one.id, name), one.id, side(one.id, name, number), version)
            for one in accepted
            for number, name in enumerate(one.task.ids)
            if uid(one.id, name) not in known
        ]
    ledger.append(loaded.ledger, entries)


def release(root, file, out, version="1.0.0", **wanted):
    """Cut a release of all tasks, without reviews and audit, and return its folder."""
    gate = {"gate": Gate(unreviewed=True)}
    asked = releasing.Wanted(
        benchmark.load(root), version, key.load(file), out, **(gate | wanted)
    )
    with releasing.made(asked) as found:
        placing.move(found.folder, out)
    return out


def rows(tree, task):
    """Return the rows of a task in a tree."""
    import pyarrow.parquet as pq

    return [
        row
        for file in sorted((tree / "data" / task).iterdir())
        for row in pq.read_table(file).to_pylist()
    ]


def every_byte(folder):
    """Return all that a folder holds: paths, bytes, and what is packed in Parquet files."""
    import pyarrow.parquet as pq

    found = []
    for file in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        found += [str(file.relative_to(folder)).encode(), file.read_bytes()]
        if file.suffix == ".parquet":
            found += _leaves(pq.read_table(file).to_pylist())
            found.append(repr(pq.ParquetFile(file).metadata.to_dict()).encode())
    return b"\n".join(found)


def _leaves(value):
    """Return what stands in a table, as bytes."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [leaf for one in inner for leaf in _leaves(one)]
    return [
        value
        if isinstance(value, bytes)
        else str(value).encode("utf-8", "surrogateescape")
    ]
