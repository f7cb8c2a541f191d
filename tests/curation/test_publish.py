"""Publishing a release: plan, order, visibility, updates, and what is refused."""

from __future__ import annotations

import json
import shutil

import hubs
import publications
import pytest
from publications import NAMES

from curation.publishing import plan
from curation.publishing.port import Refused

pytestmark = publications.MARKS


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a release in it and the one that follows it."""
    folder = tmp_path_factory.mktemp("releases")
    publications.first(folder)
    publications.second(folder)
    return folder


@pytest.fixture
def release(made, tmp_path):
    """Return a copy of the release, since a journal is written beside it."""
    return shutil.copytree(made / "out", tmp_path / "out")


@pytest.fixture
def update(made, tmp_path):
    return shutil.copytree(made / "next", tmp_path / "next")


@pytest.fixture
def to(tmp_path, monkeypatch):
    publications.without_xet(monkeypatch)
    with publications.publisher(tmp_path) as found:
        yield found


def test_a_release_is_published_tagged_and_seen(to, release):
    to.publish(release)

    to.see_whole(release)
    assert [to.commits(tree)[0] for tree in NAMES] == ["Release 1.0.0"] * 3


def test_references_go_first_and_the_others_are_shown_last(to, release):
    to.publish(release)

    steps = [
        one
        for one in to.hub.watch.asked
        if "/commit/" in one or "/settings" in one or "/tag/" in one
    ]
    order = [next(tree for tree in NAMES if f"org/{tree}" in one) for one in steps]
    assert order == [
        "references", "references", "close", "close", "open", "open",
        "close", "open",
    ]  # fmt: skip
    assert ["settings" in one for one in steps] == [False] * 6 + [True] * 2


def test_publishing_again_does_nothing(to, release):
    to.publish(release)
    before = len(to.hub.watch.asked)

    to.publish(release)

    after = to.hub.watch.asked[before:]
    assert not [a for a in after if a.startswith(("POST", "PUT", "DELETE"))]


def test_an_update_changes_what_has_changed(to, release, update):
    to.publish(release)
    puts = to.hub.watch.count(r"PUT /storage/.*")

    to.publish(update)

    to.see_whole(update, "1.1.0")
    assert to.paths("open", "v1.0.0") != to.paths("open", "v1.1.0")
    assert {tree: sorted(tags) for tree, tags in to.tags().items()} == {
        tree: ["v1.0.0", "v1.1.0"] for tree in NAMES
    }
    assert to.hub.watch.count(r"PUT /storage/.*") > puts


def test_an_earlier_version_is_still_published_after_a_later_one(to, release, update):
    to.publish(release)
    to.publish(update)

    to.publish(release)

    to.see_whole(update, "1.1.0")


def test_a_version_with_other_content_is_refused_before_anything_is_touched(
    to, release, update
):
    to.publish(release)
    told = json.loads((update / "release.json").read_text())
    before = len(to.hub.watch.asked)
    (update / "release.json").write_text(
        json.dumps({**told, "version": "1.0.0", "previous": None})
    )

    with pytest.raises(Refused, match=r"has v1\.0\.0 already, with other content"):
        to.publish(update)

    after = to.hub.watch.asked[before:]
    assert not [a for a in after if a.startswith(("POST", "PUT", "DELETE"))]


def test_a_tag_that_was_moved_is_told(to, release):
    to.publish(release)
    to.api().upload_file(
        path_or_fileobj=b"other",
        path_in_repo="README.txt",
        repo_id="org/close",
        repo_type="dataset",
    )
    to.api().delete_tag("org/close", tag="v1.0.0", repo_type="dataset")
    to.api().create_tag("org/close", tag="v1.0.0", repo_type="dataset")

    with pytest.raises(Refused, match=r"README.txt was never released.*tag was moved"):
        to.publish(release)


def test_public_references_stop_everything(to, release):
    to.api().create_repo(NAMES["references"], repo_type="dataset", private=False)

    with pytest.raises(Refused, match="not seen to be private: nothing was published"):
        to.publish(release)

    assert to.there() == {"references"}


def test_references_that_are_made_public_in_between_are_not_published(to, release):
    to.publish(release)
    to.api().delete_repo(NAMES["references"], repo_type="dataset")
    to.api().create_repo(NAMES["references"], repo_type="dataset", private=True)

    def shown():
        to.api().update_repo_settings(
            NAMES["references"], repo_type="dataset", private=False
        )

    with pytest.raises(Refused, match="not seen to be private"):
        to.publish(release, before=shown)

    assert to.paths("references") == [".gitattributes"]


def test_a_repository_that_is_public_although_private_was_asked_for_stops_all(
    to, release
):
    def somebody():
        to.api().create_repo(NAMES["open"], repo_type="dataset", private=False)

    with pytest.raises(Refused, match="was to be created as a private repository"):
        to.publish(release, before=somebody)

    assert to.public() == set()
    assert to.tags() == {"close": [], "open": [], "references": []}


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (hubs.READER.token, "the token of reader only reads"),
        ("hf_nobody", "401"),
        (hubs.STRANGER.token, "403"),
    ],
)
def test_a_token_without_rights_publishes_nothing(to, release, token, told):
    from curation.publishing.port import Trouble
    from curation.publishing.publish import Unpublished

    with pytest.raises((Refused, Trouble, Unpublished), match=told) as found:
        to.publish(release, token)

    assert to.there() == set()
    assert token not in str(found.value)


def test_a_foreign_commit_that_the_release_would_undo_stops_it(to, release, update):
    to.publish(release)

    def somebody():
        to.api().upload_file(
            path_or_fileobj=b"---\nlicense: cc-by-4.0\n---\nBy hand.\n",
            path_in_repo="README.md",
            repo_id=NAMES["close"],
            repo_type="dataset",
        )

    with pytest.raises(Refused, match=r"somebody changed org/close .*README.md"):
        to.publish(update, before=somebody)

    assert to.commits("close")[0] != "Release 1.1.0"
    assert to.tags()["close"] == ["v1.0.0"]


def test_a_foreign_commit_that_changes_nothing_of_it_is_built_upon(to, release, update):
    to.publish(release)

    def somebody():
        to.api().upload_file(
            path_or_fileobj=b"*.parquet filter=lfs diff=lfs merge=lfs -text\n*.zip -text\n",
            path_in_repo=".gitattributes",
            repo_id=NAMES["open"],
            repo_type="dataset",
        )

    to.publish(update, before=somebody)

    to.see_whole(update, "1.1.0")


def test_the_plan_tells_what_others_changed_since_the_version_before(
    to, release, update
):
    from curation.publishing import telling
    from curation.publishing.journal import Journal
    from curation.publishing.look import look

    to.publish(release)
    for path in ("NOTES.md", "CHANGELOG.md"):
        to.api().upload_file(
            path_or_fileobj=b"mine",
            path_in_repo=path,
            repo_id=NAMES["open"],
            repo_type="dataset",
        )
    publication = plan.read(update)
    found = look(publication, to.client(), to.patience, Journal.open(update, "the hub"))

    lines = "\n".join(telling.plan(publication, found, "the hub"))
    assert "open -> org/open (public)" in lines
    assert "delete 1 file: NOTES.md" in lines
    assert "undone by this: CHANGELOG.md, NOTES.md" in lines
    assert lines.count("warning") == 1


def test_a_release_that_changed_on_disk_is_not_published(to, release):
    file = next((release / "close").rglob("*.parquet"))
    file.write_bytes(file.read_bytes() + b"x")

    with pytest.raises(Refused, match="has changed since the release"):
        to.publish(release)

    assert to.there() == set()


def test_a_release_without_names_of_repositories_is_refused(release):
    file = release / "release.json"
    told = json.loads(file.read_text())
    del told["repositories"]["close"]
    file.write_text(json.dumps(told))

    with pytest.raises(Refused, match="no repository is named for close"):
        plan.read(release)

    assert plan.read(release, {"close": "org/close"}).parts[1].repository == "org/close"


def test_two_trees_never_go_to_one_repository(release):
    with pytest.raises(Refused, match="one for each"):
        plan.read(release, {"references": "org/OPEN"})


def test_many_files_go_by_a_pull_request(to, release):
    from curation.publishing.terms import Limits

    to.limits = Limits(files=2)

    to.publish(release)

    to.see_whole(release)
    assert to.hub.watch.count(r"POST .*/discussions/\d+/merge") == 3
    assert len(to.git("open", "log", "--format=%s", "v1.0.0")) > 3


@pytest.mark.parametrize("xet", [False, True], ids=["lfs", "xet"])
def test_the_command_publishes_and_does_not_repeat_itself(to, release, xet):
    told = to.run(release, "--dry-run", xet=xet)
    assert (told.returncode, to.there()) == (0, set()), told.stderr
    assert "references -> org/references (to be created, private" in told.stdout

    refused = to.run(release, xet=xet)
    assert (refused.returncode, to.there()) == (2, set())
    assert "give --yes" in refused.stderr

    done = to.run(release, "--yes", xet=xet)
    assert done.returncode == 0, done.stderr
    to.see_whole(release)
    assert to.hub.watch.count(r"POST /xet/.*") > 0 if xet else True
    journal = (release.parent / "out.journal.json").read_text()
    assert hubs.OWNER.token not in done.stdout + done.stderr + journal
    before = len(to.hub.watch.asked)
    again = to.run(release, "--yes", xet=xet)
    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    assert not [a for a in to.hub.watch.asked[before:] if a.startswith(("POST", "PUT"))]


def test_a_release_that_preflight_refuses_is_not_published(to, release):
    card = release / "open/README.md"
    card.write_text(card.read_text().replace("license:", "license: nonsense\nx:"))
    publications.reseal(release, "open")

    done = to.run(release, "--yes")

    assert done.returncode == 1, done.stderr
    assert "HUB" in done.stdout
    assert to.there() == set()


def test_offline_nothing_is_tried(to, release, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    env = to.hub.environment()
    monkeypatch.setattr(
        to.hub, "environment", lambda **_: {**env, "HF_HUB_OFFLINE": "1"}
    )

    done = to.run(release, "--yes")

    assert done.returncode == 2
    assert "HF_HUB_OFFLINE is set" in done.stderr
    assert to.hub.watch.asked == []


def test_a_folder_is_published_to_as_a_hub(to, release, tmp_path):
    folder = tmp_path / "local"

    assert to.run(release, "--to", str(folder), "--dry-run").returncode == 0
    assert not folder.exists()
    done = to.run(release, "--to", str(folder))

    assert done.returncode == 0, done.stderr
    assert (folder / "datasets/org/open.git").is_dir()
    assert to.hub.watch.asked == []


def gate(release):
    """Let a release ask before the Close set is downloaded."""
    file = release / "release.json"
    told = json.loads(file.read_text())
    told["about"]["gated"] = {"close": {"access": "manual"}}
    file.write_text(json.dumps(told))


def test_who_is_to_be_asked_is_asked_before_it_is_public(to, release):
    gate(release)

    to.publish(release)

    settings = [a for a in to.hub.watch.asked if a.endswith("org/close/settings")]
    commits = [a for a in to.hub.watch.asked if "org/close/commit" in a]
    order = [a for a in to.hub.watch.asked if a in settings + commits]
    assert order == [settings[0], commits[0], settings[1]]
    assert to.api().dataset_info(NAMES["close"]).gated == "manual"
    assert not to.api().dataset_info(NAMES["open"]).gated
    to.see_whole(release)


def test_a_gate_that_the_hub_refuses_leaves_nothing_visible(to, release):
    from curation.publishing.publish import Unpublished

    gate(release)
    to.hub.watch.faults = [hubs.Fault(r"PUT .*/org/close/settings", status=403)]

    with pytest.raises(Unpublished, match="403"):
        to.publish(release)

    assert to.public() == set()
    assert to.tags() == {"close": [], "references": []}


@pytest.mark.slow
def test_what_xet_has_stored_is_not_sent_again_by_another_run(to, release):
    commit = hubs.Fault(r"POST .*/org/open/commit/.*", times=99, status=403)
    to.hub.watch.faults = [commit]
    assert to.run(release, "--yes", xet=True).returncode == 2
    sent = to.hub.watch.count(r"POST /xet/.*/xorbs/.*")

    to.hub.watch.faults = []
    assert to.run(release, "--yes", xet=True).returncode == 0

    assert to.hub.watch.count(r"POST /xet/.*/xorbs/.*") == sent > 0
    to.see_whole(release)


def test_without_a_place_for_the_journal_nothing_is_begun(to, release, monkeypatch):
    from curation.publishing.journal import Unkept

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("curation.publishing.journal.write_whole", full)

    with pytest.raises(Unkept, match="No space left"):
        to.publish(release)

    assert to.there() == set()


def test_long_listings_come_in_pages(tmp_path, release, monkeypatch):
    publications.without_xet(monkeypatch)
    with publications.publisher(tmp_path, page=2) as to:
        to.publish(release)
        to.publish(release)

        to.see_whole(release)
