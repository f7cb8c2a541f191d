"""Takes a contributed dataset to a released benchmark, and predictions to a score.

The names below are the programming interface: read tasks, examine them, get a report.

    from curation import validate
    report = validate(["My-Task"])
    for finding in report.errors:
        print(finding)
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it: typing itself takes 10 ms
if TYPE_CHECKING:
    from typing import Any

    from curation.document import load, parse
    from curation.finding import (
        Fault,
        Finding,
        Report,
        Rule,
        Severity,
        TaskSummary,
        examine,
        rule,
    )
    from curation.model import MediaRef, Question, Reference, Sample, Where
    from curation.read import Folder, opened
    from curation.report import Options, from_json
    from curation.settings import Limits, Settings
    from curation.task import Task, assemble
    from curation.validation import read_tasks, validate

_HOMES = {
    "curation.document": ("load", "parse"),
    "curation.finding": (
        "Fault",
        "Finding",
        "Report",
        "Rule",
        "Severity",
        "TaskSummary",
        "examine",
        "rule",
    ),
    "curation.model": ("MediaRef", "Question", "Reference", "Sample", "Where"),
    "curation.read": ("Folder", "opened"),
    "curation.report": ("Options", "from_json"),
    "curation.settings": ("Limits", "Settings"),
    "curation.task": ("Task", "assemble"),
    "curation.validation": ("read_tasks", "validate"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Fault",
    "Finding",
    "Folder",
    "Limits",
    "MediaRef",
    "Options",
    "Question",
    "Reference",
    "Report",
    "Rule",
    "Sample",
    "Settings",
    "Severity",
    "Task",
    "TaskSummary",
    "Where",
    "assemble",
    "examine",
    "from_json",
    "load",
    "opened",
    "parse",
    "read_tasks",
    "rule",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that the command starts fast."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(_HOME[name]), name)
