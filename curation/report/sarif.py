"""The report as SARIF 2.1.0, within what GitHub's code scanning accepts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from curation.finding import Finding, Report, Rule
from curation.model import Json
from curation.report.json_ import dumped
from curation.report.outline import (
    INTERRUPTED,
    TOOL,
    Options,
    address,
    conclusion,
    rules_used,
    version,
)
from curation.report.wording import plural, shown

MOST = 25_000
"""Results of one run that GitHub accepts; it shows the first 5,000."""
DETAIL = 1000
"""Characters of a detail that are passed on."""
FINGERPRINT = f"{TOOL}/v1"
"""Ours alone: GitHub fills in its own key, and warns of every other value in it."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DRIVE = re.compile(r"[A-Za-z]:/")
_IN_SAMPLE = re.compile(r"/data/\d+(?=/|$)")


def render(report: Report, options: Options) -> str:
    """Render the report for code scanning and for SARIF viewers."""
    rules = rules_used(report)
    findings = sorted(report.findings, key=lambda f: f.severity.rank)
    places = {rule.code: index for index, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(report, rules)},
        "invocations": [_invocation(report, len(findings) - MOST)],
        "columnKind": "unicodeCodePoints",
        "results": list(_results(findings[:MOST], places, options)),
        "properties": {"counts": report.counts, "verdict": conclusion(report, options)},
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(report: Report, rules: list[Rule]) -> dict[str, Json]:
    return {
        "name": TOOL,
        "version": version(report),
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} Why: {rule.why}"},
        "help": {
            "text": f"Why: {rule.why}\nFix: {rule.fix}",
            "markdown": f"**Why:** {rule.why}\n\n**Fix:** {rule.fix}",
        },
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"tags": [rule.code[:3]]},
    }


def _invocation(report: Report, left_out: int) -> dict[str, Json]:
    notices = [_notice("error", shown(failure)) for failure in report.failures]
    if not report.complete:
        notices.append(_notice("warning", INTERRUPTED))
    if left_out > 0:
        what = f"{plural(left_out, 'result')} beyond the gravest {MOST:,} left out"
        notices.append(_notice("warning", f"{what}; --format json has them all."))
    return {
        "executionSuccessful": report.complete and not report.failures,
        "toolExecutionNotifications": notices,
    }


def _notice(level: str, message: str) -> dict[str, Json]:
    return {"level": level, "message": {"text": message}}


def _results(
    findings: list[Finding], places: Mapping[str, int], options: Options
) -> Iterator[dict[str, Json]]:
    seen: Counter[str] = Counter()
    for finding in findings:
        code = finding.rule.code
        print_ = _fingerprint(finding)
        seen[print_] += 1
        result: dict[str, Json] = {
            "ruleId": code,
            "ruleIndex": places[code],
            "level": finding.severity.value,
            "message": {"text": _message(finding)},
            "locations": [_location(finding, options)],
            "partialFingerprints": {FINGERPRINT: f"{print_}:{seen[print_]}"},
        }
        if finding.sample is not None:
            result["properties"] = {"sample": shown(finding.sample, DETAIL)}
        yield result


def _message(finding: Finding) -> str:
    """Say what was seen; brackets before a parenthesis would make it a link."""
    said = f"{finding.rule.title} {shown(finding.detail, DETAIL)}"
    return said.replace("](", "] (")


def _location(finding: Finding, options: Options) -> dict[str, Json]:
    physical: dict[str, Json] = {"artifactLocation": {"uri": uri(address(finding))}}
    found = options.locate(finding)
    if found:
        physical["region"] = {"startLine": found[0], "startColumn": found[1]}
    location: dict[str, Json] = {"physicalLocation": physical}
    if finding.where.pointer:
        name = shown(finding.where.pointer)
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "value"}]
    return location


def uri(path: str) -> str:
    """Return the path as a URI: relative, or with a scheme if it starts at the root."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    if _DRIVE.match(path):
        return "file:///" + quote(raw, safe="/:")
    return ("file://" if path.startswith("/") else "") + quote(raw)


def _fingerprint(finding: Finding) -> str:
    """Return what stays when other samples, or numbers in the detail, change."""
    pointer = finding.where.pointer
    if finding.sample is not None and (index := _IN_SAMPLE.match(pointer)):
        pointer = f"/data/{finding.sample!r}{pointer[index.end() :]}"
    detail = re.sub(r"\d+", "#", finding.detail)
    parts = (finding.rule.code, address(finding), pointer, detail)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
