"""Lands a version in one repository: commit, verify, tag; or by a pull request.

Nothing is repeated blindly. A request whose answer was lost may have been done, so what is
left to do is read from the hub each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.publishing.look import SHOWN, Standing, listed, see_private, title
from curation.publishing.plan import (
    Difference,
    Part,
    Publication,
    difference,
    pieces,
    told,
)
from curation.publishing.port import (
    MAIN,
    Absent,
    Change,
    Refused,
    Stored,
    Unanswered,
    request_branch,
)
from curation.publishing.terms import How


class Landing:
    """Lands a version, repository by repository."""

    def __init__(self, publication: Publication, how: How) -> None:
        self._of = publication
        self._how = how
        self._hub, self._patience = how.hub, how.patience

    def land(self, one: Standing, small: int) -> str:
        """Do what is left in a repository, and return the commit that is tagged.

        Args:
            one: How it stands.
            small: Bytes that travel in the commit itself.

        Raises:
            Refused: somebody changed it in the meantime, or what arrived is not what was
                sent.
            Trouble: the hub gave no answer, or denies it.
        """
        part, name, journal = one.part, one.part.repository, self._how.journal
        if part.private:
            see_private(part, self._hub, self._patience)
        if one.tagged is not None:
            if one.request is not None:
                self._merge(one, one.request)
            return one.tagged
        number = self._request(name) if self._too_much(one.left, small) else None
        commit = self._commit(one, number, small)
        self._see_whole(part, commit)
        journal.note(name, stage="committed", commit=commit)
        self._tag(name, commit)
        journal.note(name, stage="tagged", tag=self._of.tag)
        self._how.said(f"{name}: {self._of.tag} is {commit[:12]}")
        if number is not None:
            self._merge(one, number)
        return commit

    def _too_much(self, left: Difference, small: int) -> bool:
        limits = self._how.limits
        files = len(left.sent) + len(left.delete)
        return files > limits.files or small > limits.bytes

    def _commit(self, one: Standing, number: int | None, small: int) -> str:
        """Commit until nothing is left, and return the commit that has it all."""
        what = f"committing to {one.part.repository}"
        for attempt in self._patience.tried(what):
            with attempt:
                try:
                    return self._step(one, number, what, small)
                except Absent as error:
                    # A pull request that is not seen yet, or a file that somebody deleted.
                    attempt.late(error)
        raise AssertionError

    def _step(self, one: Standing, number: int | None, what: str, small: int) -> str:
        """Read what is left, commit it, and return the last commit."""
        name = one.part.repository
        branch = MAIN if number is None else request_branch(number)
        head = self._head(name, number)
        there = listed(self._hub, self._patience, name, head)
        left = difference(one.part.files, there)
        if number is None:
            self._see_known(one, left, there)
        for change in self._changes(left, number):
            head = self._patience.ask(
                what,
                lambda change=change, head=head: self._hub.commit(  # type: ignore[misc]
                    name, branch, change, title(self._of), head
                ),
                small,
            )
        return head

    def _changes(self, left: Difference, number: int | None) -> Sequence[Change]:
        """Return one commit, or as many as a pull request needs; none if all is there."""
        if left.nothing:
            return ()
        if number is None:
            return (left.change,)
        limits = self._how.limits
        parts = [*pieces(left.sent, limits.files, limits.bytes)] or [()]
        return [Change(p, left.delete if p is parts[-1] else ()) for p in parts]

    def _head(self, name: str, number: int | None) -> str:
        if number is not None:
            return self._patience.read(
                f"looking at pull request {number} of {name}",
                lambda: self._hub.commit_of(name, request_branch(number)),
            )
        state = self._patience.read(f"looking at {name}", lambda: self._hub.state(name))
        if state is None:
            raise Refused(f"{name} is gone, or was moved, since it was looked at")
        return state.head

    def _see_known(
        self, one: Standing, left: Difference, there: Mapping[str, Stored]
    ) -> None:
        """See that nothing is written over that was not there when the plan was made."""
        lost = [f.path for f in left.replace] + [*left.delete]
        new = [path for path in lost if there[path] != one.there.get(path)]
        if new:
            raise Refused(
                f"somebody changed {one.part.repository} in the meantime ({', '.join(new[:SHOWN])}), and the release would undo that; nothing was committed there. Take the change over into the release, or undo it on the hub"
            )

    def _see_whole(self, part: Part, commit: str) -> None:
        there = listed(self._hub, self._patience, part.repository, commit)
        lines = [*told(difference(part.files, there))]
        if lines:
            raise Refused(
                f"{part.repository}: what arrived as {commit[:12]} is not what was sent ({'; '.join(lines[:SHOWN])}); it was not tagged"
            )

    def _tag(self, name: str, commit: str) -> None:
        tag, what = self._of.tag, f"tagging {name}"
        for attempt in self._patience.tried(what):
            with attempt:
                at = self._tagged(name)
                if at is None:
                    self._patience.ask(what, lambda: self._hub.tag(name, tag, commit))
                    at = self._tagged(name)
                if at is None:
                    raise Unanswered(f"{tag} is not there yet")
                if at != commit:
                    raise Refused(
                        f"{name}: somebody else made the tag {tag}, at {at[:12]} and not at {commit[:12]}; delete it if it is wrong, or release under a new version"
                    )
                return

    def _tagged(self, name: str) -> str | None:
        what = f"listing the tags of {name}"
        tags = self._patience.read(what, lambda: self._hub.tags(name))
        return tags.get(self._of.tag)

    def _request(self, name: str) -> int:
        """Return the pull request of this version, and open it if there is none."""
        what, called = f"opening a pull request in {name}", title(self._of)
        for attempt in self._patience.tried(what):
            with attempt:
                known = self._patience.read(
                    f"listing the pull requests of {name}",
                    lambda: self._hub.requests(name, called),
                )
                if known:
                    return known[0]
                return self._patience.ask(what, lambda: self._hub.request(name, called))
        raise AssertionError

    def _merge(self, one: Standing, number: int) -> None:
        """Merge a pull request whose last commit is tagged, and see that main is the same."""
        name = one.part.repository
        what = f"merging pull request {number} of {name}"
        for attempt in self._patience.tried(what):
            with attempt:
                left, there = self._main(one.part)
                if left.nothing:
                    return
                if one.tagged is None:
                    self._see_known(one, left, there)
                self._patience.ask(what, lambda: self._hub.merge(name, number))
                left, _ = self._main(one.part)
                if left.nothing:
                    return
                raise Unanswered(
                    f"main is not what was released: {next(told(left))}; those who load {self._of.tag} get what was"
                )

    def _main(self, part: Part) -> tuple[Difference, Mapping[str, Stored]]:
        head = self._head(part.repository, None)
        there = listed(self._hub, self._patience, part.repository, head)
        return difference(part.files, there), there
