"""Edge: the Hugging Face Hub, or whatever answers like it, through its own client.

The client is imported where it is first used: it reads its environment then, and once.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from curation.publishing.answers import heard
from curation.publishing.port import (
    Absent,
    Account,
    Change,
    Changed,
    Denied,
    File,
    State,
    Stored,
)

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KIND = "dataset"
CONNECT, SILENCE = 15.0, 120.0
"""Seconds until a connection stands, and until something is heard on it."""
_WRITTEN = {"open", "draft"}
"""States of a pull request that can be merged."""


class HuggingFace:
    """The Hub at an address, by default at that of the environment.

    Without a token, the client finds one as it always does: HF_TOKEN, or a login.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | None = None,
        place: str = "",
        silence: float = SILENCE,
    ) -> None:
        self._api = _client(endpoint, token, silence)
        self.place = place or without_user(self._api.endpoint)
        self._operations: dict[tuple[str, str], Any] = {}

    def account(self) -> Account:
        """Tell whose token is used."""
        with heard():
            told = self._api.whoami()
        role = told.get("auth", {}).get("accessToken", {}).get("role", "")
        return Account(told["name"], role)

    def state(self, repository: str) -> State | None:
        """Tell of a repository, or None if there is none that the token may see."""
        try:
            with heard():
                found = self._api.dataset_info(repository)
        except Absent:
            return None
        return State(str(found.sha), found.private, str(found.gated or ""))

    def seen_by_all(self, repository: str) -> bool:
        """Tell whether someone without any token sees it."""
        try:
            with heard():
                self._api.dataset_info(repository, token=False)
        except (Absent, Denied):
            return False
        return True

    def create(self, repository: str) -> None:
        """Make a private repository; it is no error if there is one."""
        with heard():
            self._api.create_repo(
                repository, repo_type=KIND, private=True, exist_ok=True
            )

    def gate(self, repository: str, access: str) -> None:
        """Let people ask before they may download it; *access* is auto or manual."""
        with heard():
            self._api.update_repo_settings(
                repository, repo_type=KIND, gated=cast("Any", access)
            )

    def show(self, repository: str) -> None:
        """Make a repository public."""
        with heard():
            self._api.update_repo_settings(repository, repo_type=KIND, private=False)

    def tags(self, repository: str) -> Mapping[str, str]:
        """Return the commit of each tag."""
        with heard():
            refs = self._api.list_repo_refs(repository, repo_type=KIND)
        return {tag.name: tag.target_commit for tag in refs.tags}

    def files(self, repository: str, revision: str) -> Mapping[str, Stored]:
        """List all files of a revision."""
        with heard():
            found = self._api.list_repo_tree(
                repository, repo_type=KIND, revision=revision, recursive=True
            )
            return {one.path: _stored(one) for one in found if hasattr(one, "blob_id")}

    def commit_of(self, repository: str, revision: str) -> str:
        """Return the commit of a branch, a tag or a ref."""
        with heard():
            return str(self._api.dataset_info(repository, revision=revision).sha)

    def fetch(
        self, repository: str, commit: str, into: Path, only: Sequence[str] | None
    ) -> Path:
        """Download files, or all, into a cache, and return the folder that shows them."""
        with heard():
            found = self._api.snapshot_download(
                repository,
                repo_type=KIND,
                revision=commit,
                cache_dir=into,
                allow_patterns=None if only is None else [*only],
            )
        return Path(found)

    def upload(
        self, repository: str, revision: str, files: Sequence[File]
    ) -> Collection[str]:
        """Store large files where nobody sees them yet; return the paths of the small ones."""
        with heard():
            made = [self._operation(repository, file) for file in files]
            self._api.preupload_lfs_files(
                repository, made, repo_type=KIND, revision=revision, free_memory=False
            )
        return {one.path_in_repo for one in made if one._upload_mode == "regular"}  # noqa: SLF001 - told nowhere else

    def _operation(self, repository: str, file: File) -> Any:
        from huggingface_hub import CommitOperationAdd  # noqa: PLC0415

        key = repository, file.path
        if key not in self._operations:
            self._operations[key] = CommitOperationAdd(file.path, str(file.source))
        return self._operations[key]

    def commit(
        self, repository: str, revision: str, change: Change, message: str, parent: str
    ) -> str:
        """Make one commit of all or nothing upon *parent*, and return its id."""
        from huggingface_hub import CommitOperationDelete  # noqa: PLC0415

        with heard():
            made: list[Any] = [self._operation(repository, f) for f in change.add]
            made += [
                CommitOperationDelete(path, is_folder=False) for path in change.delete
            ]
            # A second try asks the server again what it has.
            for file in change.add:
                del self._operations[repository, file.path]
            done = self._api.create_commit(
                repository,
                made,
                commit_message=message,
                repo_type=KIND,
                revision=revision,
                parent_commit=parent,
            )
        if done.oid == parent:
            # The client compares as well, and makes no commit of what it finds there.
            raise Changed(f"{repository} had all of it when the commit was to be made")
        return str(done.oid)

    def tag(self, repository: str, name: str, commit: str) -> None:
        """Tag a commit."""
        with heard():
            self._api.create_tag(
                repository, tag=name, revision=commit, repo_type=KIND, exist_ok=False
            )

    def request(self, repository: str, title: str) -> int:
        """Open a pull request that changes nothing yet."""
        with heard():
            return self._api.create_pull_request(repository, title, repo_type=KIND).num

    def requests(self, repository: str, title: str) -> Sequence[int]:
        """Return the numbers of our own that are open and have that title."""
        with heard():
            mine = self._api.whoami(cache=True)["name"]
            found = self._api.get_repo_discussions(
                repository,
                author=mine,
                discussion_type="pull_request",
                repo_type=KIND,
            )
            return [
                one.num
                for one in found
                if one.title == title and one.author == mine and one.status in _WRITTEN
            ]

    def merge(self, repository: str, number: int) -> None:
        """Merge a pull request; what a program opens is a draft, which is opened first."""
        with heard():
            found = self._api.get_discussion_details(repository, number, repo_type=KIND)
            if found.status == "draft":
                self._api.change_discussion_status(
                    repository, number, "open", repo_type=KIND
                )
            self._api.merge_pull_request(repository, number, repo_type=KIND)


def _client(endpoint: str | None, token: str | None, silence: float) -> HfApi:
    """Make a client whose requests end: by default they may wait for ever."""
    import httpx2  # noqa: PLC0415
    from huggingface_hub import HfApi, set_client_factory  # noqa: PLC0415
    from huggingface_hub.utils._http import hf_request_event_hook  # noqa: PLC0415
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    def bounded() -> httpx2.Client:
        return httpx2.Client(
            event_hooks={"request": [hf_request_event_hook]},
            follow_redirects=True,
            timeout=httpx2.Timeout(silence, connect=CONNECT),
        )

    set_client_factory(bounded)
    disable_progress_bars()
    if "HF_HUB_VERBOSITY" not in os.environ:
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return HfApi(endpoint=endpoint, token=token, library_name="curate")


def without_user(address: str) -> str:
    """Return an address without a name and a password in it."""
    return re.sub(r"//[^/@]*@", "//", address)


def _stored(one: Any) -> Stored:
    return Stored(one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
