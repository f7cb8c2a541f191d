"""From the folder of a release, or of any data set, to a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curation import finding
from curation.configuration import kept
from curation.finding import Finding, Report, RuleCrash, TaskSummary
from curation.preflight.reading import repository
from curation.preflight.rules import RULES
from curation.preflight.subjects import Repository
from curation.settings import Settings
from curation.trees import TREES
from curation.versions import versions


class Unreadable(Exception):
    """What cannot be looked at; says why, and what was expected."""


def examine(release: Path, settings: Settings | None = None) -> Report:
    """Look at each repository of a staged release, or at the folder of any data set.

    Nothing is changed, and nothing is asked of the network. A finding of severity error is
    something that the Hub refuses, or that makes a configuration load nothing.

    Args:
        release: A folder with `open/`, `close/` and `references/`, or some of them; any
            other folder is taken for one repository.
        settings: Which rules count and how much.

    Raises:
        Unreadable: there is no such folder, or it cannot be listed.
    """
    settings = settings or Settings()
    found: list[Finding] = []
    crashes: list[str] = []
    summaries: list[TaskSummary] = []
    for place, tree, folder in _repositories(release):
        try:
            one = repository(folder, tree)
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from None
        for told in finding.examine(_subjects(one), RULES, settings, place):
            if isinstance(told, RuleCrash):
                crashes.append(str(told))
            else:
                found.append(told)
        summaries.append(_summary(place, one))
    findings, suppressed = kept(found, settings)
    return Report(
        tuple(sorted(set(findings), key=lambda f: f.order)),
        tuple(summaries),
        versions(),
        tuple(crashes),
        suppressed=suppressed,
    )


def _repositories(release: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield the repositories: how they are shown, which tree they are, where they lie."""
    if not release.is_dir():
        raise Unreadable(f"{release}: expected a release, or the folder of a data set")
    trees = [tree for tree in TREES if (release / tree).is_dir()]
    if trees:
        for tree in trees:
            yield f"{str(release).rstrip('/')}/{tree}", tree, release / tree
    else:
        tree = release.name if release.name in TREES else ""
        yield str(release), tree, release


def _subjects(one: Repository) -> Iterator[object]:
    yield one
    yield one.card
    yield from one.configs
    yield from one.tables


def _summary(place: str, one: Repository) -> TaskSummary:
    return TaskSummary(
        place,
        one.tree or None,
        samples=sum(t.footer.rows for t in one.tables if t.footer),
        media_bytes=sum(f.bytes for f in one.files),
    )
