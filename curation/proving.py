"""Edge: proofs from the hidden references of a release, and the roots to hold them against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from curation import commitment, parquet
from curation.columns_of import Cell
from curation.commitment import Proof
from curation.trees import REFERENCES


class Unproved(Exception):
    """There is nothing to prove; says what is missing, and how to mend it."""


def prove(release: Path, sample: str) -> Proof:
    """Make the proof for one hidden reference.

    Args:
        release: The folder of a release, or of its references.
        sample: The opaque id, or the original one as `TASK:ID`.

    Raises:
        Unproved: there is no such reference.
    """
    folder = release if release.name == REFERENCES else release / REFERENCES
    found = None
    leaves: dict[str, list[bytes]] = {}
    for task, cells in _rows(folder):
        own = leaves.setdefault(task, [])
        if sample in {cells["id"], f"{task}:{cells['original_id']}"}:
            found = task, len(own), cells
        own.append(_leaf(cells))
    if found is None:
        raise Unproved(
            f"{sample!r} is no hidden reference in {folder}; expected an id of the Close set, or TASK:ID"
        )
    task, index, cells = found
    return commitment.proof(task, cells["id"], *_opened(cells), leaves, index)


def _rows(folder: Path) -> Iterator[tuple[str, Mapping[str, Cell]]]:
    files = list((folder / "data").glob("*/*.parquet"))
    if not files:
        raise Unproved(
            f"{folder} holds no references; expected a release with its references"
        )
    for sheet, cells in parquet.read(files):
        yield sheet.facts["task"], cells


def _opened(cells: Mapping[str, Cell]) -> tuple[bytes, bytes]:
    return bytes.fromhex(cells["nonce"]), cells["reference"].encode(
        "utf-8", "surrogatepass"
    )


def _leaf(cells: Mapping[str, Cell]) -> bytes:
    nonce, reference = _opened(cells)
    return commitment.leaf(nonce, cells["id"], reference)
