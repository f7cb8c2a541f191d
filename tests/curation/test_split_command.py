"""`curate split` and `curate retire`, from the folder of a benchmark to its ledger."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from benches import KEY, bench, divide, questions, sides, task
from click.testing import CliRunner
from media import picture

from curation import examining, key, ledger
from curation.commands.retire import command as retire_command
from curation.commands.split import command
from curation.division_report import as_json, as_text
from curation.entries import uid
from curation.sources import Unfit

REAL = os.environ.get("CURATE_REAL_DATA")


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "bench.key"
    file.write_text(f"curate-key-1 {KEY.secret.hex()}\n")
    file.chmod(0o600)
    return file


def run(folder, key_file, *more):
    asked = [str(folder), "--unreviewed", "--key", str(key_file), *more]
    return CliRunner().invoke(command, asked, standalone_mode=False)


def retire(folder, *more):
    return CliRunner().invoke(
        retire_command, [str(folder), *more], standalone_mode=False
    )


def refusal(result):
    assert type(result.exception).__name__ == "UsageError", result.exception
    return result.exception.message


def small(tmp_path, number=20):
    folder = bench(tmp_path / "b")
    task(folder / "tasks" / "NLP" / "A", questions(number))
    return folder


def side(folder, name, task_id="text.A"):
    return sides(folder)[uid(task_id, name)]


def names(folder, wanted, number=40, task_id="text.A"):
    known = sides(folder)
    return [
        f"s{n}"
        for n in range(1, number + 1)
        if known.get(uid(task_id, f"s{n}")) == wanted
    ]


# Dividing


def test_a_benchmark_is_divided_and_told_in_the_ledger(tmp_path, key_file):
    folder = small(tmp_path)

    result = run(folder, key_file)

    assert result.return_value == 0
    assert Counter(sides(folder).values()) == {"open": 8, "close": 12}
    assert {e.version for e in ledger.read(folder / "ledger.jsonl")} == {"1.0.0"}
    assert result.output.splitlines() == [
        "Test: 20 samples of 1 task, version 1.0.0",
        "",
        "           open    close   held      new    share   wanted  labels",
        "text.A        8       12      0       20    40.0%    40.0%",
        "",
        f"{folder / 'ledger.jsonl'}: 20 entries added.",
    ]


def test_a_second_run_changes_nothing(tmp_path, key_file):
    folder = small(tmp_path)
    run(folder, key_file)
    before = (folder / "ledger.jsonl").read_bytes()

    result = run(folder, key_file)

    assert (folder / "ledger.jsonl").read_bytes() == before
    assert (
        result.output.splitlines()[-1] == f"{folder / 'ledger.jsonl'}: nothing is new."
    )


def test_another_key_than_the_first_is_refused(tmp_path, key_file):
    folder = small(tmp_path)
    run(folder, key_file)
    task(folder / "tasks" / "NLP" / "B", questions(9))
    before = (folder / ledger.FILE).read_bytes()
    other = tmp_path / "other.key"
    key.new(other)

    assert "this is not the key of" in refusal(run(folder, other))
    assert (folder / ledger.FILE).read_bytes() == before
    assert run(folder, key_file).exception is None


def test_a_dry_run_writes_nothing(tmp_path, key_file):
    folder = small(tmp_path)

    result = run(folder, key_file, "--dry-run")

    assert not (folder / "ledger.jsonl").exists()
    assert "20 entries would be new; nothing was written" in result.output


def test_the_ledger_does_not_depend_on_the_order_of_anything(tmp_path):
    for folder, order, step in (
        (tmp_path / "one" / "b", "AB", 1),
        (tmp_path / "other" / "b", "BA", -1),
    ):
        bench(folder, tasks=[f"tasks/NLP/{name}" for name in order])
        for name in order:
            samples = [
                s | {"id": f"s{n}"} for n, s in enumerate(questions(15, name) * 2)
            ]
            task(folder / "tasks" / "NLP" / name, samples[::step])
        divide(folder)

    one, other = (tmp_path / name / "b" / "ledger.jsonl" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_the_number_of_processes_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.setattr(examining, "LARGE", 0)
    folder = bench(tmp_path / "b")
    for name in "ABC":
        task(folder / "tasks" / "NLP" / name, questions(20, "the same"))
    divide(folder, jobs=1)
    shutil.copytree(folder, tmp_path / "c")
    (tmp_path / "c" / "ledger.jsonl").unlink()

    divide(tmp_path / "c", jobs=3)

    assert (folder / "ledger.jsonl").read_bytes() == (
        tmp_path / "c" / "ledger.jsonl"
    ).read_bytes()


def test_a_fault_is_told_the_same_by_other_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(examining, "LARGE", 0)
    folder = bench(tmp_path / "b")
    for name in "ABC":
        task(folder / "tasks" / "NLP" / name, [{"id": "x"}, {"id": "x"}])

    with pytest.raises(Unfit, match="has the id 'x' of another sample"):
        divide(folder, jobs=2)


def test_samples_with_the_same_media_stay_together_across_tasks(tmp_path):
    folder = bench(tmp_path / "b", share=0.5)
    for name, suffix in (("A", ".png"), ("B", ".bmp")):
        place = task(
            folder / "tasks" / "Image" / "comprehension" / name,
            [
                {
                    "input": {"image_file": f"{n}{suffix}", "prompt": f"{name}?"},
                    "output": {"text": f"{name} {n}"},
                }
                for n in range(12)
            ],
            "image/vqa",
        )
        for n in range(12):
            picture(place / f"{n}{suffix}", seed=n)

    found = divide(folder)

    for n in range(1, 13):
        assert side(folder, f"s{n}", "image.comprehension.A") == side(
            folder, f"s{n}", "image.comprehension.B"
        )
    assert len(found.groups.groups) == 12
    assert "the same file, decoded" in as_text(found, dry_run=False)


def test_a_sample_with_a_broken_file_is_held_back(tmp_path):
    folder = bench(tmp_path / "b")
    place = task(
        folder / "tasks" / "Image" / "comprehension" / "A",
        [
            {
                "input": {"image_file": f"{n}.png", "prompt": "?"},
                "output": {"text": "x"},
            }
            for n in range(4)
        ],
        "image/vqa",
    )
    for n in range(4):
        picture(place / f"{n}.png", seed=n)
    (place / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")

    found = divide(folder)

    assert side(folder, "s3", "image.comprehension.A") == "held"
    assert "s3 of image.comprehension.A: 2.png cannot be decoded" in as_text(
        found, dry_run=False
    )

    picture(place / "2.png", seed=2)
    divide(folder)
    assert side(folder, "s3", "image.comprehension.A") in {"open", "close"}


# Growth


def test_growth_moves_nothing_and_meets_the_share(tmp_path):
    folder = small(tmp_path, 20)
    divide(folder)
    before = sides(folder)
    task(folder / "tasks" / "NLP" / "A", questions(50))
    task(folder / "tasks" / "NLP" / "B", questions(10, "other"))

    found = divide(folder)

    after = sides(folder)
    assert {u: after[u] for u in before} == before
    assert [(t.task, t.open, t.close, t.new) for t in found.split.report] == [
        ("text.A", 20, 30, 30),
        ("text.B", 4, 6, 10),
    ]
    assert Counter(e.version for e in ledger.read(folder / "ledger.jsonl")) == {
        "1.0.0": 20,
        "1.1.0": 40,
    }


def test_another_key_moves_nothing_that_is_placed(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    before = sides(folder)

    divide(folder, key=key.Key(bytes(range(1, 33))))

    assert sides(folder) == before


def bridged(tmp_path):
    """Divide a benchmark, and add a sample that asks what an open one asks to a close one's group."""
    folder = small(tmp_path)
    divide(folder)
    one, other = names(folder, "open")[0], names(folder, "close")[0]
    samples = questions(20)
    samples[int(other[1:]) - 1]["group"] = "g"
    bridge = {
        "id": "new",
        "input": samples[int(one[1:]) - 1]["input"],
        "output": {"answer": "x"},
        "group": "g",
    }
    task(folder / "tasks" / "NLP" / "A", [*samples, bridge])
    return folder, one, other, divide(folder)


def test_a_new_sample_that_ties_open_to_close_is_held_back_and_told(tmp_path):
    folder, one, other, found = bridged(tmp_path)

    told = as_text(found, dry_run=False)

    assert side(folder, "new") == "held"
    assert (
        "Held back:\n  new of text.A: it ties an open sample to a close one: " in told
    )
    assert f"the same group (g): new, {other} of text.A" in told
    assert f"the same question: new, {one} of text.A" in told
    held = json.loads(as_json(found, dry_run=False))["held"]
    assert [(h["task"], h["id"]) for h in held] == [("text.A", "new")]


def test_what_was_held_is_placed_when_the_tie_is_gone(tmp_path):
    folder, *_ = bridged(tmp_path)
    alone = {"id": "new", "input": {"question": "Else?"}, "output": {"answer": "x"}}
    task(folder / "tasks" / "NLP" / "A", [*questions(20), alone])

    divide(folder)

    told = [
        e.side.value
        for e in ledger.read(folder / "ledger.jsonl")
        if e.sample == uid("text.A", "new")
    ]
    assert told[0] == "held"
    assert told[1:] in (["open"], ["close"])


@pytest.mark.parametrize("wanted", ["open", "close"])
def test_a_twin_of_a_sample_that_is_gone_goes_where_that_was(tmp_path, wanted):
    folder = small(tmp_path)
    divide(folder)
    gone = names(folder, wanted)[0]
    samples = [s | {"id": f"s{n}"} for n, s in enumerate(questions(20), 1)]
    samples[int(gone[1:]) - 1]["id"] = "twin"
    task(folder / "tasks" / "NLP" / "A", samples)

    found = divide(folder)

    assert side(folder, "twin") == wanted
    assert found.gone == {"text.A": 1}
    assert "In the ledger, and in no task any more:\n  text.A: 1 sample" in as_text(
        found, dry_run=False
    )


def test_an_old_sample_that_gets_a_twin_is_told_again_with_its_group(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    first = questions(20)[0]["input"]
    task(
        folder / "tasks" / "NLP" / "A",
        [*questions(20), {"id": "twin", "input": first, "output": {"answer": "x"}}],
    )

    divide(folder)

    now = ledger.current(ledger.read(folder / "ledger.jsonl"))
    one, twin = now[uid("text.A", "s1")], now[uid("text.A", "twin")]
    assert one.group == twin.group == uid("text.A", "s1")
    assert (one.side, one.version) == (twin.side, "1.1.0")


def test_a_changed_question_is_told_again(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    changed = questions(20)
    changed[0]["input"] = {"question": "Something else?"}
    task(folder / "tasks" / "NLP" / "A", changed)

    found = divide(folder)

    assert [(e.sample, e.version) for e in found.entries] == [
        (uid("text.A", "s1"), "1.1.0")
    ]


def test_samples_of_one_renamed_folder_are_told_as_gone(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    (folder / "tasks" / "NLP" / "A").rename(folder / "tasks" / "NLP" / "Z")

    found = divide(folder)

    assert found.gone == {"text.A": 20}
    assert Counter(sides(folder).values())["open"] == 16


# Refusals


def test_a_key_inside_the_benchmark_is_refused(tmp_path, key_file):
    folder = small(tmp_path)
    shutil.copy(key_file, folder / "a.key")

    assert "keep the key outside" in refusal(run(folder, folder / "a.key"))


def test_a_key_that_others_can_read_is_refused(tmp_path, key_file):
    key_file.chmod(0o644)

    assert "chmod 600" in refusal(run(small(tmp_path), key_file))


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.0", "expected three numbers"),
        ("1.0.0", "version 1.0.0 is over: the ledger tells of 1.1.0"),
    ],
)
def test_a_version_that_cannot_be_is_refused(tmp_path, key_file, version, message):
    folder = small(tmp_path)
    divide(folder, "1.1.0")

    assert message in refusal(run(folder, key_file, "--version", version))


def test_an_edited_ledger_is_refused(tmp_path, key_file):
    folder = small(tmp_path)
    divide(folder)
    file = folder / "ledger.jsonl"
    first, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([first, first.replace(b"1.0.0", b"1.0.1"), *rest]))

    assert "expected the order of version, task and sample" in refusal(
        run(folder, key_file)
    )


@pytest.mark.parametrize(
    "data", [[{"input": {}}], [{"id": None}], ["words"], [{"id": "a"}, {"id": "a"}]]
)
def test_a_sample_without_an_id_of_its_own_is_refused(tmp_path, key_file, data):
    folder = small(tmp_path)
    file = folder / "tasks" / "NLP" / "A" / "annotation.json"
    file.write_text(json.dumps({"task": "A", "family": "text/open-qa", "data": data}))

    told = refusal(run(folder, key_file))

    assert "annotation.json#/data/" in told
    assert "curate validate" in told


def test_a_wrong_configuration_is_refused(tmp_path, key_file):
    config = tmp_path / "curate.toml"
    config.write_text("nonsense = 1\n")

    assert "nonsense" in refusal(
        run(small(tmp_path), key_file, "--config", str(config))
    )


# Reports


def test_the_json_tells_everything_in_order(tmp_path, key_file):
    folder = bench(tmp_path / "b")
    twice = questions(5)
    task(folder / "tasks" / "NLP" / "A", [*twice, *twice])

    told = json.loads(run(folder, key_file, "--format", "json").stdout)

    assert {k: told[k] for k in ("format", "benchmark", "version", "dry_run", "new_entries", "held", "torn", "gone")} == {
        "format": 1, "benchmark": "Test", "version": "1.0.0", "dry_run": False, "new_entries": 10,
        "held": [], "torn": [], "gone": {},
    }  # fmt: skip
    assert told["tasks"] == [
        {
            "task": "text.A", "share": 0.4, "reached": 0.4, "open": 4, "close": 6, "held": 0, "new": 10,
            "groups": 5, "labels": 0, "one_sided_labels": 0, "small": "",
        }
    ]  # fmt: skip
    assert [sorted(s["id"] for s in g["samples"]) for g in told["groups"]] == sorted(
        (sorted([f"s{n}", f"s{n + 5}"]) for n in range(1, 6)),
        key=lambda ids: min(uid("text.A", i) for i in ids),
    )
    assert {t["reason"] for g in told["groups"] for t in g["ties"]} == {"same-question"}


def test_long_lists_are_cut_short_unless_all_is_asked_for(tmp_path, key_file):
    folder = bench(tmp_path / "b")
    twice = questions(30)
    task(folder / "tasks" / "NLP" / "A", [*twice, *twice])

    short, whole = (
        run(folder, key_file).output,
        run(folder, key_file, "--verbose").output,
    )

    assert "Kept together, 30 groups:" in short
    assert "and 10 more; --verbose lists them all" in short
    assert whole.count("2 samples, the same question") == 30


def test_no_reference_and_no_label_is_in_a_report_or_the_ledger(tmp_path, key_file):
    dye = "Zebrafish-4711"
    folder = bench(tmp_path / "b")
    same = {"input": {"question": "Which?", "options": ["x", "y"]}}
    task(
        folder / "tasks" / "NLP" / "A",
        [
            {"input": {"question": "Who?"}, "output": {"answer": f"{dye} {n}"}}
            for n in range(4)
        ],
    )
    task(
        folder / "tasks" / "NLP" / "B",
        [same | {"output": {"text": dye}}, same | {"output": {"text": dye}}] * 6,
        "text/classification",
    )
    place = task(
        folder / "tasks" / "Image" / "generation" / "C",
        [
            {
                "input": {"image_file": f"{n}.png", "prompt": "?"},
                "output": {"image_file": f"{dye}-{n}.png"},
            }
            for n in range(3)
        ],
        "image/restoration",
    )
    for n in range(3):
        picture(place / f"{n}.png", seed=n)
        picture(place / f"{dye}-{n}.png", seed=7)
    (place / f"{dye}-2.png").write_bytes(b"broken")

    outputs = [
        run(folder, key_file, *more).output
        for more in ((), ("-v",), ("--format", "json"), ("-v", "--dry-run"))
    ]

    for text in (*outputs, (folder / "ledger.jsonl").read_text()):
        assert dye not in text
    assert "a file of the reference cannot be decoded" in outputs[0]


# Retiring


def test_a_retired_sample_is_open_for_ever(tmp_path, key_file):
    folder = small(tmp_path)
    divide(folder)
    name = names(folder, "close")[0]

    result = retire(folder, name)

    assert result.return_value == 0
    assert side(folder, name) == "open"
    entry = ledger.current(ledger.read(folder / "ledger.jsonl"))[uid("text.A", name)]
    assert (entry.side.value, entry.version) == ("retired", "2.0.0")
    run(folder, key_file)
    assert side(folder, name) == "open"


def test_a_sample_is_retired_by_any_of_its_names(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    one, other, third = names(folder, "close")[:3]

    result = retire(
        folder, one, f"text.A:{other}", uid("text.A", third), "--version", "1.5.0"
    )

    assert result.return_value == 0
    assert [side(folder, n) for n in (one, other, third)] == ["open"] * 3


def test_a_dry_retirement_writes_nothing(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    before = (folder / "ledger.jsonl").read_bytes()

    result = retire(folder, names(folder, "close")[0], "--dry-run")

    assert (folder / "ledger.jsonl").read_bytes() == before
    assert "nothing was written" in result.output


def test_only_close_samples_are_retired(tmp_path):
    folder = small(tmp_path)
    divide(folder)
    name = names(folder, "close")[0]
    retire(folder, name)

    assert "is open; expected a close sample" in refusal(
        retire(folder, names(folder, "open")[0])
    )
    assert "is retired; expected a close sample" in refusal(retire(folder, name))
    assert "'nobody' is no sample of the ledger" in refusal(retire(folder, "nobody"))


def test_a_name_of_several_tasks_must_be_told_with_its_task(tmp_path):
    folder = small(tmp_path)
    task(folder / "tasks" / "NLP" / "B", questions(20, "other"))
    divide(folder)

    told = refusal(retire(folder, "s1"))

    assert (
        told == "'s1' is a sample of 2 tasks; expected one such as text.A:s1, text.B:s1"
    )


def test_a_group_is_retired_whole_or_not_at_all(tmp_path):
    folder = bench(tmp_path / "b", share=0)
    twice = questions(2)
    task(folder / "tasks" / "NLP" / "A", [*twice, *twice])
    divide(folder)

    assert "would be given away by it: name them too, or use --whole-group" in refusal(
        retire(folder, "s1")
    )
    assert Counter(sides(folder).values()) == {"close": 4}

    retire(folder, "s1", "--whole-group")
    assert [side(folder, f"s{n}") for n in (1, 2, 3, 4)] == [
        "open",
        "close",
        "open",
        "close",
    ]


# Real data


@pytest.mark.skipif(not REAL, reason="CURATE_REAL_DATA names no folder of real tasks")
def test_real_tasks_are_divided_twice_with_growth_between(tmp_path):
    folder = bench(tmp_path / "b")
    shutil.copytree(Path(REAL), folder / "tasks", dirs_exist_ok=True)
    extra = tmp_path / "extra"
    shutil.move(folder / "tasks" / "contributed" / "Audio", extra)

    first = divide(folder)
    before = sides(folder)
    shutil.move(extra, folder / "tasks" / "contributed" / "Audio")
    second = divide(folder)

    after = sides(folder)
    assert len(first.split.report) == 16
    assert len(second.split.report) == 18
    assert {u: after[u] for u in before} == before
    assert set(after.values()) == {"open", "close"}
    for told in second.split.report:
        assert abs(told.open - 0.4 * (told.open + told.close)) <= 2, told


@pytest.mark.skipif(not REAL, reason="CURATE_REAL_DATA names no folder of real tasks")
def test_real_twins_across_modalities_are_kept_together(tmp_path):
    folder = bench(tmp_path / "b")
    shutil.copytree(Path(REAL) / "contributed", folder / "tasks", dirs_exist_ok=True)

    divide(folder)

    known = sides(folder)
    for n in range(1, 6):
        clip = known[uid("video.comprehension.Short-Clip-Captioning", f"cap_0{n}")]
        assert (
            clip == known[uid("video.generation.Video-Super-Resolution", f"vsr_0{n}")]
        )
    models = {1: 1, 2: 4, 3: 5, 4: 2, 5: 3, 6: 8}
    for made, shown in models.items():
        mesh = known[uid("mesh.generation.Point-Cloud-To-Mesh", f"p2m_0{made}")]
        assert (
            mesh
            == known[uid("mesh.comprehension.3D-Object-Classification", f"oc_0{shown}")]
        )
