"""Small releases, and publishing them to a hub in a test with the real client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hubs
import pytest
import releases

from curation import manifest
from curation.publishing import plan
from curation.publishing.journal import Journal
from curation.publishing.look import look
from curation.publishing.patience import Patience
from curation.publishing.publish import publish
from curation.publishing.terms import How, Limits

MARKS = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(hubs.LOOPBACK),
    # The client of the Hub says this of itself.
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]
NAMES = {tree: f"org/{tree}" for tree in ("open", "close", "references")}
TOML = "\n".join(
    [
        'name = "Small"\ntasks = ["tasks"]\nlicence = "cc-by-4.0"\n[repositories]',
        *(f'{tree} = "{name}"' for tree, name in NAMES.items()),
        "",
    ]
)
FAST = Patience(answer=20, tries=4, first=0.01, longest=0.02, whole=20)


def bench(folder: Path):
    """Write a benchmark of one task; return its folder and its key."""
    root, file = releases.bench(folder)
    (root / "benchmark.toml").write_text(TOML)
    releases.texts(root, count=6, license="cc-by-4.0")
    releases.place(root)
    return root, file


def first(folder: Path) -> Path:
    """Make a release."""
    root, file = bench(folder)
    return releases.release(root, file, folder / "out")


def second(folder: Path) -> Path:
    """Make the next release, with one more task."""
    root, file = folder / "bench", folder / "the.key"
    releases.texts(root, "NLP/More", count=6, license="cc-by-4.0")
    releases.place(root, "1.1.0")
    return releases.release(
        root, file, folder / "next", "1.1.0", previous=folder / "out"
    )


def reseal(release: Path, tree: str) -> None:
    """Write the manifest of a tree again, after a test has changed what is in it."""
    file = release / "release.json"
    told = json.loads(file.read_text())
    files = manifest.listed(release / tree)
    made = manifest.Manifest(tree, told["version"], told["canary"], files)
    (release / tree / "manifest.json").write_bytes(made.told())
    told["trees"][tree] = manifest.digest(release / tree / "manifest.json")
    file.write_text(json.dumps(told))


@dataclass
class Publisher:
    """Publishes to one hub, and looks at what is there from outside."""

    hub: hubs.Served
    patience: Patience = FAST
    limits: Limits = field(default_factory=Limits)
    silence: float = 10

    def client(self, token=hubs.OWNER.token):
        from curation.publishing.huggingface import HuggingFace

        return HuggingFace(self.hub.url, token, "the hub", self.silence)

    def publish(self, release: Path, token=hubs.OWNER.token, before=lambda: None):
        """Publish as the command does; *before* is called when the plan was made."""
        publication = plan.read(release)
        journal = Journal.open(release, "the hub")
        how = How(self.client(token), journal, self.patience, self.limits)
        found = look(publication, how.hub, how.patience, journal)
        before()
        return publish(publication, found, how)

    def api(self, token=hubs.OWNER.token):
        """Return a client for what somebody else does."""
        from huggingface_hub import HfApi

        return HfApi(self.hub.url, token=token)

    def git(self, tree: str, *arguments: str) -> list[str]:
        """Ask git itself what is in a repository."""
        folder = self.hub.hub.root / "datasets" / "org" / f"{tree}.git"
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout.splitlines()

    def there(self) -> set[str]:
        return {f.stem for f in self.hub.hub.root.glob("datasets/org/*.git")}

    def tags(self) -> dict[str, list[str]]:
        """Return the tags of each repository that is there."""
        return {tree: self.git(tree, "tag") for tree in sorted(self.there())}

    def commits(self, tree: str) -> list[str]:
        """Return the titles of the commits of main, the last first."""
        return self.git(tree, "log", "--format=%s", "main")

    def paths(self, tree: str, revision: str = "main") -> list[str]:
        return sorted(self.git(tree, "ls-tree", "-r", "--name-only", revision))

    def private(self, tree: str) -> bool:
        return self.api().dataset_info(f"org/{tree}").private

    def public(self) -> set[str]:
        """Return the trees of which strangers see anything."""
        return {
            tree
            for tree in self.there()
            if not self.private(tree) and len(self.paths(tree)) > 1
        }

    def see_whole(self, release: Path, version: str = "1.0.0") -> None:
        """Assert that a release is published as it should be, and nothing else."""
        for part in plan.read(release).parts:
            expected = sorted([*part.files, ".gitattributes"])
            assert self.paths(part.tree, f"v{version}") == expected
            assert self.paths(part.tree) == expected
        assert self.public() == {"open", "close"}
        assert self.private("references")

    def run(self, release, *more, command="publish", xet=False, **options):
        """Run the command as a user does."""
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from curation.cli import main; main()",
                command,
                str(release),
                *more,
            ],
            env=self.hub.environment(xet=xet, **options),
            capture_output=True,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
        )


@contextmanager
def publisher(folder: Path, **options):
    with hubs.served(folder, **options) as hub:
        yield Publisher(hub)


def without_xet(monkeypatch):
    """See that a client which was imported already sends large files without Xet."""
    monkeypatch.setitem(os.environ, "HF_HUB_DISABLE_XET", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
