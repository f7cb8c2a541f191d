"""What real clients do with a hub: run in a process of its own, told as JSON.

Each check is a function whose name is its sentence; it has a repository of its own.
"""

from __future__ import annotations

import array
import inspect
import io
import json
import os
import random
import sys
import tempfile
import traceback
from pathlib import Path


def api(token: str | None = None):
    from huggingface_hub import HfApi

    return HfApi(token=token)


def add(path: str, data: bytes | str | Path | io.BytesIO):
    from huggingface_hub import CommitOperationAdd

    return CommitOperationAdd(path, data)


def made(name: str, files: dict[str, bytes] | None = None, **options) -> str:
    """Make a repository with a commit of these files, and return its id."""
    repo = f"org/{name}"
    api().create_repo(repo, repo_type="dataset", **options)
    if files:
        commit(repo, files)
    return repo


def commit(repo: str, files: dict[str, bytes], **options):
    operations = [add(path, data) for path, data in files.items()]
    options = {"commit_message": "more", "repo_type": "dataset"} | options
    return api(options.pop("token", None)).create_commit(repo, operations, **options)


def listed(repo: str, **options) -> list[str]:
    return [*api().list_repo_files(repo, repo_type="dataset", **options)]


def status(function, *arguments, **options) -> int:
    """Return the status with which a call is refused."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        function(*arguments, **options)
    except HfHubHTTPError as error:
        return error.response.status_code
    raise AssertionError("it was not refused")


def raised(function, *arguments, **options) -> str:
    """Return the name of what a call raises."""
    try:
        function(*arguments, **options)
    except Exception as error:
        return type(error).__name__
    raise AssertionError("nothing was raised")


def download(repo: str, path: str, token: str | None = None, **options) -> bytes:
    from huggingface_hub import hf_hub_download

    with tempfile.TemporaryDirectory() as cache:
        options = {"cache_dir": cache, "token": token} | options
        found = hf_hub_download(repo, path, repo_type="dataset", **options)
        return Path(found).read_bytes()


def http(method: str, url: str, headers=None, body=None) -> tuple[int, dict, bytes]:
    import urllib.error
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.build_opener(Stay).open(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


URL = os.environ.get("HF_ENDPOINT", "")
AUTH = {"Authorization": "Bearer hf_owner"}
LARGE = bytes(range(256)) * 40
CARD = b"---\nlicense: mit\ntags:\n- image\n---\n# A card\n"


# Accounts


def a_token_is_told_whose_it_is():
    told = api().whoami()

    assert told["name"] == "owner"
    assert [org["name"] for org in told["orgs"]] == ["org"]
    assert told["auth"]["accessToken"]["role"] == "write"


def a_token_that_nobody_has_is_refused():
    assert status(api("hf_nobody").whoami) == 401


def a_token_that_only_reads_makes_nothing():
    assert status(api("hf_reader").create_repo, "org/r", repo_type="dataset") == 403


def nobody_makes_anything_in_the_namespace_of_others():
    assert status(api("hf_stranger").create_repo, "org/s", repo_type="dataset") == 403


def without_a_namespace_a_repository_is_ones_own():
    url = api().create_repo("mine", repo_type="dataset")

    assert url.repo_id == "owner/mine"


# Repositories


def what_exists_is_not_made_again():
    repo = made("again")

    assert status(api().create_repo, repo, repo_type="dataset") == 409
    assert api().create_repo(repo, repo_type="dataset", exist_ok=True).repo_id == repo


def what_exists_as_public_stays_public_though_private_is_asked_for():
    repo = made("stays")

    api().create_repo(repo, repo_type="dataset", exist_ok=True, private=True)

    assert api().repo_info(repo, repo_type="dataset").private is False


def names_that_lead_elsewhere_are_refused():
    for name in ("a--b", "..", "a..b", "a.git", "a/b/c", "-a"):
        body = json.dumps({"name": name, "organization": "org", "type": "dataset"})
        told = http("POST", f"{URL}/api/repos/create", AUTH, body.encode())
        assert told[0] == 400, name


def a_model_is_refused():
    assert status(api().create_repo, "org/model") == 400


def a_repository_is_renamed():
    repo = made("old", {"a.txt": b"a"})

    api().move_repo(repo, "org/new", repo_type="dataset")

    assert "a.txt" in listed("org/new")
    assert not api().repo_exists(repo, repo_type="dataset")


def a_repository_is_deleted():
    repo = made("gone")

    api().delete_repo(repo, repo_type="dataset")

    assert not api().repo_exists(repo, repo_type="dataset")
    assert status(api().delete_repo, repo, repo_type="dataset") == 404


def what_exists_is_told():
    repo = made("exists", {"a.txt": b"a"})

    assert api().revision_exists(repo, "main", repo_type="dataset")
    assert not api().revision_exists(repo, "v9", repo_type="dataset")
    assert api().file_exists(repo, "a.txt", repo_type="dataset")
    assert not api().file_exists(repo, "b.txt", repo_type="dataset")


def the_card_and_the_files_are_told():
    repo = made("told", {"README.md": CARD, "a.bin": LARGE})
    told = api().repo_info(repo, repo_type="dataset", files_metadata=True)
    files = {file.rfilename: file for file in told.siblings}

    assert told.card_data.license == "mit"
    assert {"license:mit", "image"} <= set(told.tags)
    assert told.last_modified >= told.created_at.replace(microsecond=0)
    assert (files["a.bin"].size, files["a.bin"].lfs.size) == (len(LARGE), len(LARGE))
    assert files["README.md"].lfs is None


def only_what_is_asked_for_is_told():
    repo = made("expanded")
    told = api().repo_info(repo, repo_type="dataset", expand=["private"])

    assert (told.private, told.siblings) == (False, None)


def settings_are_changed():
    repo = made("settings")

    api().update_repo_settings(repo, repo_type="dataset", private=True, gated="manual")

    told = api().repo_info(repo, repo_type="dataset")
    assert (told.private, told.gated) == (True, "manual")


# Uploads


def a_small_and_a_large_file_arrive():
    repo = made("arrive")
    for path, data in {"a.txt": b"small", "b.bin": LARGE}.items():
        api().upload_file(
            path_or_fileobj=data, path_in_repo=path, repo_id=repo, repo_type="dataset"
        )

        assert download(repo, path) == data


def a_large_file_is_large_by_its_name_its_size_or_a_zero_byte():
    repo = made(
        "kinds", {"n.parquet": b"x", "s.txt": b"y" * 2000, "z.txt": b"\0", "t": b"t"}
    )
    tree = api().list_repo_tree(repo, repo_type="dataset")

    assert {e.path for e in tree if e.lfs} == {"n.parquet", "s.txt", "z.txt"}


def an_open_file_arrives():
    repo = made("opened", {"a.bin": io.BytesIO(LARGE)})

    assert download(repo, "a.bin") == LARGE


def an_empty_file_arrives():
    repo = made("empty", {"a.bin": b""})

    assert download(repo, "a.bin") == b""


def a_file_in_many_pieces_arrives():
    numbers = array.array("f", (random.gauss(1, 0.1) for _ in range(200_000))).tobytes()
    text = b"".join(b"line %d of a text\n" % n for n in range(20_000))
    data = os.urandom(300_000) + text + numbers
    repo = made("pieces", {"a.bin": data, "b.bin": data[:400_000]})

    assert download(repo, "a.bin") == data
    assert download(repo, "b.bin") == data[:400_000]


def a_folder_arrives_and_what_is_no_longer_in_it_goes():
    repo = made("folder", {"d/old.txt": b"old", "keep.txt": b"keep"})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "new.txt").write_bytes(b"new")
        (Path(folder) / "left.tmp").write_bytes(b"left")
        api().upload_folder(
            repo_id=repo,
            repo_type="dataset",
            folder_path=folder,
            path_in_repo="d",
            delete_patterns="*",
            ignore_patterns="*.tmp",
        )

    assert sorted(listed(repo)) == [".gitattributes", "d/new.txt", "keep.txt"]


def a_commit_on_a_branch_that_moved_on_changes_nothing():
    repo = made("moved", {"a.txt": b"1"})
    old = api().repo_info(repo, repo_type="dataset").sha
    head = commit(repo, {"a.txt": b"2"}).oid

    assert status(commit, repo, {"a.txt": b"3"}, parent_commit=old) == 412
    assert api().repo_info(repo, repo_type="dataset").sha == head
    assert commit(repo, {"a.txt": b"3"}, parent_commit=head[:8]).oid != head


def broken_metadata_is_refused_before_the_upload():
    repo = made("broken")

    for card in (b"---\na: [\n---\n", b"---\na: 1\na: 2\n---\n", b"---\n- a\n---\n"):
        assert raised(commit, repo, {"README.md": card}) == "ValueError"
    assert "README.md" not in listed(repo)


def a_card_is_checked_pushed_and_loaded():
    from huggingface_hub import DatasetCard

    repo = made("card")
    card = DatasetCard(CARD.decode())
    card.validate()
    card.push_to_hub(repo)

    assert DatasetCard.load(repo).data.license == "mit"


def _lines(*operations: tuple[str, dict]) -> bytes:
    header = ("header", {"summary": "s", "description": ""})
    told = [{"key": key, "value": value} for key, value in (header, *operations)]
    return b"\n".join(json.dumps(one).encode() for one in told)


def _refused(repo: str, *operations: tuple[str, dict]) -> int:
    before = api().repo_info(repo, repo_type="dataset").sha
    url = f"{URL}/api/datasets/{repo}/commit/main"
    told = http("POST", url, AUTH, _lines(*operations))
    assert api().repo_info(repo, repo_type="dataset").sha == before
    return told[0]


def a_large_file_that_was_never_sent_is_refused():
    large = {"path": "a.bin", "algo": "sha256", "oid": "0" * 64, "size": 5}

    assert _refused(made("never"), ("lfsFile", large)) == 400


def paths_that_lead_out_are_refused():
    repo = made("out")
    for path in ("../a", "/a", "a/../../b", ".git/config", "a//b", "a\\b", "", "a\nb"):
        file = {"path": path, "content": "", "encoding": "base64"}
        assert _refused(repo, ("file", file)) == 400, path


def a_path_that_is_there_twice_is_refused():
    file = ("file", {"path": "a", "content": "", "encoding": "base64"})

    assert _refused(made("twice"), file, file) == 400


def a_path_that_is_file_and_folder_is_refused():
    files = [
        ("file", {"path": p, "content": "", "encoding": "base64"}) for p in ("a", "a/b")
    ]

    assert _refused(made("both"), *files) == 400


def what_is_no_commit_is_refused():
    repo = made("nothing")
    url = f"{URL}/api/datasets/{repo}/commit/main"

    for body in (b"", b"{", b"[]", b'{"key":"file"}', _lines(("fly", {"path": "a"}))):
        assert http("POST", url, AUTH, body)[0] == 400, body


def files_and_folders_are_deleted():
    repo = made("deleted", {"a.txt": b"a", "d/b.txt": b"b", "d/e/c.bin": LARGE})
    api().delete_file("a.txt", repo, repo_type="dataset")
    api().delete_folder("d", repo, repo_type="dataset")

    assert listed(repo) == [".gitattributes"]
    assert status(api().delete_file, "a.txt", repo, repo_type="dataset") == 404


def files_are_copied():
    from huggingface_hub import CommitOperationCopy

    repo = made("copied", {"a.txt": b"a", "b.bin": LARGE})
    copies = [
        CommitOperationCopy("a.txt", "c.txt"),
        CommitOperationCopy("b.bin", "d.bin"),
    ]
    api().create_commit(repo, copies, commit_message="copy", repo_type="dataset")

    assert (download(repo, "c.txt"), download(repo, "d.bin")) == (b"a", LARGE)


def the_same_again_makes_no_commit():
    repo = made("same", {"a.txt": b"a", "b.bin": LARGE})
    head = api().repo_info(repo, repo_type="dataset").sha

    assert commit(repo, {"a.txt": b"a", "b.bin": LARGE}).oid == head


def what_is_sent_ahead_is_not_seen_until_it_is_committed():
    repo = made("ahead")
    operation = add("a.bin", LARGE)
    api().preupload_lfs_files(repo, [operation], repo_type="dataset", free_memory=False)

    assert listed(repo) == [".gitattributes"]
    api().create_commit(repo, [operation], commit_message="m", repo_type="dataset")
    assert download(repo, "a.bin") == LARGE


# Branches, tags, pull requests


def a_branch_is_made_written_and_deleted():
    repo = made("branch", {"a.txt": b"a"})
    api().create_branch(repo, branch="dev/x", repo_type="dataset")
    commit(repo, {"b.txt": b"b"}, revision="dev/x")

    assert "b.txt" in listed(repo, revision="dev/x")
    assert "b.txt" not in listed(repo)
    assert status(api().create_branch, repo, branch="dev/x", repo_type="dataset") == 409
    api().delete_branch(repo, branch="dev/x", repo_type="dataset")
    assert not api().revision_exists(repo, "dev/x", repo_type="dataset")
    assert status(api().delete_branch, repo, branch="main", repo_type="dataset") == 403


def a_tag_stays_where_it_is():
    repo = made("tag", {"a.txt": b"1"})
    first = api().repo_info(repo, repo_type="dataset").sha
    api().create_tag(repo, tag="v1", tag_message="the first", repo_type="dataset")
    commit(repo, {"a.txt": b"2"})

    assert status(api().create_tag, repo, tag="v1", repo_type="dataset") == 409
    api().create_tag(repo, tag="v1", repo_type="dataset", exist_ok=True)
    tags = api().list_repo_refs(repo, repo_type="dataset").tags
    assert [(tag.name, tag.target_commit) for tag in tags] == [("v1", first)]
    assert download(repo, "a.txt", revision="v1") == b"1"


def a_tag_is_deleted():
    repo = made("untag")
    api().create_tag(repo, tag="v1", repo_type="dataset")
    api().delete_tag(repo, tag="v1", repo_type="dataset")

    assert api().list_repo_refs(repo, repo_type="dataset").tags == []
    assert status(api().delete_tag, repo, tag="v1", repo_type="dataset") == 404


def a_tag_of_nothing_is_refused():
    repo = made("notag")
    tag = {"tag": "v1", "revision": "0" * 40, "repo_type": "dataset"}

    assert status(api().create_tag, repo, **tag) == 404


def history_is_told_newest_first():
    repo = made("history", {"a.txt": b"1"})
    commit(repo, {"a.txt": b"2"}, commit_message="second", commit_description="why")
    told = api().list_repo_commits(repo, repo_type="dataset")

    assert [one.title for one in told] == ["second", "more", "initial commit"]
    assert (told[0].message, told[0].authors) == ("why", ["owner"])


def history_in_many_pages_is_told_whole():
    repo = made("pages")
    for number in range(7):
        commit(repo, {"a.txt": b"%d" % number})

    assert len(api().list_repo_commits(repo, repo_type="dataset")) == 8


def squashed_history_leaves_tags_alone():
    repo = made("squash", {"a.txt": b"1"})
    api().create_tag(repo, tag="v1", repo_type="dataset")
    commit(repo, {"a.txt": b"2"})
    api().super_squash_history(repo, repo_type="dataset")

    assert len(api().list_repo_commits(repo, repo_type="dataset")) == 1
    assert download(repo, "a.txt", revision="v1") == b"1"
    assert download(repo, "a.txt") == b"2"


def a_pull_request_is_filled_and_merged():
    repo = made("pull", {"a.txt": b"a", "c.txt": b"c"})
    pull = api().create_pull_request(repo, "a title", repo_type="dataset")
    commit(repo, {"b.bin": LARGE}, revision=pull.git_reference)
    commit(repo, {"d.txt": b"d"})  # main moves on elsewhere
    assert "b.bin" not in listed(repo)
    api().merge_pull_request(repo, pull.num, repo_type="dataset")
    told = api().get_discussion_details(repo, pull.num, repo_type="dataset")

    assert {"a.txt", "b.bin", "c.txt", "d.txt"} <= set(listed(repo))
    assert (told.status, told.is_pull_request) == ("merged", True)
    assert told.merge_commit_oid == api().repo_info(repo, repo_type="dataset").sha
    assert status(api().merge_pull_request, repo, pull.num, repo_type="dataset") == 409


def a_pull_request_that_clashes_is_not_merged():
    repo = made("clash", {"a.txt": b"a"})
    pull = commit(repo, {"a.txt": b"theirs"}, create_pr=True)
    commit(repo, {"a.txt": b"ours"})
    told = api().get_discussion_details(repo, pull.pr_num, repo_type="dataset")

    assert told.conflicting_files == ["a.txt"]
    assert (
        status(api().merge_pull_request, repo, pull.pr_num, repo_type="dataset") == 409
    )
    assert download(repo, "a.txt") == b"ours"


def a_stranger_may_propose_but_not_write():
    repo = made("propose", {"a.txt": b"a"})

    assert status(commit, repo, {"a.txt": b"b"}, token="hf_stranger") == 403
    pull = commit(repo, {"a.txt": b"b"}, token="hf_stranger", create_pr=True)
    commit(repo, {"c.bin": LARGE}, token="hf_stranger", revision=pull.pr_revision)
    merge = api("hf_stranger").merge_pull_request
    assert status(merge, repo, pull.pr_num, repo_type="dataset") == 403
    assert download(repo, "a.txt") == b"a"


def pull_requests_are_listed_closed_and_commented():
    repo = made("closed", {"a.txt": b"a"})
    pull = commit(repo, {"a.txt": b"b"}, create_pr=True, commit_message="title")
    api().comment_discussion(repo, pull.pr_num, comment="why", repo_type="dataset")
    api().change_discussion_status(repo, pull.pr_num, "closed", repo_type="dataset")
    told = [*api().get_repo_discussions(repo, repo_type="dataset")]
    refs = api().list_repo_refs(repo, repo_type="dataset", include_pull_requests=True)

    assert [(one.title, one.status) for one in told] == [("title", "closed")]
    assert [one.ref for one in refs.pull_requests] == ["refs/pr/1"]
    assert api().list_repo_refs(repo, repo_type="dataset").pull_requests is None


# Listings


def a_tree_is_listed():
    repo = made("tree", {"a.txt": b"a", "d/b.txt": b"b", "d/e/c.bin": LARGE})
    tree = api().list_repo_tree
    top = tree(repo, repo_type="dataset")
    inner = tree(repo, "d", repo_type="dataset")
    whole = tree(repo, "d", repo_type="dataset", recursive=True)

    assert {e.path for e in top} == {".gitattributes", "a.txt", "d"}
    assert {e.path for e in inner} == {"d/b.txt", "d/e"}
    assert {e.path for e in whole} == {"d/b.txt", "d/e", "d/e/c.bin"}
    assert raised(lambda: [*tree(repo, "x", repo_type="dataset")]).endswith(
        "EntryNotFoundError"
    )


def a_tree_in_many_pages_is_listed_whole():
    repo = made("wide", {f"d/{number:02}.txt": b"%d" % number for number in range(23)})

    assert len(listed(repo)) == 24


def paths_are_told_and_unknown_ones_left_out():
    repo = made("paths", {"a.txt": b"a", "d/b.bin": LARGE})
    told = api().get_paths_info(repo, ["a.txt", "d", "x"], repo_type="dataset")

    assert [one.path for one in told] == ["a.txt", "d"]


# Downloads


def what_is_missing_is_told_as_such():
    repo = made("missing", {"a.txt": b"a"})

    assert raised(download, repo, "b.txt").endswith("EntryNotFoundError")
    assert raised(download, repo, "a.txt", revision="v9") == "RevisionNotFoundError"
    assert raised(download, "org/none", "a.txt") == "RepositoryNotFoundError"


def a_snapshot_is_whole_or_a_part():
    from huggingface_hub import snapshot_download

    files = {"a.txt": b"a", "d/b.bin": LARGE, "d/c.bin": LARGE[::-1]}
    repo = made("snapshot", files)
    with tempfile.TemporaryDirectory() as folder:
        whole = snapshot_download(repo, repo_type="dataset", local_dir=f"{folder}/w")
        part = snapshot_download(
            repo, repo_type="dataset", local_dir=f"{folder}/p", allow_patterns="d/b*"
        )
        assert {p: (Path(whole) / p).read_bytes() for p in files} == files
        found = [
            p for p in Path(part).rglob("*") if p.is_file() and ".cache" not in p.parts
        ]
        assert [p.name for p in found] == ["b.bin"]


def what_was_fetched_is_held_against_the_hub():
    from huggingface_hub import snapshot_download

    repo = made("checksums", {"a.txt": b"a", "b.bin": LARGE})
    with tempfile.TemporaryDirectory() as folder:
        snapshot_download(repo, repo_type="dataset", local_dir=folder)
        good = api().verify_repo_checksums(repo, repo_type="dataset", local_dir=folder)
        (Path(folder) / "b.bin").write_bytes(b"other")
        bad = api().verify_repo_checksums(repo, repo_type="dataset", local_dir=folder)

    assert (good.mismatches, len(bad.mismatches)) == ([], 1)


def a_file_system_lists_and_reads_ranges():
    from huggingface_hub import HfFileSystem

    repo = made("fs", {"a.txt": b"0123456789", "d/b.bin": LARGE})
    files = HfFileSystem()
    with files.open(f"datasets/{repo}/d/b.bin", "rb", block_size=64) as opened:
        opened.seek(5000)
        piece = opened.read(100)

    assert piece == LARGE[5000:5100]
    assert files.glob(f"datasets/{repo}/**/*.bin") == [f"datasets/{repo}/d/b.bin"]
    assert files.cat_file(f"datasets/{repo}/a.txt", 2, 5) == b"234"


def ranges_are_answered_in_part():
    repo = made("range", {"a.bin": LARGE, "b.txt": b"0123456789"})
    small = f"{URL}/datasets/{repo}/resolve/main/b.txt"
    _, headers, _ = http("HEAD", f"{URL}/datasets/{repo}/resolve/main/a.bin")
    ranges = {
        "bytes=2-4": b"234",
        "bytes=7-": b"789",
        "bytes=-2": b"89",
        "bytes=8-99": b"89",
    }

    for asked, expected in ranges.items():
        code, told, body = http("GET", small, {"Range": asked})
        assert (code, body) == (206, expected), asked
        assert told["Content-Range"].endswith("/10")
    assert http("GET", small, {"Range": "bytes=10-"})[0] == 416
    code, _, body = http("GET", headers["Location"], {"Range": "bytes=100-199"})
    assert (code, body) == (206, LARGE[100:200])
    assert http("GET", headers["Location"], {"Range": "bytes=99999-"})[0] == 416


# Rights


def what_is_private_is_hidden_from_all_others():
    repo = made("private", {"a.txt": b"a", "b.bin": LARGE}, private=True)

    assert download(repo, "b.bin", token="hf_reader") == LARGE
    assert status(api("hf_stranger").repo_info, repo, repo_type="dataset") == 404
    assert status(api(token=False).repo_info, repo, repo_type="dataset") == 401
    assert (
        raised(download, repo, "a.txt", token="hf_stranger")
        == "RepositoryNotFoundError"
    )
    assert raised(download, repo, "a.txt", token=False) == "RepositoryNotFoundError"
    for path in (
        "tree/main",
        "refs",
        "commits/main",
        "xet-read-token/main",
        "discussions",
    ):
        assert http("GET", f"{URL}/api/datasets/{repo}/{path}")[0] == 401, path


def what_is_gated_is_told_of_but_not_given():
    repo = made("gated", {"a.txt": b"a"})
    api().update_repo_settings(repo, repo_type="dataset", gated="auto")
    stranger = api("hf_stranger")

    assert stranger.repo_info(repo, repo_type="dataset").gated == "auto"
    assert raised(download, repo, "a.txt", token="hf_stranger") == "GatedRepoError"
    assert raised(download, repo, "a.txt", token=False) == "GatedRepoError"
    assert raised(stranger.auth_check, repo, repo_type="dataset") == "GatedRepoError"
    api().grant_access(repo, "stranger", repo_type="dataset")
    assert download(repo, "a.txt", token="hf_stranger") == b"a"


def a_link_is_good_for_one_file_and_one_deed():
    repo = made("link", {"a.bin": LARGE, "b.bin": LARGE[::-1]}, private=True)
    _, first, _ = http("HEAD", f"{URL}/datasets/{repo}/resolve/main/a.bin", AUTH)
    _, second, _ = http("HEAD", f"{URL}/datasets/{repo}/resolve/main/b.bin", AUTH)
    link, other = first["Location"], second["Location"]

    assert link.split("/")[2] != URL.split("/")[2]  # another origin
    assert http("GET", link)[2] == LARGE
    assert http("GET", link, AUTH)[0] == 400
    assert http("GET", other.split("?")[0] + "?" + link.split("?")[1])[0] == 403
    assert http("GET", link.split("?")[0])[0] == 403
    assert http("PUT", link.replace("/get/", "/put/"), body=b"x")[0] == 403


def what_is_sent_under_a_false_hash_is_not_kept():
    repo = made("false")
    batch = {"operation": "upload", "objects": [{"oid": "a" * 64, "size": 3}]}
    url = f"{URL}/datasets/{repo}.git/info/lfs/objects/batch"
    _, _, body = http("POST", url, AUTH, json.dumps(batch).encode())
    href = json.loads(body)["objects"][0]["actions"]["upload"]["href"]

    assert http("PUT", href, body=b"abc")[0] == 400
    large = {"path": "a.bin", "algo": "sha256", "oid": "a" * 64, "size": 3}
    assert _refused(repo, ("lfsFile", large)) == 400


def a_page_that_calls_the_hub_by_another_name_is_refused():
    assert (
        http("GET", f"{URL}/api/whoami-v2", AUTH | {"Host": "evil.example"})[0] == 421
    )


def what_is_asked_for_does_not_become_a_header():
    repo = made("header", {"a.txt": b"a"})
    path = f"/datasets/{repo}/resolve/main/x%0d%0aX-Planted:%20yes"
    code, headers, _ = http("GET", URL + path)

    assert (code, headers.get("X-Planted")) == (404, None)


def a_page_that_is_no_number_is_refused():
    repo = made("number")

    for query in ("cursor=a", "cursor=-1", "limit=a"):
        url = f"{URL}/api/datasets/{repo}/tree/main?{query}"
        assert http("GET", url)[0] == 400, query


# Datasets


def _parquet(rows: int, start: int = 0) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"n": [*range(start, start + rows)]}), out)
    return out.getvalue()


CONFIGS = b"""---
license: mit
configs:
- config_name: one
  default: true
  data_files:
  - {split: test, path: "data/one/*.parquet"}
- config_name: two
  data_files:
  - {split: test, path: "data/two/*.parquet"}
---
"""


def _configs(name: str, **options) -> str:
    files = {"README.md": CONFIGS, "data/one/a.parquet": _parquet(3)}
    return made(name, files | {"data/two/a.parquet": _parquet(5)}, **options)


def configs_are_loaded_by_tag():
    import datasets

    repo = _configs("configs")
    api().create_tag(repo, tag="v1", repo_type="dataset")
    commit(repo, {"data/one/a.parquet": _parquet(7)})

    assert datasets.get_dataset_config_names(repo) == ["one", "two"]
    assert datasets.load_dataset(repo, "one", split="test", revision="v1").num_rows == 3
    assert datasets.load_dataset(repo, "one", split="test").num_rows == 7
    assert datasets.load_dataset(repo, "two", split="test", revision="v1").num_rows == 5


def a_private_one_is_streamed():
    import datasets

    repo = _configs("stream", private=True)
    rows = datasets.load_dataset(repo, "two", split="test", streaming=True)

    assert [row["n"] for row in rows] == [0, 1, 2, 3, 4]


def a_folder_of_pictures_is_loaded():
    import datasets
    from PIL import Image

    files = {}
    for number in range(3):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (number * 80, 0, 0)).save(out, "PNG")
        files[f"train/{number}.png"] = out.getvalue()
    told = [{"file_name": f"{n}.png", "caption": f"c{n}"} for n in range(3)]
    files["train/metadata.jsonl"] = "\n".join(map(json.dumps, told)).encode()
    repo = made("pictures", files)
    rows = datasets.load_dataset(repo, split="train")

    assert rows["caption"][:] == ["c0", "c1", "c2"]
    assert rows[1]["image"].getpixel((0, 0)) == (80, 0, 0)


def a_data_set_pushes_itself():
    import datasets

    datasets.Dataset.from_dict({"n": [1, 2]}).push_to_hub(
        "org/pushed", "c", split="test"
    )

    assert datasets.load_dataset("org/pushed", "c", split="test")["n"][:] == [1, 2]


CHECKS = {
    name: check
    for name, check in list(globals().items())
    if inspect.isfunction(check)
    and check.__module__ == __name__
    and not name.startswith("_")
    and not inspect.signature(check).parameters
}


def main() -> None:
    outcomes = {}
    for name, check in CHECKS.items():
        try:
            check()
        except Exception:
            outcomes[name] = traceback.format_exc()
        else:
            outcomes[name] = ""
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
