"""A report as text for people, for programs and for the services that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from curation.finding import Report
from curation.report import github, json_, junit, markdown, sarif, text
from curation.report.json_ import from_json
from curation.report.outline import Options, Verdict, verdict
from curation.report.text import brief

__all__ = ["FORMATS", "Options", "Verdict", "brief", "from_json", "verdict"]

FORMATS: Mapping[str, Callable[[Report, Options], str]] = MappingProxyType(
    {
        "text": text.render,
        "json": json_.render,
        "sarif": sarif.render,
        "junit": junit.render,
        "github": github.render,
        "markdown": markdown.render,
    }
)
"""Each format by its name; all are pure functions of a report and the options."""
