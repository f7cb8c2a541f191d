"""One repository of the hub: a bare git repository, its large files and its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dulwich.repo import Repo

from curation.hub import lfs
from curation.hub.commits import Commits, Message
from curation.hub.refs import MAIN, Refs
from curation.writing import write_whole

_SETTINGS = "curate.json"


@dataclass(frozen=True)
class Settings:
    """Who may see a repository; `gated` is False, "auto" or "manual"."""

    private: bool = False
    gated: str | bool = False
    granted: tuple[str, ...] = ()
    created: str = ""


class Repository:
    """A folder `NAMESPACE/NAME.git`; it is opened for each request and keeps no state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespace = folder.parent.name
        self.name = folder.name.removesuffix(".git")
        self.id = f"{self.namespace}/{self.name}"
        self.large = lfs.Store(folder / "lfs")
        self._repo = Repo(str(folder))
        self.refs = Refs(self._repo)
        self.commits = Commits(self._repo)

    def close(self) -> None:
        """Close the files that git's objects were read from."""
        self._repo.close()

    @property
    def settings(self) -> Settings:
        """Read the settings."""
        told = json.loads((self.folder / _SETTINGS).read_text(encoding="utf-8"))
        return Settings(**told | {"granted": tuple(told["granted"])})

    def set(self, settings: Settings) -> None:
        """Write the settings; on this machine too, only its owner sees what is private."""
        _write(self.folder, settings)


def initialise(
    folder: Path, settings: Settings, files: Mapping[str, bytes], author: str
) -> None:
    """Make a repository with a first commit in an empty folder."""
    repo = Repo.init_bare(str(folder), default_branch=b"main")
    repo.close()
    _write(folder, settings)
    new = Repository(folder)
    blobs = {path: new.commits.add(data) for path, data in files.items()}
    new.refs.create(
        MAIN, new.commits.make(blobs, Message("initial commit", "", author), ())
    )
    new.close()


def _write(folder: Path, settings: Settings) -> None:
    folder.chmod(0o700 if settings.private else 0o755)
    write_whole(folder / _SETTINGS, json.dumps(asdict(settings), indent=2))
