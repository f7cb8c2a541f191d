from __future__ import annotations

import tarfile
import zipfile

import pytest
from benches import bench, questions, task, toml
from click.testing import CliRunner

import schemas
from cards.licences import Licence
from curation import benchmark
from curation.benchmark import Source, Unfit
from curation.commands.benchmark import command
from curation.pin import pinned


def refusal(call, *arguments):
    with pytest.raises(Unfit) as caught:
        call(*arguments)
    return str(caught.value)


def read(folder):
    with benchmark.tasks(benchmark.load(folder)) as accepted:
        return [(one.id, len(one.task.data)) for one in accepted]


def unread(folder):
    return refusal(read, folder)


def run(*arguments):
    return CliRunner().invoke(command, [*map(str, arguments)], standalone_mode=False)


# benchmark.toml


def test_what_is_left_out_has_a_default(tmp_path):
    found = benchmark.load(bench(tmp_path / "b"))

    assert (found.name, found.share, found.licence, found.repositories) == (
        "Test",
        0.4,
        "",
        {},
    )
    assert found.tasks == (Source("tasks"),)
    assert found.ledger == tmp_path / "b" / "ledger.jsonl"


def test_everything_that_is_said_is_read(tmp_path):
    (example,) = schemas.document("benchmark.json")["examples"]

    found = benchmark.load(bench(tmp_path, **example))

    assert (found.name, found.share, found.licence) == (
        "General-Bench",
        0.4,
        "cc-by-4.0",
    )
    assert found.repositories == example["repositories"]
    assert (found.citation, found.contact) == (example["citation"], example["contact"])
    assert found.tasks == (Source("tasks"), Source(**example["tasks"][1]))
    assert found.licences["image.generation.Image-Denoising"] == Licence("cc0-1.0")
    assert found.licences["mesh.*"].name == "Terms of the model archive"
    assert found.authors == ("Ada Example", "The General-Bench group")
    assert found.gated["close"]["access"] == "auto"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sahre": 0.5}, "unknown key 'sahre'; did you mean 'share'?"),
        (
            {"licences": {"text.Sums": "cc-by-4"}},
            "licences.text.Sums: 'cc-by-4' is no id that the Hub knows; did you mean 'cc-by-4.0'?",
        ),
        (
            {"licences": {"text.Sums": {"name": "Terms"}}},
            "'link' is a required property",
        ),
        ({"paper": "in print"}, "paper: 'in print' does not match"),
        ({"gated": {"references": {"access": "auto"}}}, "unknown key 'references'"),
        ({"share": 1.5}, "share: 1.5 is greater than the maximum of 1"),
        ({"share": -0.1}, "share: -0.1 is less than the minimum of 0"),
        ({"share": "40 %"}, "share: '40 %' is not of type 'number'"),
        ({"name": " "}, "name: ' ' does not match"),
        (
            {"licence": "cc-by-40"},
            "licence: 'cc-by-40' is no id that the Hub knows; did you mean 'cc-by-4.0'?",
        ),
        ({"tasks": []}, "tasks: "),
        ({"tasks": [{"paht": "x"}]}, "tasks.0: "),
        (
            {"tasks": [{"path": "x", "sha256": "abc"}]},
            "tasks.0.sha256: 'abc' does not match",
        ),
        (
            {"tasks": [{"path": "x", "id": "birds"}]},
            "tasks.0.id: 'birds' does not match",
        ),
        ({"repositories": {"open": "x"}}, "repositories.open: 'x' does not match"),
        (
            {"repositories": {"opne": "a/b"}},
            "repositories: unknown key 'opne'; did you mean 'open'?",
        ),
        (
            {"repositories": {"open": "a/b", "references": "A/B"}},
            "references must never lie beside public files",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(tmp_path, more, message):
    told = refusal(benchmark.load, bench(tmp_path, **more))

    assert told.startswith(f"{tmp_path / 'benchmark.toml'}: ")
    assert message in told


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_a_share_that_is_no_number_is_refused(tmp_path, number):
    (tmp_path / "benchmark.toml").write_text(
        f'name = "x"\nshare = {number}\ntasks = ["tasks"]\n'
    )

    assert "share: " in refusal(benchmark.load, tmp_path)


def test_a_file_that_is_no_toml_is_refused_with_the_line(tmp_path):
    (tmp_path / "benchmark.toml").write_text("name = \n")

    assert "at line 1" in refusal(benchmark.load, tmp_path)


def test_a_folder_without_a_benchmark_is_refused(tmp_path):
    assert refusal(benchmark.load, tmp_path) == (
        f"{tmp_path / 'benchmark.toml'} does not exist; curate benchmark init {tmp_path} makes one"
    )


# Tasks


def test_tasks_are_found_in_trees_and_have_ids_by_their_folders(tmp_path):
    tasks = bench(tmp_path) / "tasks"
    task(tasks / "NLP" / "Odd Questions", questions(3))
    task(
        tasks / "Image" / "comprehension" / "BirdDetection",
        questions(2),
        "image/generic",
    )
    task(tasks / "3D" / "generation" / "text_2_mesh", questions(1), "mesh/generic")

    assert sorted(read(tmp_path)) == [
        ("image.comprehension.BirdDetection", 2),
        ("mesh.generation.text_2_mesh", 1),
        ("text.Odd-Questions", 3),
    ]


def test_a_task_in_an_archive_is_called_as_the_archive_is(tmp_path):
    place = bench(tmp_path) / "tasks" / "video" / "comprehension"
    file = task(tmp_path / "x", questions(2), "video/generic") / "annotation.json"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / "TrackBirds.zip", "w") as packed:
        packed.write(file, "annotation.json")
    (place / "depth").mkdir()
    with tarfile.open(place / "depth" / "open.tar.gz", "w:gz") as packed:
        packed.add(file, "annotation.json")

    assert sorted(read(tmp_path)) == [
        ("video.comprehension.TrackBirds", 2),
        ("video.comprehension.depth", 2),
    ]


def test_an_id_that_is_stated_survives_another_name(tmp_path):
    bench(tmp_path, tasks=[{"path": "tasks/NLP/New-Name", "id": "text.Old-Name"}])
    task(tmp_path / "tasks" / "NLP" / "New-Name", questions(1))

    assert read(tmp_path) == [("text.Old-Name", 1)]


def test_a_source_can_have_a_share_of_its_own(tmp_path):
    bench(
        tmp_path,
        share=0.3,
        tasks=["tasks/NLP", {"path": "tasks/Other", "id": "text.Other", "share": 0}],
    )
    task(tmp_path / "tasks" / "NLP" / "A", questions(1))
    task(tmp_path / "tasks" / "Other", questions(1))

    with benchmark.tasks(benchmark.load(tmp_path)) as accepted:
        assert {one.id: one.share for one in accepted} == {
            "text.A": 0.3,
            "text.Other": 0,
        }


@pytest.mark.parametrize(
    "path", ["../out", "tasks/../../out", "/etc", "tasks\\..\\..\\out"]
)
def test_a_task_outside_of_the_benchmark_is_refused(tmp_path, path):
    task(tmp_path / "out", questions(1))
    (tmp_path / "b" / "tasks\\..\\..\\out").mkdir(parents=True)

    told = unread(bench(tmp_path / "b", tasks=[path]))

    assert "lies outside of" in told
    assert "curate benchmark pin tells the sha256" in told


def test_a_link_that_leads_outside_is_refused(tmp_path):
    task(tmp_path / "out", questions(1))
    bench(tmp_path / "b", tasks=["tasks/NLP"])
    (tmp_path / "b" / "tasks" / "NLP").symlink_to(tmp_path / "out")

    assert "lies outside of" in unread(tmp_path / "b")


def test_links_below_a_tree_are_not_followed(tmp_path):
    task(tmp_path / "out", questions(1))
    task(bench(tmp_path / "b") / "tasks" / "NLP" / "A", questions(1))
    (tmp_path / "b" / "tasks" / "NLP" / "B").symlink_to(tmp_path / "out")

    assert read(tmp_path / "b") == [("text.A", 1)]


def test_a_pinned_source_may_lie_anywhere_and_must_be_what_it_was(tmp_path):
    out = task(tmp_path / "out" / "NLP" / "A", questions(1))
    bench(
        tmp_path / "b", tasks=[{"path": "../out", "sha256": pinned(tmp_path / "out")}]
    )

    assert read(tmp_path / "b") == [("text.A", 1)]

    task(out, questions(2))
    told = unread(tmp_path / "b")
    assert "../out: its content has the digest" in told
    assert pinned(tmp_path / "out") in told


def test_a_pin_sees_every_byte_and_every_name(tmp_path):
    digests = set()
    for change in (
        lambda: task(tmp_path / "t", questions(1)),
        lambda: (tmp_path / "t" / "a.png").write_bytes(b"1"),
        lambda: (tmp_path / "t" / "a.png").write_bytes(b"2"),
        lambda: (tmp_path / "t" / "a.png").rename(tmp_path / "t" / "b.png"),
        lambda: (tmp_path / "t" / ".hidden").write_bytes(b""),
        lambda: (tmp_path / "t" / "link").symlink_to("b.png"),
        lambda: (
            (tmp_path / "t" / "link").unlink(),
            (tmp_path / "t" / "link").symlink_to(".hidden"),
        ),
    ):
        change()
        digests.add(pinned(tmp_path / "t"))

    assert len(digests) == 7


def test_the_command_prints_what_pins_a_path(tmp_path):
    out = task(tmp_path / "A", questions(1))

    result = run("pin", out, out / "annotation.json")

    assert result.output == (
        f'{{path = "{out.as_posix()}", sha256 = "{pinned(out)}"}},\n'
        f'{{path = "{out.as_posix()}/annotation.json", sha256 = "{pinned(out / "annotation.json")}"}},\n'
    )


def test_the_pin_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")

    assert (
        pinned(tmp_path / "x")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_two_tasks_with_one_id_are_refused(tmp_path):
    bench(tmp_path, tasks=["tasks/one", "tasks/two"])
    task(tmp_path / "tasks" / "one" / "NLP" / "Birds", questions(1))
    task(tmp_path / "tasks" / "two" / "NLP" / "birds", questions(1))

    told = unread(tmp_path)

    assert "have the id text.birds; give one of them another in benchmark.toml" in told


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda f: None, "no annotation file below it"),
        (
            lambda f: (f / "NLP" / "A").mkdir(parents=True),
            "no annotation file below it",
        ),
        (
            lambda f: (task(f / "NLP" / "A", []) / "annotation.json").write_text("{"),
            "cannot be read; curate validate",
        ),
        (
            lambda f: (task(f / "NLP" / "A", []) / "annotation.json").write_text("[]"),
            "cannot be read; curate validate",
        ),
        (
            lambda f: task(f / "NLP" / "答案", questions(1)),
            "no id can be made of the folder's name",
        ),
        (lambda f: (f / "x.zip").write_bytes(b"no zip"), "cannot be unpacked"),
    ],
)
def test_what_is_no_accepted_task_is_refused(tmp_path, prepare, message):
    prepare(bench(tmp_path) / "tasks")

    assert message in unread(tmp_path)


def test_an_id_for_several_tasks_is_refused(tmp_path):
    bench(tmp_path, tasks=[{"path": "tasks", "id": "text.A"}])
    for name in "AB":
        task(tmp_path / "tasks" / "NLP" / name, questions(1))

    assert "2 tasks lie there, and the id text.A can be that of one only" in unread(
        tmp_path
    )


def test_a_path_that_leads_nowhere_is_refused(tmp_path):
    assert "'nowhere' does not exist" in unread(bench(tmp_path, tasks=["nowhere"]))


def test_what_was_unpacked_is_gone_at_the_end(tmp_path):
    file = task(tmp_path / "x", questions(1)) / "annotation.json"
    bench(tmp_path / "b")
    with zipfile.ZipFile(tmp_path / "b" / "tasks" / "A.zip", "w") as packed:
        packed.writestr("annotation.json", file.read_text())

    with benchmark.tasks(benchmark.load(tmp_path / "b")) as accepted:
        (one,) = accepted
        assert (one.task.folder.root / "annotation.json").is_file()
    assert not one.task.folder.root.exists()


# curate benchmark init


def test_a_new_benchmark_can_be_loaded_and_filled(tmp_path):
    folder = tmp_path / "deep" / "General-Bench"

    result = run("init", folder)

    assert result.return_value == 0
    assert benchmark.load(folder).name == "General-Bench"
    assert sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()
    ) == [
        ".gitignore",
        "benchmark.toml",
        "ledger.jsonl",
        "tasks/README.md",
    ]
    task(folder / "tasks" / "NLP" / "A", questions(2))
    assert read(folder) == [("text.A", 2)]


@pytest.mark.parametrize(
    "name", ['With "quotes"', "Ünïcode", "back\\slash", "{braces}"]
)
def test_any_name_can_be_given(tmp_path, name):
    run("init", tmp_path / "b", "--name", name)

    assert benchmark.load(tmp_path / "b").name == name


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "precious").write_text("x")

    result = CliRunner().invoke(command, ["init", str(tmp_path)])

    assert result.exit_code == 2
    assert "exists and is not empty" in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["precious"]


def test_a_new_benchmark_ignores_keys_and_references(tmp_path):
    run("init", tmp_path / "b")

    ignored = (tmp_path / "b" / ".gitignore").read_text().splitlines()
    assert {"*.key", "references/"} <= set(ignored)


def test_the_writer_of_the_tests_writes_toml():
    assert toml([{"a": 1, "b": ["x"]}]) == '[{"a" = 1, "b" = ["x"]}]'
