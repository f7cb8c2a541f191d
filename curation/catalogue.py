"""The catalogue of rules in words: from the rules' own docstrings, for every reader."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from curation.finding import Rule

KINDS = {
    "STR": "How the folder and the annotation file are built",
    "SCH": "Departures from the schema of the family",
    "MED": "Media files of any kind",
    "IMG": "Pictures and masks",
    "AUD": "Recordings",
    "VID": "Films and folders of frames",
    "MSH": "Meshes and point clouds",
    "ARR": "Arrays",
    "TXT": "Words",
    "ANN": "Boxes, points, masks, spans and labels against their media",
    "LIC": "Licence and source",
    "DUP": "Duplicates",
    "LEK": "Answers that show",
    "BAL": "Balance of the answers",
    "SPL": "Samples on both sides of a split",
    "SUB": "Predictions",
    "HUB": "What the Hub and its viewer refuse or break",
}


def every() -> tuple[Rule, ...]:
    """Return all rules: of validation, of the audit of a release, of its preflight."""
    from curation.audit.rules import RULES as AUDIT  # noqa: PLC0415
    from curation.preflight.rules import RULES as PREFLIGHT  # noqa: PLC0415
    from validators import RULES  # noqa: PLC0415

    places = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(
        sorted((*RULES, *AUDIT, *PREFLIGHT), key=lambda r: (places[r.code[:3]], r.code))
    )


def render(rules: Sequence[Rule], form: str, *, whole: bool) -> str:
    """Return the rules as text, Markdown or JSON; *whole* with why and fix in text."""
    match form:
        case "json":
            return json.dumps([_fields(r) for r in rules], indent=2, ensure_ascii=False)
        case "markdown":
            return _markdown(rules)
    return "\n\n".join(map(_page, rules)) if whole else _list(rules)


def _fields(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code,
        "slug": rule.slug,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
    }


def _page(rule: Rule) -> str:
    def part(name: str, text: str) -> str:
        return textwrap.fill(
            text, 79, initial_indent=f"  {name} ", subsequent_indent="       "
        )

    head = f"{rule.code} {rule.slug} ({rule.severity.value})"
    return "\n".join(
        [head, textwrap.fill(rule.title, 79, initial_indent="  ", subsequent_indent="  "),
         part("Why:", rule.why), part("Fix:", rule.fix)]
    )  # fmt: skip


def _list(rules: Sequence[Rule]) -> str:
    lines: list[str] = []
    kind = ""
    for rule in rules:
        if rule.code[:3] != kind:
            kind = rule.code[:3]
            lines += (
                ["", f"{kind}  {KINDS[kind]}"] if lines else [f"{kind}  {KINDS[kind]}"]
            )
        lines.append(
            f"  {rule.code}  {rule.severity.value:<7}  {rule.slug:<32}  {rule.title}"
        )
    lines += [
        "",
        f"{len(rules)} rules. `curate rules CODE` tells why a rule is there and how to mend what it finds.",
    ]
    return "\n".join(lines)


def _markdown(rules: Sequence[Rule]) -> str:
    lines = [
        "# Rules",
        "",
        "Made by `curate rules --format markdown` from the rules themselves.",
    ]
    kind = ""
    for rule in rules:
        if rule.code[:3] != kind:
            kind = rule.code[:3]
            lines += ["", f"## {kind}: {KINDS[kind]}"]
        lines += [
            "",
            f"### {rule.code} {rule.slug}",
            "",
            f"*{rule.severity.value}.* {rule.title}",
            "",
            f"**Why:** {rule.why}",
            "",
            f"**Fix:** {rule.fix}",
        ]
    return "\n".join(lines) + "\n"
