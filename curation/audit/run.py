"""From a release to a report: search its trees, predict its labels, compare its sides."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from curation import ledger as ledgers
from curation.audit import (
    baseline,
    beside,
    content,
    features,
    form,
    galleries,
    gather,
    history,
    needles,
    twins,
)
from curation.audit import secrets as hidden
from curation.audit.content import Search
from curation.audit.gather import Side
from curation.audit.history import Past
from curation.audit.pieces import Blob, Column, Kind, Piece
from curation.audit.rules import RULES
from curation.audit.secrets import Secret
from curation.audit.signs import Sign, Strictness, Way
from curation.audit.source import Source, opened
from curation.audit.twins import Shown
from curation.configuration import kept
from curation.entries import Entry
from curation.finding import Finding, Report, RuleCrash, TaskSummary, examine
from curation.model import Where
from curation.restore import Unrestored
from curation.settings import Settings
from curation.versions import versions
from curation.words import labels


@dataclass(frozen=True)
class Wanted:
    """What is to be audited, and how."""

    release: Path
    references: Path | None = None
    ledger: Path | None = None
    history: tuple[Path | Past, ...] = ()
    settings: Settings = field(default_factory=Settings)
    strict: Strictness = field(default_factory=Strictness)
    jobs: int | None = None

    @property
    def processes(self) -> int:
        """How many worker processes there are."""
        return self.jobs or os.cpu_count() or 1


def audit(  # noqa: PLR0913 - what can be asked for
    release: Path,
    references: Path | None = None,
    ledger: Path | None = None,
    history: Sequence[Path | Past] = (),
    settings: Settings | None = None,
    strict: Strictness | None = None,
    jobs: int | None = None,
) -> Report:
    """Search a release for its own answers, and return what was found.

    Args:
        release: A release, one of its public trees, any folder, or an archive.
        references: The hidden references, by default those of the release; or the tasks.
        ledger: The ledger, for what was open in earlier versions.
        history: Local clones of repositories, or what else can tell of the past of one, all
            of which is searched too.
        settings: Which rules count and how much.
        strict: From where on side channels count.
        jobs: Worker processes for decoding.

    Raises:
        Unauditable, Unread, Inconsistent: something that was named cannot be read.
    """
    wanted = Wanted(
        release, references, ledger, tuple(history),
        settings or Settings(), strict or Strictness(), jobs,
    )  # fmt: skip
    entries = ledgers.read(ledger) if ledger else ()
    with (
        opened(release, references) as source,
        TemporaryDirectory(prefix="curate-audit-") as scratch,
    ):
        run = _Run(wanted, source, Path(scratch), entries)
        return run.report(list(run.signs()))


class _Run:
    """One audit."""

    def __init__(
        self, wanted: Wanted, source: Source, scratch: Path, entries: Sequence[Entry]
    ) -> None:
        self._wanted = wanted
        self._source = source
        self._scratch = scratch
        self._entries = entries
        self._secrets: list[Secret] = []
        self._sides: dict[str, Side] = {}

    def signs(self) -> Iterator[Sign]:
        """Yield all that is seen."""
        source = self._source
        if source.references is None:
            yield Sign(
                Way.NO_REFERENCES,
                Where(""),
                "values and files of references were not searched",
            )
        else:
            self._secrets = hidden.read(source.references, self._scratch / "references")
        yield from form.of_release(source)
        for tree in source.trees:
            self._sides[tree.side] = Side(tree)
            yield from form.of_tree(tree)
        yield from self._contents()
        yield from self._channels()
        opened, closed = (self._shown(side) for side in ("open", "close"))
        yield from twins.signs(opened, closed, self._entries)

    def _shown(self, side: str) -> list[Shown]:
        return self._sides[side].shown if side in self._sides else []

    def _decode(self) -> Iterator[Sign]:
        """Decode the media of all trees."""
        originals: dict[str, dict[str, str]] = {}
        for secret in self._secrets:
            originals.setdefault(secret.task, {})[secret.id] = secret.original
        for name, side in self._sides.items():
            try:
                found = list(
                    galleries.of_tree(side.tree, self._scratch, self._wanted.processes)
                )
            except (Unrestored, OSError, ValueError, KeyError) as error:
                detail = (
                    f"its samples were not compared, and its media not decoded: {error}"
                )
                yield Sign(
                    Way.UNSEEN,
                    Where(""),
                    detail.replace(str(self._scratch), ""),
                    tree=name,
                )
                continue
            side.shown = [
                Shown(task, gallery, originals.get(task, {}) if name == "close" else {})
                for task, gallery in found
            ]

    def _contents(self) -> Iterator[Sign]:
        """Search every byte of the trees, and what lies beside them."""
        yield from self._decode()
        for side in self._sides.values():
            gather.gather(side)
        search = Search(
            self._secrets, needles.needles(self._secrets, baseline.printed(self._sides))
        )
        for name, side in self._sides.items():
            for piece in gather.pieces(side):
                search.piece(piece, name)
        beside_trees = list(gather.beside(self._source))
        for piece in beside_trees:
            search.piece(piece, "")
        yield from self._same_content(search)
        yield from content.judged(search, baseline.opened(self._sides.get("open")))
        yield from self._beside(beside_trees)
        for past in self._wanted.history:
            yield from history.signs(past, search, self._source)

    def _same_content(self, search: Search) -> Iterator[Sign]:
        """Tell of files that decode to what a file of a reference decodes to."""
        known = galleries.contents(self._secrets, self._wanted.processes)
        for name, side in self._sides.items():
            for shown in side.shown if known else ():
                for path, media in sorted(shown.gallery.facts.items()):
                    own = getattr(media, "content", "")
                    reference = getattr(media, "reference", False)
                    if own in known and not (name == "open" and reference):
                        piece = Blob(
                            f"data/{shown.task}", path, b"", media.sample, Kind.QUESTION
                        )
                        yield search.same(
                            known[own], piece, name, "decodes to what is in"
                        )

    def _beside(self, loose: Iterable[Piece]) -> Iterator[Sign]:
        """Look for short answers beside their samples, and for kept names and ids."""
        answers = beside.Answers(self._secrets)
        side = self._sides.get("close")
        columns = list(side.columns) if side else []
        rows = [c for c in columns if any(c.ids) and c.kind is not Kind.OPTIONS]
        texts = [
            c for c in (*columns, *loose) if isinstance(c, Column) and not any(c.ids)
        ]
        rows += [s for c in texts if (s := beside.sheet(c, answers)) is not None]
        rows.sort(key=_part)
        for _, some in groupby(rows, key=_part):
            yield from beside.signs(list(some), answers, "close")
        yield from self._kept(columns)

    def _kept(self, columns: Sequence[Column]) -> Iterator[Sign]:
        names = {(s.task, name) for s in self._secrets for name in s.names}
        ids = {(s.task, s.original) for s in self._secrets if s.original != s.id}
        for column in columns:
            known = {Kind.NAME: names, Kind.ID: ids}.get(column.kind, set())
            for text, sample in (
                zip(column.texts, column.ids, strict=True) if known else ()
            ):
                if any((column.task, line) in known for line in text.split("\n")):
                    what = "a file" if column.kind is Kind.NAME else "the sample"
                    yield Sign(
                        Way.ORIGIN,
                        Where(column.path),
                        f"{column.name}: {what} has the contributor's name",
                        sample,
                        "close",
                    )

    def _channels(self) -> Iterator[Sign]:
        """Predict the labels of the Close set."""
        strict = self._wanted.strict
        every: list[features.Tried] = []
        for shown in self._shown("close"):
            known: dict[str, Secret] = {}
            for secret in self._secrets:
                if secret.task == shown.task:
                    known |= {secret.original: secret, secret.id: secret}
            if known:
                whole = galleries.answered(shown.gallery, known)
                where = Where(f"data/{shown.task}")
                every += features.tried(
                    shown.gallery, labels(whole.task), where, strict
                )
        yield from features.signs(every, strict, "close")

    def report(self, signs: Sequence[Sign]) -> Report:
        """Ask the rules about what was seen."""
        found: list[Finding] = []
        crashes: list[str] = []
        for tree, some in groupby(
            sorted(signs, key=lambda s: s.tree), key=lambda s: s.tree
        ):
            place = "/".join(
                filter(
                    None,
                    (self._source.shown.rstrip("/"), tree if self._source.top else ""),
                )
            )
            for one in examine(some, RULES, self._wanted.settings, place):
                if isinstance(one, RuleCrash):
                    crashes.append(str(one))
                else:
                    found.append(one)
        findings, suppressed = kept(found, self._wanted.settings)
        return Report(
            tuple(sorted(set(findings), key=lambda f: f.order)),
            tuple(self._summary(side) for side in self._sides.values()),
            versions(),
            tuple(crashes),
            suppressed=suppressed,
        )

    def _summary(self, side: Side) -> TaskSummary:
        place = (
            f"{self._source.shown.rstrip('/')}/{side.tree.side}"
            if self._source.top
            else self._source.shown
        )
        facts = [m for s in side.shown for m in s.gallery.facts.values()]
        kinds: dict[str, int] = {}
        for one in facts:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        samples = sum(len(s.gallery.task.data) for s in side.shown)
        return TaskSummary(place, side.tree.side, samples=samples, media=kinds,
                           media_bytes=sum(getattr(m, "size", 0) for m in facts))  # fmt: skip


def _part(column: Column) -> tuple[str, str, str, str]:
    place = "" if column.task else column.path
    return column.task, place, column.kind.value, column.name
