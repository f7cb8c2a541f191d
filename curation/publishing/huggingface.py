"""Edge: the Hugging Face Hub, or whatever answers like it, through its own client.

The client is imported where it is first used: it reads its environment then, and once.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from curation.publishing.port import (
    Absent,
    Account,
    Change,
    Changed,
    Denied,
    File,
    Rejected,
    State,
    Stored,
    Trouble,
    Unanswered,
)

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KIND = "dataset"
CONNECT, SILENCE = 15.0, 120.0
"""Seconds until a connection stands, and until something is heard on it."""
_WRITTEN = {"open", "draft"}
"""States of a pull request that can be merged."""
_REFUSED = re.compile(r"\b(401|403)\b")


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
        with _heard():
            told = self._api.whoami()
        role = told.get("auth", {}).get("accessToken", {}).get("role", "")
        return Account(told["name"], role)

    def state(self, repository: str) -> State | None:
        """Tell of a repository, or None if there is none that the token may see."""
        try:
            with _heard():
                found = self._api.dataset_info(repository)
        except Absent:
            return None
        return State(str(found.sha), found.private, str(found.gated or ""))

    def seen_by_all(self, repository: str) -> bool:
        """Tell whether someone without any token sees it."""
        try:
            with _heard():
                self._api.dataset_info(repository, token=False)
        except (Absent, Denied):
            return False
        return True

    def create(self, repository: str) -> None:
        """Make a private repository; it is no error if there is one."""
        with _heard():
            self._api.create_repo(
                repository, repo_type=KIND, private=True, exist_ok=True
            )

    def gate(self, repository: str, access: str) -> None:
        """Let people ask before they may download it; *access* is auto or manual."""
        with _heard():
            self._api.update_repo_settings(
                repository, repo_type=KIND, gated=cast("Any", access)
            )

    def show(self, repository: str) -> None:
        """Make a repository public."""
        with _heard():
            self._api.update_repo_settings(repository, repo_type=KIND, private=False)

    def tags(self, repository: str) -> Mapping[str, str]:
        """Return the commit of each tag."""
        with _heard():
            refs = self._api.list_repo_refs(repository, repo_type=KIND)
        return {tag.name: tag.target_commit for tag in refs.tags}

    def files(self, repository: str, revision: str) -> Mapping[str, Stored]:
        """List all files of a revision."""
        with _heard():
            found = self._api.list_repo_tree(
                repository, repo_type=KIND, revision=revision, recursive=True
            )
            return {one.path: _stored(one) for one in found if hasattr(one, "blob_id")}

    def commit_of(self, repository: str, revision: str) -> str:
        """Return the commit of a branch, a tag or a ref."""
        with _heard():
            return str(self._api.dataset_info(repository, revision=revision).sha)

    def fetch(
        self, repository: str, commit: str, into: Path, only: Sequence[str] | None
    ) -> Path:
        """Download files, or all, into a cache, and return the folder that shows them."""
        with _heard():
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
        with _heard():
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

        with _heard():
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
        with _heard():
            self._api.create_tag(
                repository, tag=name, revision=commit, repo_type=KIND, exist_ok=False
            )

    def request(self, repository: str, title: str) -> int:
        """Open a pull request that changes nothing yet."""
        with _heard():
            return self._api.create_pull_request(repository, title, repo_type=KIND).num

    def requests(self, repository: str, title: str) -> Sequence[int]:
        """Return the numbers of our own that are open and have that title."""
        with _heard():
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
        with _heard():
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


@contextmanager
def _heard() -> Iterator[None]:
    """Turn what the client raises into what it means."""
    try:
        yield
    except Trouble:
        raise
    except Exception as error:
        found = meaning(error)
        if found is None:
            raise
        raise found from error


def meaning(error: BaseException) -> Trouble | None:
    """Return what an error of the client means, or None if it is none of the hub's."""
    import httpx2  # noqa: PLC0415
    from huggingface_hub import errors  # noqa: PLC0415

    match error:
        case errors.OfflineModeIsEnabled():
            return Rejected("HF_HUB_OFFLINE is set; unset it to reach the Hub")
        case errors.LocalTokenNotFoundError():
            return Denied(
                "there is no token; set HF_TOKEN, or log in with `hf auth login`"
            )
        case errors.HfHubHTTPError():
            return _answered(error)
        case httpx2.HTTPError() | json.JSONDecodeError() | TimeoutError():
            return Unanswered(f"{type(error).__name__}: {_plain(str(error))}")
        case ConnectionError():  # from the Xet client, with the status in its words only
            told = _plain(str(error))
            return Denied(told) if _REFUSED.search(told) else Unanswered(told)
        case RuntimeError() if error.__cause__ is not None:  # around a failed upload
            return meaning(error.__cause__)
        case ValueError():
            return Rejected(_plain(str(error)))
    return None


def _answered(error: Any) -> Trouble:
    """Tell by the status of an answer what it means."""
    from huggingface_hub.errors import (  # noqa: PLC0415
        GatedRepoError,
        RepositoryNotFoundError,
    )

    answer = error.response
    status = answer.status_code
    words = (error.server_message or "").strip() or answer.reason_phrase
    asked = f"{answer.request.method} {answer.request.url.path}"
    told = f"{status} {_plain(words)} ({asked})"
    if isinstance(error, GatedRepoError):
        return Denied(told)
    if isinstance(error, RepositoryNotFoundError) or status == 404:  # noqa: PLR2004
        return Absent(told)
    kinds = {401: Denied, 402: Denied, 403: Denied, 409: Changed, 412: Changed}
    if status in kinds:
        return kinds[status](told)
    if status in {408, 429} or status >= 500:  # noqa: PLR2004
        return Unanswered(told, _wait(answer.headers))
    return Rejected(told)


def _wait(headers: Mapping[str, str]) -> float:
    """Return the seconds that a server asks to wait."""
    from huggingface_hub.utils._http import parse_ratelimit_headers  # noqa: PLC0415

    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return limit.reset_in_seconds + 1
    after = headers.get("Retry-After", "")
    return int(after) + 1 if after.isdigit() else 0


def _plain(words: str) -> str:
    """Return one line, without what signs a link."""
    return re.sub(r"\?\S*", "", " ".join(words.split()))[:500]
