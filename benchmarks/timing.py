"""Times whole commands, as those see them who wait for them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

CURATE = [sys.executable, "-c", "from curation.start import main; main()"]


def timed(command):
    """Run a command and return its seconds on the clock, until it has ended.

    Not until its last reader has: what workers are forked from ends after it, by itself.
    """
    with tempfile.TemporaryFile("w+") as error:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=error)
        code = process.wait()
        seconds = time.perf_counter() - start
        if code not in {0, 1}:
            error.seek(0)
            raise SystemExit(f"{command}: exit code {code}\n{error.read()}")
    return seconds
