"""Where the command line begins: what is known is told again, the rest is `cli`'s.

Each worker imports this, and a run that is known needs no more: so it imports little.
"""

from __future__ import annotations

import sys

from curation import exits


def main() -> None:
    """Run the command line and exit."""
    try:
        _run(sys.argv[1:])
    except (KeyboardInterrupt, RuntimeError) as error:
        if not exits.interrupted(error):
            raise
        if sys.stderr is not None:  # it is None where it was closed before the start
            sys.stderr.write("interrupted\n")
        sys.exit(exits.INTERRUPTED)


def _run(words: list[str]) -> None:
    # All that takes time is imported here, so that Ctrl-C is met while it loads.
    from curation import told  # noqa: PLC0415

    name = told.name_of(words)
    known = told.again(name) if name else None
    if known is not None and _printed(known[1]):
        sys.exit(known[0])
    from curation.ahead import foresee  # noqa: PLC0415 - not for a known run

    foresee(words)
    from curation import cli  # noqa: PLC0415

    cli.main(words, name)


def _printed(text: str) -> bool:
    """Print; where that fails the whole way is gone, at whose end is said what is wrong."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, UnicodeError):
        return False
    return True
