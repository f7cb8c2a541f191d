"""Pure: what a machine knows of a submission, as the parts of the page above its samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curation.report.wording import plural, size
from curation.review.markup import Markup, Part, el
from curation.review.model import (
    FindingGroup,
    Match,
    Overlap,
    Overview,
    Place,
    Probe,
    Probes,
    TaskOverview,
)
from curation.review.plots import constant, is_constant, plot
from curation.review.quantities import files, number
from curation.review.standing import NONE, STANDINGS, State

PLACES = 25
"""Places of one rule that are listed; the samples themselves tell of all."""
MATCHES = 50
"""Matches with the accepted benchmark that are listed."""
_MATCHED = {
    "new": "new",
    "sample": "the very same sample",
    "bytes": "same bytes",
    "content": "same when decoded",
    "near": "nearly the same",
    "question": "same question",
}


def body(overview: Overview) -> Markup:
    """Return the body of the page; scripts fill in the samples and the decision."""
    several = len(overview.tasks) > 1
    return el(
        "div",
        _header(overview),
        el(
            "main",
            el(
                "section",
                el("h2", "Overview"),
                _failures(overview.failures),
                _standing(overview),
                (
                    _task(n, task, folded=several)
                    for n, task in enumerate(overview.tasks)
                ),
                id="overview",
            ),
            el(
                "section",
                el("h2", "Findings"),
                list(_findings(overview)),
                id="findings",
            ),
            el(
                "section",
                el("h2", "Samples"),
                el("div", id="viewer"),
                id="samples",
                tabindex="-1",
            ),
            el("section", el("h2", "Decision"), el("div", id="verdict"), id="decision"),
        ),
        class_="page",
    )


def _header(overview: Overview) -> Markup:
    links = (("overview", "Overview"), ("findings", "Findings"), ("samples", "Samples"), ("decision", "Decision"))  # fmt: skip
    counts = overview.counts
    errors, warnings = counts.get("errors", 0), counts.get("warnings", 0)
    told = "passed" if overview.passed else plural(errors, "error")
    if warnings:
        told += f", {plural(warnings, 'warning')}"
    standing = STANDINGS.get(overview.standing, overview.standing)
    return el(
        "header",
        el(
            "div",
            el("h1", "Review of ", el("b", overview.name)),
            el("span", told, class_=f"chip {'good' if overview.passed else 'bad'}"),
            el(
                "span",
                standing,
                class_="chip",
                id="standing",
            ),
            class_="title",
        ),
        el(
            "nav",
            *(el("a", title, href=f"#{name}") for name, title in links),
            el("span", id="tools"),
            aria_label="Parts of the page",
        ),
        class_="top",
    )


def _standing(overview: Overview) -> Markup | None:
    """Tell why the record says what it says, if there is one."""
    if overview.standing_reason in {"", NONE}:
        return None
    told = STANDINGS.get(overview.standing, overview.standing)
    bad = " bad" if overview.standing == State.VOID else ""
    reason = f"{told[0].upper()}{told[1:]}: {overview.standing_reason}"
    return el("p", reason, class_=f"notice{bad}", id="because")


def _failures(failures: Sequence[str]) -> Markup | None:
    if not failures:
        return None
    return el(
        "div",
        el("p", "The tool itself failed on the way; what it says is not complete."),
        el("ul", (el("li", failure) for failure in failures)),
        class_="notice bad",
    )


def _task(place: int, task: TaskOverview, *, folded: bool) -> Markup:
    inner = [
        _facts(task),
        _constants(task),
        el(
            "div",
            (plot(d) for d in task.distributions if not is_constant(d)),
            class_="plots",
        ),
        _probes(task.probes),
        _overlap(place, task.overlap),
    ]
    heading = el("h3", task.name)
    if not folded:
        return el("article", heading, inner, class_="task")
    counts = f"{task.path}, {plural(task.samples, 'sample')}, {_faults(task.findings)}"
    return el(
        "details",
        el("summary", heading, " ", el("small", counts)),
        inner,
        class_="task",
    )


def _faults(groups: Sequence[FindingGroup]) -> str:
    told = [
        plural(count, grade)
        for grade in ("error", "warning")
        if (count := sum(g.count for g in groups if g.severity == grade))
    ]
    return ", ".join(told) or "nothing found"


def _facts(task: TaskOverview) -> Markup:
    media = files(task.media)
    kind = " / ".join(filter(None, (task.modality, task.paradigm)))
    rows: list[tuple[str, Part]] = [
        ("Kind", kind or "not stated"),
        ("Skill", task.skill or "not stated"),
        (
            "Family",
            [
                task.family_title,
                " ",
                el("small", f"{task.family}, {task.family_reason}"),
            ],
        ),
        ("Licence", task.licence or el("b", "none stated", class_="lacking")),
        ("Source", task.source or el("b", "none stated", class_="lacking")),
        ("Samples", f"{task.samples:,}"),
        ("Media", f"{media}, {size(task.media_bytes)}" if media else "none"),
    ]
    return el(
        "dl",
        (el("div", el("dt", name), el("dd", value)) for name, value in rows),
        class_="facts",
    )


def _constants(task: TaskOverview) -> Markup | None:
    told = [f"{d.title}: {constant(d)}" for d in task.distributions if is_constant(d)]
    return (
        el("p", "The same for all: ", "; ".join(told), ".", class_="constants")
        if told
        else None
    )


def _probes(probes: Probes | None) -> Markup | None:
    if probes is None:
        return None
    rows = [_probe(probe) for probe in probes.probes if _scored(probe)]
    rest = [probe for probe in probes.probes if not _scored(probe)]
    units = {probe.unit for probe in probes.probes if probe.unit}
    score = ", ".join(["Score", *units])
    return el(
        "section",
        el("h4", "What an answer scores that was not thought about"),
        el("p", _measured(probes), class_="faint"),
        _table(("Answer", score, "Points of 100", "", ""), rows) if rows else None,
        _unasked(rest),
        class_="probes",
    )


def _measured(probes: Probes) -> str:
    """Say by what metric answers are scored, who chose it, and over how many samples."""
    if not probes.metric:
        return f"{probes.note[:1].upper()}{probes.note[1:]}."
    told = f"By the metric {probes.metric}, chosen by {probes.by}"
    if not probes.probes:
        return f"{told}: {probes.note}."
    over = probes.note or plural(probes.items, "sample")
    return f"{told}; {probes.direction} is better; over {over}."


def _scored(probe: Probe) -> bool:
    return probe.score is not None or probe.points is not None


def _unasked(probes: Sequence[Probe]) -> Markup | None:
    """Tell which probes could not be made, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for probe in probes:
        reasons.setdefault(probe.note, []).append(probe.title.lower())
    told = "; ".join(
        f"{', '.join(titles)} ({note or 'no reason given'})"
        for note, titles in reasons.items()
    )
    return el("p", f"Not scored: {told}.", class_="faint") if told else None


def _probe(probe: Probe) -> Markup:
    points = "-" if probe.points is None else f"{probe.points:.1f}"
    score = number(probe.score)
    width = max(0.0, min(100.0, probe.points or 0.0))
    bar = el(
        "svg",
        el("rect", x=0, y=0, width=100, height=8, class_="track"),
        el("rect", x=0, y=0, width=width, height=8, class_="bar"),
        viewBox="0 0 100 8",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="meter",
    )
    return el(
        "tr",
        el("th", probe.title, scope="row"),
        el("td", score, class_="number"),
        el("td", points, class_="number right"),
        el("td", bar if probe.points is not None else None),
        el("td", probe.note),
    )


def _overlap(place: int, overlap: Overlap | None) -> Markup | None:
    if overlap is None:
        return None
    counts = [
        el(
            "tr",
            el("th", _MATCHED.get(how, how), scope="row"),
            el("td", f"{n:,}", class_="number"),
        )
        for how, n in overlap.counts.items()
    ]
    shown = overlap.matches[:MATCHES]
    told = f"{overlap.open:,} match the Open set and {overlap.close:,} the Close set."
    return el(
        "section",
        el("h4", f"What is new against {overlap.against}"),
        el("p", told, f" {overlap.note}" if overlap.note else None, class_="faint"),
        _table(("Samples that are", "Number"), counts),
        _table(("Sample", "Match", "With", ""), [_match(place, m) for m in shown])
        if shown
        else None,
        _more(len(overlap.matches) - len(shown), "match", "matches"),
        class_="overlap",
    )


def _match(place: int, match: Match) -> Markup:
    name = match.sample or f"number {match.index + 1}"
    return el(
        "tr",
        el("th", el("a", name, href=f"#s-{place}-{match.index}"), scope="row"),
        el("td", _MATCHED.get(match.how, match.how)),
        el("td", f"{match.side}: {match.task} {match.other}"),
        el("td", match.detail),
    )


def _table(heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    return el(
        "div",
        el(
            "table",
            el("thead", el("tr", (_head(head) for head in heads))),
            el("tbody", rows),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=heads[0],
    )


def _head(title: str) -> Markup:
    return el("th", title, scope="col") if title else el("td")


def _findings(overview: Overview) -> Iterator[Markup]:
    groups = [
        (n, task, g) for n, task in enumerate(overview.tasks) for g in task.findings
    ]
    if not groups and not overview.others:
        yield el("p", "Nothing was found.")
    for place, task in enumerate(overview.tasks):
        if not task.findings:
            continue
        if len(overview.tasks) > 1:
            yield el("h3", task.name, " ", el("small", task.path))
        for group in task.findings:
            yield _group(str(place), task.path, group)
    if overview.others:
        yield el("h3", "Beside the tasks")
        for group in overview.others:
            yield _group("", "", group)


def _group(place: str, path: str, group: FindingGroup) -> Markup:
    shown = group.places[:PLACES]
    waived = f", {group.waived:,} waived" if group.waived else ""
    return el(
        "details",
        el(
            "summary",
            el("span", group.severity, class_=f"grade {group.severity}"),
            " ",
            el("b", f"{group.code} {group.slug}"),
            " ",
            el("span", group.title),
            " ",
            el("small", f"{plural(group.count, 'time')}{waived}"),
        ),
        el(
            "div",
            el("p", el("b", "Why "), group.why),
            el("p", el("b", "Mend "), group.fix),
            el("ul", (_place(place, one) for one in shown), class_="places"),
            _more(group.count - len(shown), "place", "places"),
            class_="inner",
        ),
        class_="rule",
        id=f"rule-{place}-{group.code}",
        data_code=group.code,
        data_task=path,
    )


def _place(task: str, place: Place) -> Markup:
    where = f"{place.path}#{place.pointer}" if place.pointer else place.path
    name = place.sample or (None if place.index is None else f"sample {place.index + 1}")  # fmt: skip
    link = (
        el("a", name, href=f"#s-{task}-{place.index}")
        if task and place.index is not None
        else name
    )
    return el(
        "li",
        [link, " "] if link else None,
        el("span", place.detail),
        " ",
        el("span", where, class_="file"),
        el("em", f" waived: {place.waived}") if place.waived else None,
    )


def _more(count: int, one: str, several: str) -> Markup | None:
    if count <= 0:
        return None
    return el(
        "p", f"and {count:,} more {one if count == 1 else several}", class_="faint"
    )
