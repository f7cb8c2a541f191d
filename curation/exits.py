"""What the exit codes of the command line mean."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
USAGE = 2
FAILURE = 3
INTERRUPTED = 130


def interrupted(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or was made of it on the way.

    Python 3.11 makes a RuntimeError of what is raised while a class is put together.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error is not None
