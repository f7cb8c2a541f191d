"""Publishes a release: references first and kept private, public repositories shown last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.publishing.commit import Landing
from curation.publishing.look import Standing, see_private
from curation.publishing.plan import Difference, Part, Publication, pieces
from curation.publishing.port import MAIN, Refused, State, Trouble, Unanswered
from curation.publishing.terms import How

PIECES = 100
"""Pieces that an upload is parted into at most, since each costs a few requests."""
PIECE_FILES = 256


class Unpublished(Exception):
    """It could not be finished; says what stands, what does not, and what to do."""


def publish(
    publication: Publication, standings: Sequence[Standing], how: How
) -> Mapping[str, str]:
    """Do what is left, and return the commit of the version in each repository.

    All is sent to all repositories before anything is committed to the first, so that
    little can fail between one commit and the next.

    Args:
        publication: What is published.
        standings: What `look` found, in the order of the parts.
        how: The hub and the terms.

    Raises:
        Refused: it must not be done as things stand on the hub.
        Unpublished: the hub gave no answer, denied it, or did something else.
        Unkept: the journal cannot be written; nothing was begun.
    """
    run = _Run(publication, standings, how)
    try:
        return run.all()
    except (Trouble, Refused) as error:
        kind = Refused if isinstance(error, Refused) else Unpublished
        raise kind(f"{error}\n{run.stand()}") from error


class _Run:
    """One publication under way."""

    def __init__(
        self, publication: Publication, standings: Sequence[Standing], how: How
    ) -> None:
        self._of = publication
        self._standings = standings
        self._how = how
        self._commits = {s.part.repository: s.tagged for s in standings if s.tagged}
        self._public = {
            s.part.repository for s in standings if s.state and s.state.private is False
        }

    def all(self) -> Mapping[str, str]:
        """Do it in order."""
        self._how.journal.write()
        left = [s for s in self._standings if not s.done]
        for one in left:
            self._made(one)
        small = self._sent([s for s in left if s.tagged is None])
        landing = Landing(self._of, self._how)
        for one in left:
            name = one.part.repository
            self._commits[name] = landing.land(one, small.get(name, 0))
        for one in left:
            self._shown(one.part)
        return self._commits

    def stand(self) -> str:
        """Say what of it stands and what does not."""
        tag, lines = self._of.tag, []
        for name in (s.part.repository for s in self._standings):
            told = "is there and complete" if name in self._commits else "is not there"
            who = "public" if name in self._public else "private"
            lines.append(f"  {name} ({who}): {tag} {told}")
        visible = self._public & self._commits.keys()
        lines.append(
            f"What is complete in {', '.join(sorted(visible))} stays."
            if visible
            else "Nothing of this version is visible to others."
        )
        lines.append(
            "When the cause is mended, run the same command again: it goes on from there."
        )
        return "\n".join(lines)

    def _made(self, one: Standing) -> None:
        """See that the repository is there, and private if it is new or must be."""
        part, name, how = one.part, one.part.repository, self._how
        if one.state is None:
            how.said(f"{name}: creating it as a private repository")
            state = self._created(name)
            if state.private is not True:
                if state.private is False:
                    self._public.add(name)
                raise Refused(
                    f"{name} was to be created as a private repository and is not seen to be one; nothing was published. See who may create repositories there, and with what visibility"
                )
        if part.private:
            see_private(part, how.hub, how.patience)
        if part.gated and one.tagged is None:
            self._gated(name, part.gated)
        how.journal.note(name, tree=part.tree, stage="created")

    def _created(self, name: str) -> State:
        """Create a repository, unless an earlier try has, and return how it is seen."""
        how, what = self._how, f"creating {name}"
        for attempt in how.patience.tried(what):
            with attempt:
                state = self._state(name)
                if state is None:
                    how.patience.ask(what, lambda: how.hub.create(name))
                    state = self._state(name)
                if state is None:
                    raise Unanswered(
                        f"{name} is not seen; there may be one that the token may not see"
                    )
                return state
        raise AssertionError

    def _gated(self, name: str, access: str) -> None:
        """See that people are asked before they download it, before anything is there."""
        how, what = self._how, f"asking people before they may download {name}"
        for attempt in how.patience.tried(what):
            with attempt:
                if self._gate(name) != access:
                    how.patience.ask(what, lambda: how.hub.gate(name, access))
                if self._gate(name) != access:
                    raise Unanswered(f"{name} is not gated yet")
                return

    def _gate(self, name: str) -> str:
        state = self._state(name)
        return state.gated if state else ""

    def _state(self, name: str) -> State | None:
        return self._how.patience.read(
            f"looking at {name}", lambda: self._how.hub.state(name)
        )

    def _sent(self, standings: Sequence[Standing]) -> Mapping[str, int]:
        """Send all large files where nobody sees them; return the bytes of the others."""
        self._how.progress.begin(sum(s.left.bytes for s in standings))
        try:
            return {
                s.part.repository: self._uploaded(s.part, s.left) for s in standings
            }
        finally:
            self._how.progress.end()

    def _uploaded(self, part: Part, left: Difference) -> int:
        name, how, small = part.repository, self._how, 0
        most = max(how.limits.piece, left.bytes // PIECES)
        for piece in pieces(left.sent, PIECE_FILES, most):
            size = sum(file.bytes for file in piece)
            plain = how.patience.read(
                f"uploading to {name}",
                lambda piece=piece: how.hub.upload(name, MAIN, piece),  # type: ignore[misc]
                size,
            )
            small += sum(file.bytes for file in piece if file.path in plain)
            how.progress.advance(name, size)
        how.journal.note(name, stage="uploaded")
        return small

    def _shown(self, part: Part) -> None:
        """Make public what is to be public, now that all of it is there."""
        name, how = part.repository, self._how
        if part.private:
            return
        what = f"making {name} public"
        for attempt in how.patience.tried(what):
            with attempt:
                if not self._is_public(name):
                    how.patience.ask(what, lambda: how.hub.show(name))
                if not self._is_public(name):
                    raise Unanswered(f"{name} is still private")
                break
        self._public.add(name)
        how.journal.note(name, stage="published")

    def _is_public(self, name: str) -> bool:
        state = self._state(name)
        return state is not None and state.private is False
