"""The cards of a release are made of what lies in it, the same wherever it is made."""

from __future__ import annotations

import shutil

import pytest
import releases
from click.testing import CliRunner

from cards import byhand, frontmatter
from curation import facing, manifest, preflight, trees
from curation.audit import audit
from curation.commands.card import command
from curation.finding import Severity

SUMS = {
    "data_source": "https://example.org/sums",
    "skill": "Arithmetic",
    "language": "en",
}


def benchmark(home):
    root, file = releases.bench(home)
    (root / "benchmark.toml").write_text(
        releases.TOML.replace(
            "[licences]",
            'authors = ["Ada Example"]\n[repositories]\nopen = "Lab/Open"\n[licences]',
        )
    )
    (root / "cards").mkdir()
    (root / "cards/open.md").write_text("## Thanks\n\nTo all who gave sums.\n")
    releases.texts(root, **SUMS)
    releases.texts(root, "NLP/Other", 12)
    releases.place(root)
    return root, file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("cards")
    root, file = benchmark(home)
    return root, file, releases.release(root, file, home / "out")


@pytest.fixture
def release(made, tmp_path):
    return shutil.copytree(made[2], tmp_path / "out")


def front(tree):
    text, _ = frontmatter.parted((tree / "README.md").read_text("utf-8"))
    return frontmatter.read(text).value


def test_the_card_counts_what_the_files_hold(made):
    for tree, rows in (("open", 8), ("close", 14), ("references", 14)):
        told = front(made[2] / tree)

        found = {i["config_name"]: i["splits"][0]["num_examples"] for i in told["dataset_info"]}  # fmt: skip
        assert sum(found.values()) == rows
        for name, number in found.items():
            assert len(releases.rows(made[2] / tree, name)) == number
            files = list((made[2] / tree / "data" / name).iterdir())
            (info,) = (i for i in told["dataset_info"] if i["config_name"] == name)
            assert info["download_size"] == sum(f.stat().st_size for f in files)


def test_the_card_says_what_the_benchmark_and_its_tasks_say(made):
    text = (made[2] / "open/README.md").read_text("utf-8")

    assert '    "Lab/Open",\n    "text.Other",\n' in text
    assert "Arithmetic" in text
    assert "<https://example.org/sums>" in text
    assert "To all who gave sums." in byhand.found(text)
    assert front(made[2] / "open")["language"] == ["en"]
    assert "2 new tasks, 22 samples added" in text


def test_a_release_passes_its_preflight(made):
    report = preflight.examine(made[2])

    assert report.failures == ()
    assert [f for f in report.findings if f.severity is not Severity.NOTE] == []


def test_the_texts_are_in_the_manifest_of_their_tree(made):
    for tree in trees.TREES:
        names = {f.path for f in manifest.verify(made[2] / tree).files}
        assert {"README.md", "LICENSE.md"} <= names
        public = {"composition.svg", "croissant.json", "CITATION.cff", "CHANGELOG.md"}
        assert public <= names if tree != "references" else not public & names
    assert (made[2] / "open/eval.yaml").is_file()


def test_the_same_inputs_make_the_same_cards(made, tmp_path, monkeypatch):
    root, file, out = made
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    again = releases.release(root, file, tmp_path / "again")

    for tree in trees.TREES:
        assert manifest.listed(again / tree) == manifest.listed(out / tree)


def test_the_stated_time_is_on_the_card(made, tmp_path):
    root, file, _ = made
    out = releases.release(root, file, tmp_path / "dated", epoch=1_750_000_000)

    assert "This is version 1.0.0 of 2025-06-15" in (out / "open/README.md").read_text()
    assert '"datePublished": "2025-06-15"' in (out / "open/croissant.json").read_text()


def test_a_card_of_another_tree_than_there_is_is_refused(made, tmp_path):
    root, file, _ = made
    other = shutil.copytree(root, tmp_path / "bench")
    (other / "cards/closed.md").write_text("x")

    with pytest.raises(facing.Unreadable, match=r"expected close\.md, open\.md"):
        releases.release(other, file, tmp_path / "out")


def test_a_text_by_hand_with_a_mark_in_it_is_refused(made, tmp_path):
    root, file, _ = made
    other = shutil.copytree(root, tmp_path / "bench")
    (other / "cards/open.md").write_text(byhand.END)

    with pytest.raises(facing.Unreadable, match=r"open\.md: the text has a mark"):
        releases.release(other, file, tmp_path / "out")


def test_every_config_is_opened_through_the_card(made, tmp_path):
    datasets = pytest.importorskip("datasets")
    for tree in trees.TREES:
        folder = str(made[2] / tree)
        names = datasets.get_dataset_config_names(folder)
        assert names == ["text.Other", "text.Sums"]
        for name in names:
            loaded = datasets.load_dataset(
                folder, name, cache_dir=str(tmp_path / "cache")
            )
            assert list(loaded) == [tree]
            assert loaded[tree].num_rows == len(releases.rows(made[2] / tree, name))


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_croissant_reads_the_rows_of_a_release(made):
    mlcroissant = pytest.importorskip("mlcroissant")
    file = made[2] / "close/croissant.json"
    found = mlcroissant.Dataset(jsonld=str(file))
    rows = [r["text.Sums/input_question"].decode() for r in found.records("text.Sums")]

    expected = [r["input_question"] for r in releases.rows(made[2] / "close", "text.Sums")]  # fmt: skip
    assert sorted(rows) == sorted(expected)


def test_no_answer_is_on_the_card_of_the_close_set(made):
    for name in ("README.md", "croissant.json", "LICENSE.md", "composition.svg"):
        assert "ANSWER" not in (made[2] / "close" / name).read_text("utf-8")


# `curate card`


def run(*arguments):
    found = CliRunner().invoke(command, [*map(str, arguments)], standalone_mode=False)
    if found.exception is not None:
        return 2, str(getattr(found.exception, "message", repr(found.exception)))
    return found.return_value, found.output


def edited(release, text):
    """Write something by hand into the card of the open set."""
    file = release / "open/README.md"
    card = file.read_text("utf-8")
    file.write_text(card.replace(byhand.BEGIN, f"{byhand.BEGIN}\n{text}"), "utf-8")


@pytest.mark.parametrize("tree", trees.TREES)
def test_a_card_is_printed_as_it_was_written(made, tree):
    assert run(made[2], "--set", tree) == (
        0,
        (made[2] / tree / "README.md").read_text("utf-8"),
    )


def test_what_is_written_by_hand_is_kept_and_the_release_fits_again(release):
    edited(release, "Ask **first**.")
    (release / "open/LICENSE.md").write_text("spoilt")

    code, said = run(release, "--write")

    assert code == 0
    assert f"{release / 'open/LICENSE.md'}: written anew" in said
    text = (release / "open/README.md").read_text("utf-8")
    assert byhand.found(text).startswith("Ask **first**.\n## Thanks")
    told = trees.told_by(release)
    for tree in trees.TREES:
        manifest.verify(release / tree)
        digest = manifest.digest(release / tree / "manifest.json")
        assert told["trees"][tree] == digest
    assert preflight.examine(release).errors == ()


def test_cards_that_are_as_they_were_leave_every_byte_as_it_was(release):
    before = releases.every_byte(release)

    assert run(release, "--write") == (0, f"{release}: its cards are as they were.\n")
    assert releases.every_byte(release) == before


def test_what_stands_in_the_benchmark_takes_the_place_of_what_was_there(made, release, tmp_path):  # fmt: skip
    bench = shutil.copytree(made[0], tmp_path / "bench")
    (bench / "cards/open.md").write_text("Other words.\n")

    assert "Other words." in run(release, "--by-hand", bench)[1]
    assert run(release, "--write", "--by-hand", bench)[0] == 0
    text = (release / "open/README.md").read_text("utf-8")
    assert byhand.found(text) == "Other words."


def test_data_that_have_changed_are_not_blessed_by_a_new_card(release):
    with (release / "close/tasks/text.Sums.json").open("a") as file:
        file.write(" ")
    before = releases.every_byte(release)

    code, said = run(release, "--write")

    assert code == 2
    assert "tasks/text.Sums.json is not what was released" in said
    assert releases.every_byte(release) == before


def test_a_file_that_was_not_released_is_not_blessed_by_a_new_card(release):
    (release / "open/notes.txt").write_text("x")

    assert "notes.txt is not what was released" in run(release, "--write")[1]


def test_a_manifest_that_release_json_does_not_name_is_refused(release):
    file = release / "open/manifest.json"
    file.write_text(file.read_text() + "\n")

    assert "is not the one that release.json names" in run(release, "--write")[1]


def test_a_card_whose_marks_are_gone_is_refused(release):
    file = release / "open/README.md"
    file.write_text(file.read_text("utf-8").replace(byhand.END, ""))

    code, said = run(release, "--write")

    assert code == 2
    assert "README.md: expected <!-- written by hand: begin --> and" in said


def test_a_folder_that_is_no_release_is_refused(tmp_path):
    code, said = run(tmp_path)

    assert code == 2
    assert "release.json cannot be read" in said


def test_an_answer_that_was_written_by_hand_is_found_by_the_audit(tmp_path):
    root, file = releases.bench(tmp_path)
    data = [
        {
            "id": f"q{n}",
            "input": {"question": f"What comes after event {n}?"},
            "output": {"answer": f"The long answer number {n} in these very words"},
        }
        for n in range(9)
    ]
    releases.write_task(root, "NLP/Events", {"family": "text/open-qa", "task": "Events", "data": data})  # fmt: skip
    (root / "cards").mkdir()
    (root / "cards/close.md").write_text(f"For example: {data[1]['output']['answer']}.")
    releases.place(root)
    out = releases.release(root, file, tmp_path / "out")

    report = audit(out, jobs=1)

    assert {(f.rule.code, f.where.path) for f in report.errors} == {
        ("LEK103", "README.md")
    }


def test_the_card_says_how_many_tasks_a_reviewer_accepted(made):
    text = (made[2] / "open/README.md").read_text("utf-8")

    assert "**Reviewed.** 0 of 2 tasks were accepted by a reviewer" in text
