"""What the client freezes when it is imported must not be frozen before a command says so."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys
for name in ("curation", "cards", "schemas", "validators"):
    package = importlib.import_module(name)
    for one in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(one.name)
print(*sorted({"huggingface_hub", "datasets", "httpx2"} & {*sys.modules}))
"""


def test_no_module_imports_a_client_of_the_hub_before_it_is_used():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, check=False, text=True
    )

    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
