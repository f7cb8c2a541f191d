"""Looks at the repositories of a release, changes nothing, and refuses what must not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from curation.publishing.journal import Journal
from curation.publishing.patience import Patience
from curation.publishing.plan import (
    THEIRS,
    Difference,
    Part,
    Publication,
    difference,
    same,
    tag_of,
    told,
)
from curation.publishing.port import Absent, Hub, Refused, State, Stored

SHOWN = 5
"""How many paths are named in a message."""


@dataclass(frozen=True)
class Standing:
    """How a repository stands to what is to be published in it.

    `there` are its files, `left` what is to be done, and `strange` the paths that were
    changed since the version before, and not by this release. `request` is a pull request
    of this version that was tagged and not merged.
    """

    part: Part
    state: State | None
    there: Mapping[str, Stored]
    left: Difference
    tagged: str | None = None
    strange: tuple[str, ...] = ()
    request: int | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        shown = self.part.private or (
            self.state is not None and self.state.private is False
        )
        return self.tagged is not None and self.request is None and shown


def title(publication: Publication) -> str:
    """Return what a commit or a pull request of a version is called."""
    return f"Release {publication.version}"


def look(
    publication: Publication, hub: Hub, patience: Patience, journal: Journal
) -> tuple[Standing, ...]:
    """Look at each repository.

    Raises:
        Refused: the token only reads, references would be seen, or the version exists
            with other content.
        Trouble: the hub does not answer, or denies it.
    """
    account = patience.read("who the token belongs to", hub.account)
    if account.role == "read":
        raise Refused(
            f"the token of {account.name} only reads; publishing needs one that writes, from the settings of {hub.place}"
        )
    return tuple(
        _standing(publication, part, hub, patience, journal)
        for part in publication.parts
    )


def _standing(
    publication: Publication, part: Part, hub: Hub, patience: Patience, journal: Journal
) -> Standing:
    name = part.repository
    state = patience.read(f"looking at {name}", lambda: hub.state(name))
    if state is None:
        return Standing(part, None, {}, difference(part.files, {}))
    if part.private:
        see_private(part, hub, patience)
    tags = patience.read(f"listing the tags of {name}", lambda: hub.tags(name))
    tagged = tags.get(publication.tag)
    there = listed(hub, patience, name, tagged or state.head)
    left = difference(part.files, there)
    if tagged is None:
        strange = _strange(publication, part, there, tags, hub, patience)
        return Standing(part, state, there, left, None, strange)
    if not left.nothing:
        raise Refused(_other(publication, part, tagged, left, journal))
    numbers = patience.read(
        f"listing the pull requests of {name}",
        lambda: hub.requests(name, title(publication)),
    )
    number = numbers[0] if numbers else None
    return Standing(part, state, there, left, tagged, (), number)


def listed(
    hub: Hub, patience: Patience, name: str, revision: str
) -> Mapping[str, Stored]:
    """List a revision that is known to exist, although some server may not know it yet."""
    what = f"listing {name} at {revision[:12]}"
    for one in patience.tried(what):
        with one:
            try:
                return patience.ask(what, lambda: hub.files(name, revision))
            except Absent as error:
                one.late(error)
    raise AssertionError


def see_private(part: Part, hub: Hub, patience: Patience) -> State:
    """See with own eyes that nobody but its owners sees a repository.

    Raises:
        Refused: somebody may.
    """
    name = part.repository
    state = patience.read(f"looking at {name}", lambda: hub.state(name))
    seen = patience.read(
        f"looking at {name} as a stranger", lambda: hub.seen_by_all(name)
    )
    if state is None or state.private is not True or seen:
        raise Refused(
            f"{name} is to hold the hidden references and is not seen to be private: nothing was published. Make it private in its settings, or name another repository"
        )
    return state


def _other(
    publication: Publication,
    part: Part,
    tagged: str,
    left: Difference,
    journal: Journal,
) -> str:
    lines = [*told(left)]
    more = f", and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    before = journal.known(part.repository)
    moved = ""
    if before.get("tag") == publication.tag and before.get("commit", tagged) != tagged:
        moved = f" The tag was moved: this release was published as {before['commit'][:12]}, and it is at {tagged[:12]} now; whoever moved it must move it back."
    return (
        f"{part.repository} has {publication.tag} already, with other content ({'; '.join(lines[:SHOWN])}{more})."
        f"{moved} A version that exists never changes, and nothing was done: release under a new version."
    )


def _strange(
    publication: Publication,
    part: Part,
    there: Mapping[str, Stored],
    tags: Mapping[str, str],
    hub: Hub,
    patience: Patience,
) -> tuple[str, ...]:
    """Tell what somebody changed on main since the version before, and would lose."""
    if publication.previous is None or tag_of(publication.previous) not in tags:
        return ()
    before = listed(hub, patience, part.repository, tags[tag_of(publication.previous)])
    return tuple(
        path
        for path in sorted(there.keys() | before.keys())
        if path not in THEIRS
        and there.get(path) != before.get(path)
        and not _ours(path, part, there)
    )


def _ours(path: str, part: Part, there: Mapping[str, Stored]) -> bool:
    """Tell whether a path is as this release wants it, present or not."""
    wanted, found = part.files.get(path), there.get(path)
    if wanted is None or found is None:
        return wanted is None and found is None
    return same(wanted, found)
