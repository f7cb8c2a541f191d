"""Pure: searches pieces of public trees for hidden references, and judges what is found."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

import numpy as np

from curation.audit.mapped import Bytes, windows
from curation.audit.needles import Needle, Sort, normal
from curation.audit.pieces import Blob, Column, Kind, Piece
from curation.audit.search import Index
from curation.audit.secrets import Secret
from curation.audit.signs import Sign, Way
from curation.model import Where

LEAST_OPEN = 10
"""Open samples that tell whether it belongs to a task that answers stand in questions."""
DEVIATIONS = 4.0
"""Standard deviations by which close questions hold more answers before it is a leak."""
MOST_OTHERS = 5
SHARE_OF_OTHERS = 0.05
"""Questions that hold the answers of others, up to which the task is so by nature."""
_ASKED = frozenset({Kind.QUESTION, Kind.OPTIONS})


@dataclass(frozen=True, slots=True)
class Hit:
    """A string that was found: where, in what, and beside which sample."""

    needle: int
    path: str
    place: str
    kind: Kind
    sample: str | None
    task: str
    tree: str


@dataclass
class Search:
    """All that is searched for in the public trees, and what was found so far."""

    secrets: Sequence[Secret]
    needles: Sequence[Needle]
    hits: set[Hit] = field(default_factory=set)
    files: list[Sign] = field(default_factory=list)
    _done: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Prepare the search."""
        self._index = Index([n.text for n in self.needles])
        self._longest = max((len(n.text) for n in self.needles), default=0)
        self._digests: dict[str, list[int]] = {}
        for place, secret in enumerate(self.secrets):
            for digest in secret.files:
                self._digests.setdefault(digest, []).append(place)

    def piece(self, piece: Piece, tree: str) -> None:
        """Search whatever it is."""
        if isinstance(piece, Column):
            self.column(piece, tree)
        elif isinstance(piece, Blob):
            self.blob(piece, tree)
        else:
            self.files.append(Sign(Way.UNSEEN, Where(piece.path), piece.why, tree=tree))

    def column(self, piece: Column, tree: str) -> None:
        """Search the words of a column."""
        joined = "\0".join(t.replace("\0", " ") for t in piece.texts)
        text = normal(joined)
        ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 0)
        for place, needle in self._found(text):
            row = int(np.searchsorted(ends, place))
            self._add(needle, piece, piece.name, piece.kind, piece.ids[row], tree)

    def blob(self, piece: Blob, tree: str) -> None:
        """Search the bytes of a file, and see whether it is one of a reference."""
        told = hashlib.sha256(piece.data)
        owners = self._digests.get(told.hexdigest(), ())
        if owners and not (tree == "open" and piece.kind is Kind.REFERENCE):
            self.files.append(self.same(owners, piece, tree, "has the bytes of"))
        if told.digest() in self._done and piece.path != piece.name:
            return
        self._done.add(told.digest())
        kind = Kind.REFERENCE if piece.kind is Kind.REFERENCE else Kind.TEXT
        name = "its bytes" if piece.name == piece.path else f"the bytes of {piece.name}"
        for needle in self._within(piece.data):
            self._add(needle, piece, name, kind, piece.sample, tree)

    def same(self, owners: Sequence[int], piece: Blob, tree: str, how: str) -> Sign:
        """Tell that a file is one of a reference."""
        secrets = [self.secrets[o] for o in owners]
        secret = secrets[0]
        inside = "" if piece.name == piece.path else f"{piece.name or 'a file in it'} "
        detail = f"{inside}{how} a file of the hidden reference of {_whose(secret)}"
        mine = piece.sample is None or any(
            piece.sample in {s.id, s.original} for s in secrets
        )
        way = Way.SHOWN if piece.kind is Kind.QUESTION and not mine else Way.FILE
        return Sign(way, Where(piece.path), detail, piece.sample, tree)

    def _within(self, data: Bytes) -> Iterator[int]:
        for start, window in windows(data, self._longest + 1):
            for place, needle in self._found(window.lower()):
                end = place + len(self.needles[needle].text)
                # What touches an edge stands in the next window or the last one too, and
                # there is seen what stands beside it.
                if (place or not start) and (
                    end < len(window) or start + end == len(data)
                ):
                    yield needle

    def _found(self, text: bytes) -> Iterator[tuple[int, int]]:
        for place, number in self._index.hits(text):
            one = self.needles[number]
            if not one.apart or _apart(text, place, place + len(one.text)):
                yield place, number

    def _add(
        self,
        needle: int,
        piece: Column | Blob,
        place: str,
        kind: Kind,
        sample: str | None,
        tree: str,
    ) -> None:
        task = piece.task if isinstance(piece, Column) else ""
        self.hits.add(Hit(needle, piece.path, place, kind, sample, task, tree))


def _apart(text: bytes, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not before.isalnum() and not after.isalnum()


def _whose(secret: Secret) -> str:
    return f"{secret.id} of {secret.task}" if secret.task else secret.id


def judged(
    search: Search, opened: Mapping[tuple[str, str], tuple[int, int]]
) -> Iterator[Sign]:
    """Tell which hits are leaks.

    Args:
        search: What was found.
        opened: For each task and column how many open questions hold their answer, and
            how many could; under an empty column, how many open samples have long answers.
    """
    yield from search.files
    cells = {
        (h.path, _value(search, h))
        for h in search.hits
        if h.kind in _ASKED or h.kind is Kind.REFERENCE
    }
    own: dict[tuple[str, str, str, str], set[str]] = {}
    others: dict[tuple[str, str], list[Sign]] = {}
    for hit in sorted(
        search.hits, key=lambda h: (h.tree, h.path, h.place, h.needle, h.sample or "")
    ):
        needle = search.needles[hit.needle]
        owners = [search.secrets[o] for o in needle.owners]
        mine = [s for s in owners if hit.sample in {s.id, s.original}]
        if (
            hit.kind is Kind.TEXT
            and hit.sample is None
            and (hit.path, needle.owners) in cells
        ):
            continue  # bytes and statistics of a cell that is judged itself
        if (
            needle.sort is Sort.VALUE
            and hit.kind in _ASKED
            and mine
            and hit.tree != "open"
        ):
            if hit.kind is not Kind.OPTIONS:
                own.setdefault((hit.task, hit.place, hit.path, hit.tree), set()).add(
                    mine[0].id
                )
            continue
        if needle.sort is Sort.VALUE and hit.kind in _ASKED:
            others.setdefault((hit.task, hit.place), []).append(
                _sign(hit, needle, owners[0])
            )
            continue
        yield _sign(hit, needle, owners[0])
    yield from _questions(search.secrets, own, opened)
    sizes = Counter(s.task for s in search.secrets)
    for (task, _), found in others.items():
        few = len({s.sample for s in found}) <= max(
            MOST_OTHERS, SHARE_OF_OTHERS * sizes[task]
        )
        yield from (replace(s, way=Way.OTHER) for s in found) if few else found


def _value(search: Search, hit: Hit) -> tuple[int, ...]:
    return search.needles[hit.needle].owners


def _sign(hit: Hit, needle: Needle, owner: Secret) -> Sign:
    way = {Sort.NONCE: Way.NONCE}.get(needle.sort, Way.VALUE)
    if hit.tree == "open" and hit.kind is Kind.REFERENCE and way is Way.VALUE:
        way = Way.OPEN
    coded = ", encoded" if needle.coded else ""
    detail = f"{hit.place} holds {needle.sort} of {_whose(owner)}{coded}"
    return Sign(way, Where(hit.path), detail, hit.sample, hit.tree)


def _questions(
    secrets: Sequence[Secret],
    own: Mapping[tuple[str, str, str, str], set[str]],
    opened: Mapping[tuple[str, str], tuple[int, int]],
) -> Iterator[Sign]:
    """Compare how often questions hold their own answers in the Close and the Open set."""
    sizes = Counter(s.task for s in secrets)
    parts: dict[tuple[str, str], tuple[str, str, set[str]]] = {}
    for (task, column, path, tree), ids in own.items():
        _, _, known = parts.setdefault((task, column), (path, tree, set()))
        known |= ids
    for (task, column), (path, tree, ids) in parts.items():
        held, could = opened.get((task, column), opened.get((task, ""), (0, 0)))
        whole = sizes[task] or len(ids)
        said = f"{column}: {len(ids)} of {whole} close questions hold a long value of their reference"
        if could < LEAST_OPEN:
            yield Sign(
                Way.UNSURE,
                Where(path),
                f"{said}; too few open samples to compare with",
                tree=tree,
            )
            continue
        share = (held + 1) / (could + 2)
        most = whole * share + DEVIATIONS * sqrt(whole * share * (1 - share))
        if len(ids) > most:
            yield Sign(
                Way.QUESTION,
                Where(path),
                f"{said}, and {held} of {could} open ones",
                tree=tree,
            )
