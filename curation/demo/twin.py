"""The broken twin of the demonstration, and the two lists of what was planted where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curation.demo.faults import EXCEPTIONS, FAULTS, HOSTILE
from curation.demo.faults.fault import SAMPLES, CannotPlant, Fault
from validators import BY_CODE

CONFIGURATION = f"""\
# The tasks here have {SAMPLES} samples each, but for the one that has too few.
min_samples = {SAMPLES}
"""


@dataclass(frozen=True)
class Planted:
    """A fault, the folder that it was planted in, and why it was not if it was not."""

    fault: Fault
    folder: str
    impossible: str = ""

    @property
    def path(self) -> str:
        """Where the rule finds it: a file, or a place in one, or the folder of the task."""
        found = f"{self.folder}/{self.fault.at}".rstrip("/")
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in found)


def write(root: Path) -> tuple[Planted, ...]:
    """Write a task for each fault below *root*, and what was planted into FAULTS.md."""
    planted = tuple(_planted(fault, root) for fault in (*FAULTS, *HOSTILE))
    (root / "curate.toml").write_text(CONFIGURATION, "utf-8")
    (root / "FAULTS.md").write_text(_page(planted), "utf-8")
    listed = json.dumps([*map(_entry, planted)], indent=1, ensure_ascii=False)
    (root / "faults.json").write_text(f"{listed}\n", "utf-8")
    return planted


def _planted(fault: Fault, root: Path) -> Planted:
    name = fault.name or f"{fault.code}-{BY_CODE[fault.code].slug}"
    folder = f"{fault.place or fault.plan.place}/{name}"
    fault.plan.write(root / folder, fault.samples, name)
    try:
        fault.plant(root / folder)
    except CannotPlant as error:
        shutil.rmtree(root / folder)
        return Planted(fault, folder, str(error))
    return Planted(fault, folder)


def _entry(planted: Planted) -> dict[str, object]:
    fault = planted.fault
    return {
        "code": fault.code,
        "slug": BY_CODE[fault.code].slug,
        "task": planted.folder,
        "at": fault.at,
        "what": fault.what,
        "besides": [*fault.besides],
        "impossible": planted.impossible,
    }


def _page(planted: Iterable[Planted]) -> str:
    there = [p for p in planted if not p.impossible]
    own = [p for p in there if p.fault in FAULTS]
    more = [p for p in there if p.fault in HOSTILE]
    missing = [
        (p.fault.code, f"{p.fault.what}: {p.impossible}")
        for p in planted
        if p.impossible
    ]
    missing += EXCEPTIONS.items()
    return "\n".join(
        [
            "# What is broken here, and where",
            "",
            f"Each folder is a small clean task in which one fault was planted; {len(there)} in all.",
            "The rules that find them are explained by `curate rules CODE`. Where other rules see",
            "the same fault too, they are named in brackets.",
            "",
            "## One fault for each rule",
            "",
            *_table(own),
            "",
            "## More that readers must survive",
            "",
            *_table(more),
            "",
            "## Not planted",
            "",
            *(f"- {code} {BY_CODE[code].slug}: {why}." for code, why in missing),
            "",
        ]
    )


def _table(planted: Iterable[Planted]) -> list[str]:
    rows = ["| code | rule | found at | what was done |", "|---|---|---|---|"]
    for one in planted:
        fault = one.fault
        others = ["at each sample" if c == fault.code else c for c in fault.besides]
        seen = f" (also {', '.join(dict.fromkeys(others))})" if others else ""
        rows.append(
            f"| {fault.code} | {BY_CODE[fault.code].slug} | `{one.path}` | {fault.what}{seen} |"
        )
    return rows
