"""Pure: commitments to hidden references, and proofs that a reference is one of them.

A leaf is `SHA-256(nonce || id || canonical reference bytes)`. Nobody can find a reference
by trying out answers, since its nonce of 32 bytes is unknown; and nobody can put another
in its place later, since the root over all leaves was published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from curation.model import Json

NONCE = 32
"""Bytes of a nonce."""
_LEAF, _NODE, _TASK = b"\x00", b"\x01", b"\x02"
_EXACT = 1 << 53


class Malformed(Exception):
    """A proof that cannot be read; says what is missing or wrong in it."""


def canonical(values: Mapping[str, Json], media: Mapping[str, str]) -> bytes:
    """Return the bytes of a reference that a commitment covers.

    They are JSON with sorted keys, without blanks, and with integral numbers written as
    integers: what it answers by JSON Pointer, and the SHA-256 of each file that it names.
    """
    told = {"media": dict(media), "values": dict(values)}
    text = json.dumps(
        _numbers(told), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode("utf-8", "surrogatepass")


def _numbers(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def leaf(nonce: bytes, sample: str, reference: bytes) -> bytes:
    """Return the commitment to one reference.

    Raises:
        ValueError: the nonce is not of 32 bytes, so that the parts could be confused.
    """
    if len(nonce) != NONCE:
        raise ValueError(f"a nonce has {NONCE} bytes, not {len(nonce)}")
    return hashlib.sha256(nonce + sample.encode() + reference).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the Merkle root over leaves, in their order."""
    return rooted(leaves)[1]


def rooted(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Return how many leaves there are, and their root, holding few of them at a time."""
    whole: list[
        tuple[int, bytes]
    ] = []  # trees without a gap, each smaller than the last
    for one in leaves:
        size, node = 1, hashlib.sha256(_LEAF + one).digest()
        while whole and whole[-1][0] == size:
            size, node = 2 * size, _node(whole.pop()[1], node)
        whole.append((size, node))
    if not whole:
        return 0, hashlib.sha256().digest()
    count, (_, found) = sum(size for size, _ in whole), whole.pop()
    while whole:
        found = _node(whole.pop()[1], found)
    return count, found


def task_leaf(task: str, count: int, task_root: bytes) -> bytes:
    """Return what the tree of a release has for a task: its name, size and root."""
    return hashlib.sha256(
        _TASK + task.encode() + b"\0" + str(count).encode() + b"\0" + task_root
    ).digest()


def release_root(roots: Mapping[str, tuple[int, bytes]]) -> bytes:
    """Return the root of a release from the number of references and root of each task."""
    return root([task_leaf(task, *roots[task]) for task in sorted(roots)])


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return all levels of the tree, from the leaves up; an odd one is passed on."""
    levels = [[hashlib.sha256(_LEAF + one).digest() for one in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        above = [_node(left, right) for left, right in pairs]
        levels.append(above + below[len(above) * 2 :])
    return levels


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the siblings on the way from a leaf to the root."""
    found = []
    for level in _levels(leaves)[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        index //= 2
    return tuple(found)


def climbed(
    one: bytes, index: int, count: int, siblings: Sequence[bytes]
) -> bytes | None:
    """Return the root that a leaf and its siblings lead to; None if they do not fit."""
    if not 0 <= index < count:
        return None
    here, left = hashlib.sha256(_LEAF + one).digest(), list(siblings)
    while count > 1:
        if index ^ 1 < count:
            if not left:
                return None
            sibling = left.pop(0)
            here = _node(sibling, here) if index & 1 else _node(here, sibling)
        index, count = index // 2, (count + 1) // 2
    return None if left else here


@dataclass(frozen=True)
class Proof:
    """That a reference is the one which a release committed to.

    `path` leads to the root of its task, `above` from there to that of the release.
    """

    task: str
    sample: str
    nonce: bytes = field(repr=False)
    reference: bytes = field(repr=False)
    index: int
    count: int
    path: tuple[bytes, ...]
    place: int
    tasks: int
    above: tuple[bytes, ...]

    @property
    def root(self) -> bytes | None:
        """The root of the release that it leads to; None if it does not fit together."""
        one = leaf(self.nonce, self.sample, self.reference)
        whole = climbed(one, self.index, self.count, self.path)
        if whole is None:
            return None
        return climbed(
            task_leaf(self.task, self.count, whole), self.place, self.tasks, self.above
        )

    def told(self) -> Json:
        """Return the proof as JSON, which `heard` reads."""
        return {
            "form": "curate-proof-1",
            "task": self.task,
            "id": self.sample,
            "nonce": self.nonce.hex(),
            "reference": self.reference.decode("utf-8", "surrogatepass"),
            "index": self.index,
            "count": self.count,
            "path": [one.hex() for one in self.path],
            "place": self.place,
            "tasks": self.tasks,
            "above": [one.hex() for one in self.above],
        }


def heard(told: Json) -> Proof:
    """Read a proof.

    Raises:
        Malformed: it is none.
    """
    try:
        if told["form"] != "curate-proof-1":
            raise Malformed(f"form is {told['form']!r}, expected 'curate-proof-1'")
        nonce = bytes.fromhex(told["nonce"])
        if len(nonce) != NONCE:
            raise Malformed(f"the nonce has {len(nonce)} bytes, expected {NONCE}")
        return Proof(
            str(told["task"]),
            str(told["id"]),
            nonce,
            str(told["reference"]).encode("utf-8", "surrogatepass"),
            int(told["index"]),
            int(told["count"]),
            tuple(map(bytes.fromhex, told["path"])),
            int(told["place"]),
            int(told["tasks"]),
            tuple(map(bytes.fromhex, told["above"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"it is no proof as curate prove writes it: {error}") from None


def proof(
    task: str,
    sample: str,
    nonce: bytes,
    reference: bytes,
    leaves: Mapping[str, Sequence[bytes]],
    index: int,
) -> Proof:
    """Make the proof for a reference from the leaves of all tasks of its release."""
    names = sorted(leaves)
    tops = [task_leaf(name, len(leaves[name]), root(leaves[name])) for name in names]
    place = names.index(task)
    return Proof(
        task,
        sample,
        nonce,
        reference,
        index,
        len(leaves[task]),
        path(leaves[task], index),
        place,
        len(names),
        path(tops, place),
    )
