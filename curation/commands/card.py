"""`curate card`: the card of a staged release, printed or made anew in its place."""

from __future__ import annotations

from pathlib import Path

import click

from curation import exits


@click.command()
@click.argument(
    "release", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--set",
    "tree",
    type=click.Choice(["open", "close", "references"]),
    default="open",
    show_default=True,
    help="Whose card is printed.",
)
@click.option(
    "--by-hand",
    metavar="BENCH",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take what is written by hand from cards/ in the folder of the benchmark; otherwise what stands in the cards is kept.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Write the cards of all three sets, and what goes with them, in their places.",
)
def command(release: Path, tree: str, by_hand: Path | None, write: bool) -> int:
    """Print a card of RELEASE as it is made now, or with --write make all of them anew.

    A card is made from what lies in the release. Between the two marks for what is written
    by hand it may be edited; with --write the rest is made anew around it, and manifests and
    release.json fit again. What is not a card must be as it was released. Nothing of a version
    that was published can be changed: release it under a new number.

    Exit codes: 0 done, 2 the release cannot be used, 3 a failure of ours.
    """  # fmt: skip
    from curation import benchmark, recarding  # noqa: PLC0415
    from curation.benchmark import Unfit  # noqa: PLC0415
    from curation.card_facts import Faceless  # noqa: PLC0415
    from curation.commands.release import see_pyarrow  # noqa: PLC0415
    from curation.facing import Unreadable  # noqa: PLC0415
    from curation.manifest import Broken  # noqa: PLC0415
    from curation.trees import NoRelease  # noqa: PLC0415

    see_pyarrow()
    try:
        bench = None if by_hand is None else benchmark.load(by_hand)
        if not write:
            click.echo(recarding.printed(release, tree, bench), nl=False)
            return exits.CLEAN
        changed = recarding.rewritten(release, bench)
    except (Broken, Faceless, NoRelease, Unfit, Unreadable) as error:
        raise click.UsageError(str(error)) from None
    for name in changed:
        click.echo(f"{release / name}: written anew")
    click.echo(
        f"{release}: {'its cards are as they were' if not changed else 'now run curate audit and curate preflight'}."
    )
    return exits.CLEAN
