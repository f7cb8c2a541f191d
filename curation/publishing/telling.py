"""Says in words what a publication would do, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curation.publishing.look import SHOWN, Standing
from curation.publishing.plan import Publication
from curation.report.wording import plural, size


def plan(
    publication: Publication, standings: Sequence[Standing], place: str
) -> Iterator[str]:
    """Yield the lines of a plan."""
    yield f"{publication.name} {publication.version} to {place}, as {publication.tag}:"
    for one in standings:
        yield ""
        yield f"  {one.part.tree} -> {one.part.repository} ({_visibility(one)})"
        if one.done:
            yield f"    {publication.tag} is there already with the same content, at {str(one.tagged)[:12]}: nothing to do"
            continue
        if one.tagged is not None:
            yield f"    {publication.tag} is there already with the same content, at {one.tagged[:12]}"
            if one.request is not None:
                yield f"    merge pull request {one.request}"
            continue
        if one.part.gated and (one.state is None or one.state.gated != one.part.gated):
            yield f"    ask people before they may download it ({one.part.gated})"
        yield from _changes(one)
        yield f"    tag {publication.tag}"


def _visibility(one: Standing) -> str:
    if one.part.private:
        told = "to be created, private" if one.state is None else "private"
        return f"{told}, and stays so"
    if one.state is None:
        return "to be created, private until all of it is complete, then public"
    if one.state.private is False:
        return "public, gated" if one.state.gated else "public"
    return "private until all of it is complete, then public"


def _changes(one: Standing) -> Iterator[str]:
    left = one.left
    for verb, files in (("upload", left.add), ("replace", left.replace)):
        if files:
            total = size(sum(file.bytes for file in files))
            yield f"    {verb} {plural(len(files), 'file')} ({total})"
    if left.delete:
        yield f"    delete {plural(len(left.delete), 'file')}: {_some(left.delete)}"
    if left.same:
        yield f"    keep {plural(left.same, 'file')}"
    if one.strange:
        yield f"    warning: changed on main since the version before, by somebody else, and undone by this: {_some(one.strange)}"


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(paths[:SHOWN]) + more
