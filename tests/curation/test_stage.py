"""The trees hold every sample exactly, and nothing hidden where it is public."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys

import pytest
import releases

import schemas
from curation import benchmark, parquet, restore, trees
from curation.columns_of import sample
from curation.ledger import Side

datasets = pytest.importorskip("datasets")

FAMILIES = schemas.families()


def documents(family):
    """Yield the examples of a family, each with enough samples for both sides."""
    for number, example in enumerate(family.examples):
        document = copy.deepcopy(dict(example))
        document["family"] = family.id
        document["data"] = [
            copy.deepcopy(s) | {"id": f"{s.get('id', 'x')}-{i}"}
            for i in range(2)
            for s in document["data"]
        ]
        yield f"T{number}", document


def native(family):
    """Return where a task of a family stands in the documented tree."""
    kind = {"mesh": "3D", "text": "NLP"}.get(family.modality, family.modality.title())
    return (
        kind
        if family.modality == "text"
        else f"{kind}/{family.paradigm or 'comprehension'}"
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Release a benchmark that has all examples of all families."""
    root, file = releases.bench(tmp_path_factory.mktemp("all"))
    for family in FAMILIES.values():
        for name, document in documents(family):
            place = f"{native(family)}/{family.id.replace('/', '-')}-{name}"
            releases.write_task(root, place, document, family)
    releases.place(
        root,
        side=lambda task, name, number: Side.OPEN if number % 2 == 0 else Side.CLOSE,
    )
    return root, releases.release(root, file, root.parent / "out")


@pytest.mark.slow
def test_every_family_comes_back_from_the_open_tree(whole, tmp_path):
    root, out = whole
    done = {one.task: one for one in restore.restore(out / "open", tmp_path / "back")}

    with benchmark.tasks(benchmark.load(root)) as accepted:
        for one in accepted:
            folder = done[one.id].folder
            there = json.loads((folder / "annotation.json").read_text())
            assert there["data"] == list(one.task.data)[::2]
            for file in (
                p
                for p in folder.rglob("*")
                if p.is_file() and p.name != "annotation.json"
            ):
                assert (
                    file.read_bytes()
                    == (one.task.folder.root / file.relative_to(folder)).read_bytes()
                )


@pytest.mark.slow
def test_every_family_keeps_its_references_out_of_the_close_tree(whole):
    _, out = whole
    seen = 0
    for told in restore.tasks(out / "close"):
        family = FAMILIES[told["family"]]
        for sheet, cells in parquet.read(
            (out / "close" / "data" / told["id"]).glob("*")
        ):
            tree = sample(cells, sheet.layout, lambda *_: None)
            assert not [
                v
                for slot in family.slots
                if slot.whole
                for v in schemas.find(slot.path, tree)
            ]
            seen += 1
    assert seen > len(FAMILIES)


def _opened_as_written(folder, loaded):
    """See that a table that was opened has the columns and rows that were written."""
    sheet = parquet.sheet(next(folder.iterdir()))
    undecoded = loaded.with_format("arrow")[:]
    wanted = sheet.layout.columns
    assert [c.name for c in wanted] == undecoded.column_names[: len(wanted)]
    direct = [
        sample(c, s.layout, lambda *_: None) for s, c in parquet.read(folder.iterdir())
    ]
    rows = undecoded.to_pylist()
    assert [sample(row, sheet.layout, lambda *_: None) for row in rows] == direct


@pytest.mark.slow
def test_configurations_are_opened_by_the_card(whole, tmp_path):
    # A few: datasets reads the whole card anew for each of them.
    _, out = whole
    for tree in trees.TREES:
        for name in datasets.get_dataset_config_names(str(out / tree))[::40]:
            loaded = datasets.load_dataset(
                str(out / tree), name, cache_dir=str(tmp_path / "cache")
            )[tree]
            _opened_as_written(out / tree / "data" / name, loaded)


@pytest.mark.slow
def test_the_tables_of_every_family_are_opened_by_datasets(whole, tmp_path):
    _, out = whole
    for tree in trees.TREES:
        for folder in sorted((out / tree / "data").iterdir()):
            loaded = datasets.load_dataset(
                "parquet",
                data_files={tree: [str(file) for file in folder.iterdir()]},
                cache_dir=str(tmp_path / "cache"),
            )[tree]
            _opened_as_written(folder, loaded)


@pytest.mark.slow
def test_pictures_are_decoded_by_datasets(whole, tmp_path):
    _, out = whole
    loaded = datasets.load_dataset(
        str(out / "open"),
        "image.comprehension.image-classification-T0",
        cache_dir=str(tmp_path),
    )

    assert loaded["open"][0]["input_image_file"].size == (320, 240)


def test_no_byte_of_a_dyed_reference_is_public(tmp_path):
    root, file = releases.bench(tmp_path)
    marks = []
    for number, family in enumerate(
        f
        for f in FAMILIES.values()
        if "generic" in f.id or "qa" in f.id or "caption" in f.id
    ):
        document = copy.deepcopy(dict(family.examples[0])) | {"family": family.id}
        for index, one in enumerate(document["data"]):
            one["id"] = f"i{index}"
            for slot in family.slots:
                if slot.reference and slot.text and not slot.label:
                    for pointer, value in list(schemas.find(slot.path, one)):
                        if isinstance(value, str) and not re.search(
                            r"[./]\w|^DYE", value
                        ):
                            mark = f"DYE{number}x{index}x{len(marks)}END"
                            place = one
                            for key in pointer[:-1]:
                                place = place[key]
                            place[pointer[-1]] = mark
                            marks.append(mark)
        releases.write_task(
            root, f"{native(family)}/{family.id.replace('/', '-')}", document, family
        )
    releases.place(root, side=lambda *_: Side.CLOSE)

    out = releases.release(root, file, tmp_path / "out")

    public = (
        releases.every_byte(out / "open")
        + releases.every_byte(out / "close")
        + (out / "release.json").read_bytes()
    )
    hidden = releases.every_byte(out / "references")
    assert len(marks) > 10
    assert not [m for m in marks if m.encode() in public]
    assert not [m for m in marks if m.encode() not in hidden]


def test_the_close_tree_has_no_id_or_name_or_order_of_the_contributor(tmp_path):
    root, file = releases.bench(tmp_path)
    family = FAMILIES["image/classification"]
    document = {
        "family": "image/classification",
        "task": "Animals",
        "labels": ["cat", "dog"],
        "data": [
            {
                "id": f"animal-{i:02}",
                "group": f"farm{i}",
                "source": "http://a/zoo",
                "input": {"image_file": f"images/dog_{i}.png", "prompt": "?"},
                "output": {"text": "dog"},
            }
            for i in range(8)
        ],
    }
    releases.write_task(root, "Image/comprehension/Animals", document, family)
    releases.place(root, side=lambda *_: Side.CLOSE)
    out = releases.release(root, file, tmp_path / "out")
    close = releases.every_byte(out / "close")

    assert not [
        word for word in (b"animal-0", b"dog_", b"farm", b"zoo") if word in close
    ]
    rows = releases.rows(out / "close", "image.comprehension.Animals")
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    assert [
        row["original_id"]
        for row in releases.rows(out / "references", "image.comprehension.Animals")
    ] != sorted(f"animal-{i:02}" for i in range(8))
    assert json.loads(
        (out / "close/tasks/image.comprehension.Animals.json").read_text()
    )["envelope"]["labels"] == ["cat", "dog"]


def test_a_release_is_the_same_bytes_whatever_the_machine_does(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root)
    family = FAMILIES["image/vqa"]
    releases.write_task(
        root,
        "Image/comprehension/V",
        dict(family.examples[0]) | {"family": family.id},
        family,
    )
    releases.place(root)

    one, other = (
        releases.release(root, file, tmp_path / name, epoch=epoch)
        for name, epoch in (("a", 86400), ("b", 86400))
    )

    assert releases.every_byte(one) == releases.every_byte(other)
    assert {int(p.stat().st_mtime) for p in one.rglob("*")} == {86400}
    assert json.loads((one / "release.json").read_text())["released"] == "1970-01-02"


def test_every_tree_has_the_canary_and_a_manifest(tmp_path):
    from curation import manifest

    root, file = releases.bench(tmp_path)
    releases.texts(root)
    releases.place(root)
    out = releases.release(root, file, tmp_path / "out")
    told = json.loads((out / "release.json").read_text())

    for tree in trees.TREES:
        assert told["canary"] in (out / tree / "README.md").read_text()
        assert manifest.verify(out / tree).canary == told["canary"]
        assert told["trees"][tree] == manifest.digest(out / tree / "manifest.json")
        for shard in (out / tree).rglob("*.parquet"):
            assert parquet.sheet(shard).facts["canary"] == told["canary"]


def test_a_release_tells_where_its_trees_go(tmp_path):
    root, file = releases.bench(tmp_path)
    with (root / "benchmark.toml").open("a") as toml:
        toml.write('[repositories]\nopen = "Lab/Open"\nclose = "Lab/Close"\n')
    releases.texts(root)
    releases.place(root)

    out = releases.release(root, file, tmp_path / "out")

    told = json.loads((out / "release.json").read_text())
    assert told["repositories"] == {"close": "Lab/Close", "open": "Lab/Open"}


def test_hidden_questions_are_not_published(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root, count=4)
    releases.place(
        root,
        side=lambda task, name, number: (Side.OPEN, Side.CLOSE, Side.HELD, Side.HELD)[
            number
        ],
    )
    out = releases.release(root, file, tmp_path / "out")

    assert b"What is 2 and one" not in releases.every_byte(out)
    assert [len(releases.rows(out / t, "text.Sums")) for t in trees.TREES] == [1, 1, 1]


def test_many_rows_make_several_row_groups_and_shards(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    monkeypatch.setattr(parquet, "SHARD", 20_000)
    root, file = releases.bench(tmp_path)
    releases.texts(root, count=1000)
    releases.place(root, side=lambda *_: Side.OPEN)
    out = releases.release(root, file, tmp_path / "out")
    files = sorted(p.name for p in (out / "open/data/text.Sums").iterdir())

    assert len(files) > 2
    assert files[0] == f"open-00000-of-{len(files):05}.parquet"
    meta = pq.ParquetFile(out / "open/data/text.Sums" / files[0]).metadata
    assert meta.row_group(0).num_rows == parquet.ROWS
    assert meta.row_group(0).column(0).has_offset_index
    assert len(releases.rows(out / "open", "text.Sums")) == 1000


KILLED = """
import sys, os, signal
sys.path[:0] = {paths!r}
import releases
from curation import stage
from pathlib import Path
count = [0]
real = stage.parquet.write
def dying(*a, **k):
    count[0] += 1
    if count[0] == {at}: os.kill(os.getpid(), signal.SIGKILL)
    return real(*a, **k)
stage.parquet.write = dying
releases.release(Path({root!r}), Path({file!r}), Path({out!r}))
"""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_kill_leaves_no_half_release_and_the_next_run_sweeps_up(tmp_path, at):
    root, file = releases.bench(tmp_path)
    releases.texts(root)
    releases.place(root)
    out = tmp_path / "out"
    code = KILLED.format(
        paths=[os.path.dirname(__file__), os.getcwd()],
        at=at,
        root=str(root),
        file=str(file),
        out=str(out),
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert not out.exists()
    assert [p.name for p in tmp_path.glob(".out.*")]
    releases.release(root, file, out)
    assert not list(tmp_path.glob(".out.*"))
    assert (out / "release.json").is_file()


@pytest.mark.skipif(
    "CURATE_REAL_DATA" not in os.environ, reason="CURATE_REAL_DATA names no real data"
)
def test_the_real_tasks_come_back(tmp_path):
    root, file = releases.bench(tmp_path)
    real = os.environ["CURATE_REAL_DATA"]
    (root / "tasks").rmdir()
    import shutil

    shutil.copytree(real, root / "tasks", copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)
    (root / "benchmark.toml").write_text(
        releases.TOML.replace('["tasks"]', '["tasks/openset", "tasks/contributed"]')
    )
    releases.place(root)
    out = releases.release(root, file, tmp_path / "out")
    done = {one.task: one for one in restore.restore(out / "open", tmp_path / "back")}

    with benchmark.tasks(benchmark.load(root)) as accepted:
        for one in accepted:
            folder = done[one.id].folder
            there = json.loads((folder / one.task.where.path).read_text())
            assert there["data"] == list(one.task.data)[::3]
            for path in (
                p
                for p in folder.rglob("*")
                if p.is_file() and p != folder / one.task.where.path
            ):
                assert (
                    path.read_bytes()
                    == (one.task.folder.root / path.relative_to(folder)).read_bytes()
                )
