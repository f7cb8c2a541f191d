"""Where the command line begins: what is known is told again, the rest is `cli`'s.

Each worker imports this, and a run that is known needs no more: so it imports little.
"""

from __future__ import annotations

import sys

from curation import exits, told


def main() -> None:
    """Run the command line and exit."""
    words = sys.argv[1:]
    try:
        name = told.name_of(words)
        known = told.again(name) if name else None
        if known is not None and _printed(known[1]):
            sys.exit(known[0])
        _begin(words)
        from curation import cli  # noqa: PLC0415 - not for a known run
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(exits.INTERRUPTED)
    cli.main(words, name)


def _begin(words: list[str]) -> None:
    from curation.ahead import foresee  # noqa: PLC0415 - not for a known run

    foresee(words)


def _printed(text: str) -> bool:
    """Print; where that fails the whole way is gone, at whose end is said what is wrong."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, UnicodeError):
        return False
    return True
