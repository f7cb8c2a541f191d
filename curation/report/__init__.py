"""A report as text for people, for programs and for the services that show it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from curation.finding import Report
from curation.report.outline import Options, Verdict, verdict

__all__ = ["FORMATS", "Options", "Verdict", "brief", "from_json", "verdict"]

Render = Callable[[Report, Options], str]


class _Formats(Mapping[str, Render]):
    """The formats by name; the module of one is imported when it is asked for."""

    _MODULES: Mapping[str, str] = {
        "text": "text",
        "json": "json_",
        "sarif": "sarif",
        "junit": "junit",
        "github": "github",
        "markdown": "markdown",
    }

    def __getitem__(self, name: str) -> Render:
        module: Any = importlib.import_module(f"curation.report.{self._MODULES[name]}")
        render: Render = module.render
        return render

    def __iter__(self) -> Iterator[str]:
        return iter(self._MODULES)

    def __len__(self) -> int:
        return len(self._MODULES)


FORMATS: Mapping[str, Render] = _Formats()
"""Each format by its name; all are pure functions of a report and the options."""


def brief(report: Report, options: Options) -> str:
    """Render the verdict and nothing else, for --quiet."""
    from curation.report.text import brief as render  # noqa: PLC0415

    return render(report, options)


def from_json(text: str | bytes, rules: Mapping[str, Any] | None = None) -> Report:
    """Make the report again that the format json has rendered.

    Args:
        text: What was rendered.
        rules: The rules by code. Without them the rules are as the report tells them:
            code, slug, severity, title, why and fix, but no check.

    Raises:
        ValueError: it is not a report of this format, or one of its rules is unknown.
    """
    from curation.report.json_ import from_json as read  # noqa: PLC0415

    return read(text, rules)
