"""Where models stand on the boards."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from curation.scoring.boards import QUICK, Board
from curation.scoring.cells import ScoreFile
from curation.scoring.drawing import REPLICATES, Interval, Stored, interval
from curation.scoring.intervals import (
    Sums,
    by_skill,
    draws,
    item_groups,
    spans,
    task_groups,
)
from curation.scoring.ladder import Ladder
from curation.scoring.levels import levels
from curation.scoring.marks import Mark, Tally, tally
from curation.scoring.scale import Array
from curation.scoring.table import Sota

Spans = tuple[Interval, ...]


@dataclass(frozen=True)
class Terms:
    """Under which rules boards are made; `count` replicates, 0 for no intervals."""

    bars: Sota
    policy: str = "paper"
    seed: int = 0
    count: int = REPLICATES


@dataclass(frozen=True)
class Standing:
    """One model on one board.

    `spans` are 95 % intervals of Levels 2, 3, ...; `drawn` says from what: `items`,
    `tasks`, or nothing. `parts` is the same model in each modality of the board, with
    the intervals there. `rank` is shared by equals.
    """

    rank: int
    model: str
    ladder: Ladder
    tally: Tally
    spans: Spans = ()
    drawn: str = ""
    parts: Mapping[str, tuple[Ladder, Spans]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """A board with its models, best first."""

    board: Board
    standings: tuple[Standing, ...]


def rank(
    boards: Sequence[Board], files: Sequence[ScoreFile], terms: Terms
) -> tuple[Ranking, ...]:
    """Put every model on every board, best first.

    The order is by Level 5, then 4, 3 and 2, so that who reaches a higher level stands
    higher; equals share a rank and are sorted by name. Models that were only run on the
    quick set stand on the quick board alone.
    """
    models = [_Model(file, terms) for file in files]
    return tuple(
        Ranking(board, _ranked([m.stand(board) for m in models if m.may_stand(board)]))
        for board in boards
    )


def _ranked(standings: list[Standing]) -> tuple[Standing, ...]:
    ordered = sorted(standings, key=lambda s: (*(-x for x in _strength(s)), s.model))
    ranks: dict[tuple[float, ...], int] = {}
    for position, one in enumerate(ordered, 1):
        ranks.setdefault(_strength(one), position)
    return tuple(replace(s, rank=ranks[_strength(s)]) for s in ordered)


def _strength(standing: Standing) -> tuple[float, ...]:
    ladder = standing.ladder
    return tuple(x or 0.0 for x in (ladder.l5, ladder.l4, ladder.l3, ladder.l2))


@dataclass(frozen=True)
class _Model:
    """One model, its tasks judged once; what is drawn is drawn once for all boards."""

    file: ScoreFile
    terms: Terms

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return levels(
            self.file.cells, bars=self.terms.bars, policy=self.terms.policy
        ).marks

    @cached_property
    def by_id(self) -> Mapping[str, Mark]:
        return {m.row.id: m for m in self.marks}

    @cached_property
    def drawn(self) -> Mapping[str, Array]:
        return draws(self.marks, Stored(self.file.replicates))

    @cached_property
    def kind(self) -> str:
        if not self.terms.count or self.terms.policy == "upstream":
            return ""
        return "items" if self.drawn else "tasks"

    @cached_property
    def groups(self) -> Mapping[str, Sums]:
        return self._groups(self.marks)

    @cached_property
    def skills(self) -> Mapping[str, Sums]:
        if self.kind != "items":
            return {}
        return item_groups(self.marks, self.drawn, by_skill)

    def may_stand(self, board: Board) -> bool:
        return board.id == QUICK or self.file.scope == "full"

    def stand(self, board: Board) -> Standing:
        marks = [self.by_id[row.id] for row in board.rows]
        if board.scope in "AB":
            return self._by_levels(board, marks)
        return self._by_means(board, marks)

    def _groups(self, marks: Sequence[Mark]) -> dict[str, Sums]:
        if self.kind == "items":
            return item_groups(marks, self.drawn)
        if self.kind == "tasks":
            return task_groups(marks, seed=self.terms.seed, count=self.terms.count)
        return {}

    def _by_levels(self, board: Board, marks: Sequence[Mark]) -> Standing:
        found = levels(
            self.file.cells,
            bars=self.terms.bars,
            policy=self.terms.policy,
            rows=board.rows,
            modalities=board.modalities,
        )
        named: Mapping[str, Spans] = {}
        if self.kind:
            groups = self._groups_of(marks)
            named = spans(groups, board.modalities, self.terms.policy)
        # On a board of single modalities Level 5 needs language to have been scored.
        spoken = board.scope == "A" or found.tallies["text"].supported > 0
        parts = {
            m: _up_to_four(x, named.get(m, ()), whole=spoken)
            for m, x in found.modalities.items()
        }
        ladder, drawn = _up_to_four(
            found.overall, named.get("overall", ()), whole=spoken
        )
        return Standing(
            0,
            self.file.model,
            ladder,
            found.tallies["overall"],
            drawn,
            self.kind,
            parts,
        )

    def _groups_of(self, marks: Sequence[Mark]) -> Mapping[str, Sums]:
        """Take the sums over whole groups, or draw for a board that has parts of them."""
        sizes = Counter(m.row.group for m in marks)
        whole = all(self.groups[g].tasks == n for g, n in sizes.items())
        return self.groups if whole else self._groups(marks)

    def _by_means(self, board: Board, marks: Sequence[Mark]) -> Standing:
        ladder = Ladder(
            math.fsum(m.points for m in marks) / len(marks),
            math.fsum(m.points for m in marks if m.win) / len(marks),
        )
        drawn = self._spans_of(board, marks)
        kind = self.kind if drawn else ""
        return Standing(0, self.file.model, ladder, tally(marks), drawn, kind)

    def _spans_of(self, board: Board, marks: Sequence[Mark]) -> Spans:
        """Draw a mean anew; skills have too few tasks for tasks to be drawn."""
        if board.scope == "D":
            sums = self.skills.get(marks[0].row.skill)
        else:
            sums = self.groups.get(marks[0].row.group)
        if sums is None:
            return ()
        if sums.tasks != len(marks):
            sums = self._groups(marks)[marks[0].row.group]
        return interval(sums.points / sums.tasks), interval(sums.hits / sums.tasks)


def _up_to_four(ladder: Ladder, drawn: Spans, *, whole: bool) -> tuple[Ladder, Spans]:
    return (ladder, drawn) if whole else (replace(ladder, l5=None), drawn[:3])
