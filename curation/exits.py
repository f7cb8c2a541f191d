"""What the exit codes of the command line mean."""

CLEAN = 0
FINDINGS = 1
USAGE = 2
FAILURE = 3
INTERRUPTED = 130
