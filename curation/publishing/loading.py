"""Opens the configurations of a repository as its users do, in a process of its own.

The client and `datasets` read their environment once, so a new cache needs a new process.
It reads what to open from stdin as JSON, and prints a line of JSON for each configuration.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

MEDIA_ROWS = 20
"""Rows that are looked through for a file of each column."""

Told: TypeAlias = dict[str, Any]


def main() -> None:
    """Open what stdin asks for."""
    asked = json.load(sys.stdin)
    import datasets  # noqa: PLC0415

    datasets.disable_progress_bars()
    folder = Path(asked["folder"])
    # What others print while they load must not be taken for an answer.
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        names = datasets.get_dataset_config_names(
            asked["repository"], revision=asked["revision"]
        )
        for told in _all(asked, names, folder):
            print(json.dumps(told), file=out, flush=True)
    except Exception as error:  # whatever it is, users meet it
        print(json.dumps({"error": _short(error)}), file=out, flush=True)


def _all(asked: Told, names: list[str], folder: Path) -> Iterator[Told]:
    yield {"names": names}
    for name in asked["wanted"]:
        if name in names:
            yield {"config": name, **_opened(asked, name, folder)}


def _opened(asked: Told, name: str, folder: Path) -> Told:
    import datasets  # noqa: PLC0415

    cache = folder / "cache"
    try:
        found = datasets.load_dataset(
            asked["repository"],
            name,
            revision=asked["revision"],
            cache_dir=str(cache),
        )
        rows = {str(split): data.num_rows for split, data in found.items()}
        media = [m for data in found.values() for m in _media(data, folder / name)]
    except Exception as error:
        return {"error": _short(error)}
    finally:
        # Large benchmarks would otherwise be on the disk three times.
        shutil.rmtree(cache, ignore_errors=True)
    return {"rows": rows, "media": media}


def _media(data: Any, folder: Path) -> Iterator[Told]:
    """Write one file of each column that holds files, as it was stored."""
    rows = data.with_format("arrow")
    left = set(data.column_names)
    for number in range(min(MEDIA_ROWS, data.num_rows)):
        row = rows[number : number + 1].to_pylist()[0]
        for column in sorted(left):
            if (file := _file(row[column])) is not None:
                left.discard(column)
                folder.mkdir(parents=True, exist_ok=True)
                name = Path(str(file["path"] or "")).name
                there = folder / f"{len(data.column_names) - len(left)}-{name}"
                there.write_bytes(file["bytes"])
                yield {"column": column, "file": str(there)}


def _file(value: Any) -> Told | None:
    """Return the first file in a cell."""
    if isinstance(value, dict):
        if value.keys() == {"bytes", "path"}:
            return value if value["bytes"] else None
        value = list(value.values())
    if isinstance(value, list):
        return next((f for v in value if (f := _file(v)) is not None), None)
    return None


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:400]


if __name__ == "__main__":
    main()
