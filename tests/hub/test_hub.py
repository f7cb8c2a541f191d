"""The hub on disk, through the real client where it is asked over the wire."""

from __future__ import annotations

import subprocess

import pytest
from hubs import LOOPBACK, Hub, served

from curation.hub import NoHub

pytestmark = pytest.mark.allow_hosts(LOOPBACK)


@pytest.fixture
def hub(tmp_path):
    with served(tmp_path) as served_hub:
        yield served_hub


def test_what_a_client_commits_is_a_git_repository_without_faults(hub, tmp_path):
    hub.run(
        """
        from huggingface_hub import CommitOperationAdd, HfApi

        api = HfApi()
        api.create_repo("org/data", repo_type="dataset")
        large = CommitOperationAdd("data/a.parquet", bytes(5000))
        small = CommitOperationAdd("README.md", b"---\\nlicense: mit\\n---\\n")
        oid = api.create_commit(
            "org/data", [large, small], commit_message="one", repo_type="dataset"
        ).oid
        api.create_tag("org/data", tag="v1", tag_message="first", repo_type="dataset")
        """
    )

    folder = hub.hub.find("org", "data").folder
    git = ["git", "-C", str(folder)]
    checked = subprocess.run(
        [*git, "fsck", "--strict"], capture_output=True, check=False, text=True
    )
    listed = subprocess.run(
        [*git, "ls-tree", "-r", "--name-only", "v1"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    assert listed.stdout.split() == [".gitattributes", "README.md", "data/a.parquet"]


def test_a_folder_with_something_else_in_it_does_not_become_a_hub(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(NoHub, match="is no hub"):
        Hub(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
