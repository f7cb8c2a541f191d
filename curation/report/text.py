"""The report for a terminal: by task and rule, repeats folded, the verdict last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from curation.finding import Finding, Report, Severity, TaskSummary
from curation.report.outline import (
    INTERRUPTED,
    TOOL,
    Group,
    Options,
    Section,
    Verdict,
    amounts,
    checked,
    conclusion,
    described,
    sections,
    verdict,
)
from curation.report.wording import plural, shown

PLACES = 5
"""Places that are shown of each rule in each task."""
DETAIL = 400
"""Characters of a detail that are shown."""
NARROWEST = 40
"""Characters to which lines are wrapped at least."""

_PAINTS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
    Verdict.FAILED: "1;31",
    Verdict.UNDECIDED: "1;33",
    Verdict.PASSED: "1;32",
}
_BOLD, _FAINT = "1", "2"


def render(report: Report, options: Options) -> str:
    """Render the report for people at a terminal or reading a log."""
    blocks: list[list[str]] = [[]]
    for section in sections(report):
        if section.groups:
            blocks += [list(_section(section, options)), []]
        else:
            blocks[-1].append(_clean(section, options))
    end = [checked(report), *_verdict(report, options)]
    blocks += [list(_failures(report, options)), end]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def brief(report: Report, options: Options) -> str:
    """Render the verdict alone, with what kept the run from seeing everything."""
    blocks = [list(_failures(report, options)), list(_verdict(report, options))]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _clean(section: Section, options: Options) -> str:
    """Put a task without findings on one line, leaving out what does not fit."""
    head = _named(section)
    line = f"{head}  ok"
    for start, part in zip((": ", ", ", ", "), _facts(section.summary), strict=False):
        longer = line + start + part
        if options.width and not options.verbose and len(longer) > options.width:
            break
        line = longer
    return _painted(head, _BOLD, options) + line[len(head) :]


def _facts(task: TaskSummary | None) -> list[str]:
    return [shown(task.family or "no family"), *amounts(task)] if task else []


def _named(section: Section) -> str:
    name = section.summary.name if section.summary else None
    return f'{section.title}  "{shown(name)}"' if name else section.title


def _section(section: Section, options: Options) -> Iterator[str]:
    yield _painted(_named(section), _BOLD, options)
    if section.summary:
        said = ", ".join(described(section.summary))
        for line in _wrapped(said, "  ", "  ", options):
            yield _painted(line, _FAINT, options)
    for group in section.groups:
        yield ""
        yield from _group(group, options)


def _group(group: Group, options: Options) -> Iterator[str]:
    rule = group.rule
    label = f"{group.severity} {rule.code}"
    head = f"{label} {rule.slug}: {rule.title}"
    first, *more = _wrapped(head, "  ", "    ", options)
    yield first.replace(label, _painted(label, _PAINTS[group.severity], options), 1)
    yield from more
    chosen = group.examples(len(group.findings) if options.verbose else PLACES)
    for finding in chosen:
        yield from _finding(finding, options)
    if len(chosen) < len(group.findings):
        yield f"    and {len(group.findings) - len(chosen):,} more"
    if options.verbose:
        yield from _wrapped(f"why: {rule.why}", "    ", "         ", options)
    yield from _wrapped(f"fix: {rule.fix}", "    ", "         ", options)


def _finding(finding: Finding, options: Options) -> Iterator[str]:
    place = _place(finding, options)
    detail = shown(finding.detail, 0 if options.verbose else DETAIL)
    if finding.sample is not None and not finding.where.pointer:
        detail += f" (sample {shown(repr(finding.sample), DETAIL)})"
    line = "  ".join(filter(None, (place, detail)))
    if not options.width or len(line) + 4 <= options.width or not place:
        yield from _wrapped(line, "    ", "      ", options)
    else:
        yield f"    {place}"
        yield from _wrapped(detail, "      ", "      ", options)


def _place(finding: Finding, options: Options) -> str:
    """Say where: `annotation.json:12:5#/data/3`, as editors understand it."""
    found = options.locate(finding)
    line = f":{found[0]}:{found[1]}" if found else ""
    pointer = f"#{finding.where.pointer}" if finding.where.pointer else ""
    return shown(f"{finding.where.path}{line}{pointer}")


def _failures(report: Report, options: Options) -> Iterator[str]:
    if report.failures:
        what = plural(len(report.failures), "failure")
        head = f"{what} of {TOOL} itself, to be reported to its authors:"
        yield _painted(head, _PAINTS[Severity.ERROR], options)
    for failure in report.failures:
        yield from _wrapped(shown(failure), "  ", "    ", options)


def _verdict(report: Report, options: Options) -> Iterator[str]:
    paint = _PAINTS[verdict(report, options)]
    yield _painted(conclusion(report, options), paint, options)
    if not report.complete:
        yield _painted(INTERRUPTED, _PAINTS[Severity.WARNING], options)


def _wrapped(line: str, first: str, rest: str, options: Options) -> list[str]:
    """Wrap at spaces only, so that no path, pointer or code is ever torn."""
    width = max(options.width, NARROWEST) if options.width else 0
    if not width or len(first) + len(line) <= width:
        return [first + line]
    return textwrap.wrap(
        line,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(line: str, paint: str, options: Options) -> str:
    return f"\x1b[{paint}m{line}\x1b[0m" if options.color else line
