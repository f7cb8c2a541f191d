"""The report as JUnit XML: a suite for each task, a case for each rule that spoke."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from curation.finding import Finding, Report
from curation.report.outline import (
    INTERRUPTED,
    TOOL,
    Group,
    Options,
    Section,
    address,
    checked,
    conclusion,
    described,
    sections,
)
from curation.report.wording import plural, shown

PLACES = 100
"""Places that are listed of each rule in each task."""
DETAIL = 1000
"""Characters of a detail that are passed on."""


def render(report: Report, options: Options) -> str:
    """Render the report for continuous integration that shows test results.

    What does not make the verdict is the output of a case that passes.
    """
    root = Element("testsuites", name=TOOL)
    root.extend(_suite(section, options) for section in sections(report))
    root.append(_run(report, options))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    indent(root)
    return _DECLARATION + tostring(root, encoding="unicode") + "\n"


_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _suite(section: Section, options: Options) -> Element:
    suite = Element("testsuite", name=section.title)
    if section.summary:
        properties = SubElement(suite, "properties")
        value = ", ".join(described(section.summary))
        SubElement(properties, "property", name="task", value=value)
    for group in section.groups:
        suite.append(_case(section, group, options))
    if not section.groups:
        SubElement(suite, "testcase", classname=section.title, name="no findings")
    return _counted(suite)


def _run(report: Report, options: Options) -> Element:
    """Make a suite about the run itself, so that a broken one is never green."""
    suite = Element("testsuite", name=f"{TOOL}: the run itself")
    case = SubElement(suite, "testcase", classname=TOOL, name="complete")
    if not report.complete:
        SubElement(case, "error", message=INTERRUPTED, type="interrupted")
    out = SubElement(case, "system-out")
    out.text = f"{checked(report)}\n{conclusion(report, options)}"
    for number, failure in enumerate(report.failures, 1):
        case = SubElement(suite, "testcase", classname=TOOL, name=f"failure {number}")
        SubElement(case, "error", message=shown(failure), type="failure of the tool")
    return _counted(suite)


def _counted(suite: Element) -> Element:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    return suite


def _case(section: Section, group: Group, options: Options) -> Element:
    rule = group.rule
    case = Element(
        "testcase",
        classname=section.title,
        name=f"{rule.code} {rule.slug}",
        file=shown(address(group.findings[0])),
    )
    said = f"{rule.title} ({plural(len(group.findings), 'place')})"
    if options.fails(group.severity):
        kind = f"{group.severity} {rule.code}"
        out = SubElement(case, "failure", message=said, type=kind)
        said = ""
    else:
        out = SubElement(case, "system-out")
        said = f"{group.severity}: {said}"
    out.text = "\n".join(filter(None, (said, *_lines(group, options))))
    return case


def _lines(group: Group, options: Options) -> Iterator[str]:
    chosen = group.examples(PLACES)
    for finding in chosen:
        yield f"{_place(finding, options)}: {shown(finding.detail, DETAIL)}"
    if len(chosen) < len(group.findings):
        yield f"and {len(group.findings) - len(chosen):,} more"
    yield f"Fix: {group.rule.fix}"


def _place(finding: Finding, options: Options) -> str:
    found = options.locate(finding)
    line = f":{found[0]}:{found[1]}" if found else ""
    pointer = f"#{finding.where.pointer}" if finding.where.pointer else ""
    return shown(f"{address(finding)}{line}{pointer}")
