"""Each fault that the Hub refuses is found by name before anything is uploaded."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import schemas
from cards import frontmatter
from curation import finding, preflight
from curation.cli import app
from curation.finding import Severity
from curation.footers import Footer, Group
from curation.model import Where
from curation.preflight.patterns import matching
from curation.preflight.reading import repository
from curation.preflight.subjects import Config, File, Split, Table

PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def table(path, rows=3, features=None, columns=("question",), **how):
    """Write a table with a picture in each row."""
    features = (
        {"image": {"_type": "Image"}}
        | {c: {"dtype": "string", "_type": "Value"} for c in columns}
        if features is None
        else features
    )
    told = json.dumps({"info": {"features": features}}) if features else "{}"
    schema = pa.schema(
        [("image", PICTURE), *((c, pa.string()) for c in columns)],
        {b"huggingface": told.encode()},
    )
    data = [
        {"image": {"bytes": b"x", "path": "a.png"}}
        | dict.fromkeys(columns, f"What {n}?")
        for n in range(rows)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    how = {"write_page_index": True} | how
    pq.write_table(pa.Table.from_pylist(data, schema), path, **how)


def front(**more):
    """Return the front matter of a sound card."""
    return {
        "license": "cc-by-4.0",
        "pretty_name": "Small",
        "language": ["en"],
        "size_categories": ["n<1K"],
        "task_categories": ["visual-question-answering"],
        "tags": ["image"],
        "configs": [config("image.A"), config("image.B")],
    } | more


def config(name, split="open", pattern=None, **more):
    path = pattern or f"data/{name}/open-*.parquet"
    return {"config_name": name, "data_files": [{"split": split, "path": path}], **more}


def card(folder, text="# Small\n", **more):
    told = {k: v for k, v in front(**more).items() if v is not None}
    (folder / "README.md").write_text(f"---\n{frontmatter.written(told)}---\n{text}")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound") / "open"
    for name in ("image.A", "image.B"):
        table(folder / f"data/{name}/open-00000-of-00001.parquet")
    (folder / "tasks").mkdir()
    for name in ("image.A", "image.B"):
        told = {"id": name, "envelope": {"license": "cc-by-4.0"}}
        (folder / f"tasks/{name}.json").write_text(json.dumps(told))
    card(folder)
    return folder


@pytest.fixture
def sound(model, tmp_path):
    return shutil.copytree(model, tmp_path / "open")


def found(folder, severity=None):
    report = preflight.examine(folder)
    assert report.failures == ()
    return {f.rule.code for f in report.findings if severity in {None, f.severity}}


def test_a_sound_data_set_passes(sound):
    assert preflight.examine(sound).findings == ()


# What is planted, and the rule that must find it, alone.


def no_card(folder):
    (folder / "README.md").unlink()


def card_in_another_encoding(folder):
    (folder / "README.md").write_bytes("---\nlicense: mit\n---\né".encode("latin-1"))


def no_front_matter(folder):
    (folder / "README.md").write_text("# Small\n")


def broken_yaml(folder):
    (folder / "README.md").write_text("---\npretty_name: a: b\n---\n")


def front_matter_is_a_list(folder):
    (folder / "README.md").write_text("---\n- license\n---\n")


def repeated_key(folder):
    text = (folder / "README.md").read_text()
    (folder / "README.md").write_text(text.replace("license: ", "license: mit\nlicense: ", 1))  # fmt: skip


def unknown_licence(folder):
    card(folder, license="CC BY 4.0")


def unknown_task_category(folder):
    card(folder, task_categories=["3d-understanding"])


def unknown_size(folder):
    card(folder, size_categories=["about 300"])


def language_by_name(folder):
    card(folder, language=["English"])


def gated_field_of_unknown_kind(folder):
    card(folder, extra_gated_fields={"Name": "string"})


def licence_without_name(folder):
    card(folder, license="other")


def link_to_missing_licence(folder):
    card(folder, license="other", license_name="mixed", license_link="LICENSE.md")


def licence_that_a_task_forbids(folder):
    told = {"id": "image.A", "envelope": {"license": "cc-by-nc-4.0"}}
    (folder / "tasks/image.A.json").write_text(json.dumps(told))


def no_configs(folder):
    card(folder, configs=None)


def glob_that_matches_nothing(folder):
    card(folder, configs=[config("image.A"), config("image.B", pattern="data/image.B/test-*.parquet")])  # fmt: skip
    shutil.rmtree(folder / "data/image.B")


def file_in_no_config(folder):
    table(folder / "data/image.C/open-00000-of-00001.parquet")


def two_formats(folder):
    (folder / "data/more").mkdir()
    (folder / "data/more/a.csv").write_text("a\n1\n")
    card(folder, configs=[*front()["configs"], config("more", pattern="data/more/*.csv")])  # fmt: skip


def hyphen_in_split_name(folder):
    card(folder, configs=[config("image.A", split="open-set"), config("image.B")])


def config_twice(folder):
    card(folder, configs=[*front()["configs"], config("Image.A", pattern="data/image.A/*.parquet")])  # fmt: skip


def two_defaults(folder):
    card(folder, configs=[config(n, default=True) for n in ("image.A", "image.B")])


def thirty_one_splits(folder):
    splits = [
        {"split": f"s{n}", "path": "data/image.B/open-*.parquet"} for n in range(31)
    ]
    card(folder, configs=[config("image.A"), {"config_name": "image.B", "data_files": splits}])  # fmt: skip


def film_without_tag(folder):
    features = {"image": {"_type": "Video"}, "question": {"dtype": "string", "_type": "Value"}}  # fmt: skip
    table(folder / "data/image.B/open-00000-of-00001.parquet", features=features)


def mesh_without_tag(folder):
    features = {"image": {"_type": "Mesh"}, "question": {"dtype": "string", "_type": "Value"}}  # fmt: skip
    table(folder / "data/image.B/open-00000-of-00001.parquet", features=features)


def wrong_size(folder):
    card(folder, size_categories=["100K<n<1M"])


def information_counts_other_rows(folder):
    info = {"config_name": "image.A", "splits": [{"name": "open", "num_examples": 4}]}
    card(folder, dataset_info=[info])


def information_has_other_columns(folder):
    features = [{"name": "image", "dtype": "image"}, {"name": "answer", "dtype": "string"}]  # fmt: skip
    card(folder, dataset_info=[{"config_name": "image.A", "features": features}])


def link_to_a_model(folder):
    card(folder, text='load_dataset("Org/Small")\nhttps://huggingface.co/Org/Small\n')


def film_that_loads_as_sound(folder):
    (folder / "films").mkdir()
    (folder / "films/a.webm").write_bytes(b"x")


def rules_for_single_files(folder):
    lines = [f"data/{n}.bin filter=lfs diff=lfs merge=lfs -text" for n in range(20)]
    (folder / ".gitattributes").write_text("\n".join(["*.parquet filter=lfs", *lines]))


def large_file_outside_lfs(folder):
    (folder / ".gitattributes").write_text("*.parquet filter=lfs diff=lfs -text\n")
    with (folder / "notes.txt").open("wb") as out:
        out.truncate((10 << 20) + 1)


def left_by_a_system(folder):
    (folder / "data/.DS_Store").write_bytes(b"x")


def left_by_an_editor(folder):
    (folder / "README.md~").write_text("x")


def script(folder):
    (folder / "open.py").write_text("")


def name_that_windows_refuses(folder):
    (folder / "aux.json").write_text("{}")


def link(folder):
    (folder / "LICENSE").symlink_to(folder / "README.md")


def broken_table(folder):
    (folder / "data/image.B/open-00000-of-00001.parquet").write_bytes(b"PAR1PAR1")
    card(folder, size_categories=None)


def shards_with_other_columns(folder):
    table(folder / "data/image.B/open-00001-of-00002.parquet", columns=("answer",))


def a_thousand_columns(folder):
    columns = [f"c{n}" for n in range(1001)]
    table(folder / "data/image.B/open-00000-of-00001.parquet", columns=columns)


def long_column_name(folder):
    table(folder / "data/image.B/open-00000-of-00001.parquet", columns=["c" * 501])


def no_page_index(folder):
    table(
        folder / "data/image.B/open-00000-of-00001.parquet",
        rows=5,
        write_page_index=False,
    )


def long_first_page(folder):
    # Words that no dictionary makes short.
    schema = pa.schema([("question", pa.string())])
    rows = [{"question": os.urandom(2000).hex()} for _ in range(100)]
    pq.write_table(
        pa.Table.from_pylist(rows, schema),
        folder / "data/image.B/open-00000-of-00001.parquet",
        write_page_index=True,
    )


def bytes_without_feature(folder):
    table(folder / "data/image.B/open-00000-of-00001.parquet", features={})


PLANTED = {
    no_card: "HUB101",
    card_in_another_encoding: "HUB101",
    no_front_matter: "HUB101",
    broken_yaml: "HUB102",
    front_matter_is_a_list: "HUB102",
    repeated_key: "HUB103",
    unknown_licence: "HUB104",
    unknown_task_category: "HUB104",
    unknown_size: "HUB104",
    language_by_name: "HUB104",
    gated_field_of_unknown_kind: "HUB104",
    licence_without_name: "HUB105",
    link_to_missing_licence: "HUB105",
    licence_that_a_task_forbids: "HUB106",
    no_configs: "HUB107",
    glob_that_matches_nothing: "HUB108",
    file_in_no_config: "HUB109",
    two_formats: "HUB110",
    thirty_one_splits: "HUB112",
    hyphen_in_split_name: "HUB113",
    config_twice: "HUB114",
    two_defaults: "HUB115",
    film_without_tag: "HUB116",
    mesh_without_tag: "HUB116",
    wrong_size: "HUB117",
    information_counts_other_rows: "HUB118",
    information_has_other_columns: "HUB118",
    link_to_a_model: "HUB119",
    film_that_loads_as_sound: "HUB125",
    rules_for_single_files: "HUB126",
    large_file_outside_lfs: "HUB127",
    left_by_a_system: "HUB128",
    left_by_an_editor: "HUB128",
    script: "HUB129",
    name_that_windows_refuses: "HUB130",
    link: "HUB133",
    broken_table: "HUB141",
    shards_with_other_columns: "HUB142",
    a_thousand_columns: "HUB143",
    long_column_name: "HUB144",
    no_page_index: "HUB146",
    long_first_page: "HUB147",
    bytes_without_feature: "HUB148",
}
ALONG = {
    # An unknown licence is in conflict with that of the tasks, too.
    "unknown_licence": {"HUB106"},
    # A size that is none is not the right one.
    "unknown_size": {"HUB117"},
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_and_nothing_else(plant, sound):
    plant(sound)

    more = found(sound) - ALONG.get(plant.__name__, set())
    assert more == {PLANTED[plant]}


# What would take too much room on a disk is told to the rules as facts.


def codes(*subjects):
    return {f.rule.code for f in finding.examine(subjects, preflight.RULES)}


@pytest.fixture
def one(sound):
    return repository(sound, "open")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([File(f"images/{n}.json", 1) for n in range(10_001)], "HUB121"),
        ([File(f"d{n % 99}/{n}/x.json", 1) for n in range(100_001)], "HUB122"),
        ([File("data/x.bin", 500 * 10**9 + 1)], "HUB123"),
        ([File("data/x.bin", 200 * 10**9 + 1)], "HUB124"),
        ([File("a.json", 1), File("A.json", 1)], "HUB130"),
        ([File(f"{n}.json", 9 << 20) for n in range(110)], "HUB131"),
        ([File(f"{n % 7}/{n // 7}.parquet", 9) for n in range(25_001)], "HUB131"),
    ],
)
def test_numbers_and_sizes_beyond_what_the_hub_takes_are_found(one, files, code):
    assert codes(replace(one, files=(*one.files, *files))) == {code}


def test_references_too_large_for_a_free_private_repository_are_found(one):
    large = (File("data/x.bin", 100 * 10**9 + 1),)

    assert codes(replace(one, tree="references", files=large)) == {"HUB132"}
    assert codes(replace(one, tree="open", files=large)) == set()


def test_more_configs_than_the_viewer_shows_are_found(one):
    split = Split("open", {"data/*": ("data/x.parquet",)})
    configs = tuple(Config(f"c{n}", (split,)) for n in range(4001))

    assert codes(replace(one, configs=configs, tables=())) == {"HUB111"}


def test_a_row_group_beyond_what_the_viewer_reads_is_found():
    footer = Footer(9, {"a": "string"}, {}, frozenset(), (Group(9, 300_000_001, indexed=True),), 9)  # fmt: skip

    assert codes(Table(Where("x.parquet"), footer)) == {"HUB145"}


def test_every_rule_has_a_fault_that_it_alone_finds():
    told = {*PLANTED.values(), "HUB111", "HUB121", "HUB122", "HUB123", "HUB124", "HUB131", "HUB132", "HUB145"}  # fmt: skip

    assert {r.code for r in preflight.RULES} == told


@pytest.mark.parametrize(
    ("data_files", "expected"),
    [
        ("data/image.A/open-*.parquet", 1),
        (["data/image.A/open-*.parquet", "data/image.B/*"], 2),
        ({"open": "data/image.A/open-*.parquet"}, 1),
        ([{"split": "open", "path": ["data/image.A/*", "data/image.B/*"]}], 2),
        ([{"split": "open", "path": "**/open-*.parquet"}], 2),
    ],
)
def test_all_forms_of_data_files_are_understood(sound, data_files, expected):
    card(sound, configs=[{"config_name": "image.A", "data_files": data_files}])

    (only,) = repository(sound, "open").configs
    assert len(only.files) == expected


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("a/*.x", ["a/1.x"]),
        ("a/**", ["a/1.x", "a/b/2.x"]),
        ("**/*.x", ["a/1.x", "a/b/2.x"]),
        ("./a/1.x", ["a/1.x"]),
        ("a/[!2].?", ["a/1.x"]),
        ("a/.h/*", ["a/.h/3.x"]),
        ("*.x", []),
        ("a/[z-a].x", []),
    ],
)
def test_patterns_mean_what_they_mean_to_datasets(pattern, fits):
    assert list(matching(pattern, ["a/1.x", "a/b/2.x", "a/.h/3.x"])) == fits


def test_each_tree_of_a_release_is_looked_at_on_its_own(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "close")
    no_configs(tmp_path / "close")

    report = preflight.examine(tmp_path)

    assert [t.name for t in report.tasks] == ["open", "close"]
    assert [(f.rule.code, f.path) for f in report.findings] == [
        ("HUB107", f"{tmp_path}/close/README.md")
    ]


def test_seven_hundred_configs_are_looked_at(sound):
    names = [f"image.T{n:03}" for n in range(700)]
    for name in names:
        shutil.copytree(sound / "data/image.A", sound / f"data/{name}")
    info = [{"config_name": n, "splits": [{"name": "open", "num_examples": 3}]} for n in names]  # fmt: skip
    card(
        sound,
        configs=[*front()["configs"], *map(config, names)],
        dataset_info=info,
        size_categories=["1K<n<10K"],
    )

    assert found(sound) == set()


def test_the_command_names_rule_and_file_and_exits_with_one(sound, capsys):
    unknown_licence(sound)

    assert app(["preflight", str(sound)], standalone_mode=False) == 1
    told = capsys.readouterr().out
    assert "HUB104 unknown-to-the-hub" in told
    assert "'CC BY 4.0' is none that the Hub knows" in told


def test_warnings_alone_exit_with_zero(sound, capsys):
    wrong_size(sound)

    assert found(sound, Severity.WARNING) == {"HUB117"}
    assert app(["preflight", str(sound)], standalone_mode=False) == 0
    assert app(["preflight", str(sound), "--fail-on", "warning"], standalone_mode=False) == 1  # fmt: skip


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(preflight.Unreadable, match="expected a release"):
        preflight.examine(tmp_path / "nothing")


def test_licences_of_tasks_are_those_that_the_hub_lists():
    from validators.licence import KNOWN

    assert set(schemas.document("card.json")["$defs"]["license"]["enum"]) == KNOWN
    assert {"cc0-1.0", "other"} < KNOWN


def places(value, at=()):
    """Yield the way to each value in a card."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, inner in items:
        yield from places(inner, (*at, key))


def put(value, at, new):
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = put(copy[at[0]], at[1:], new)
    return copy


@pytest.mark.parametrize("odd", [None, 5, "[x[", [], [1], [[]], {}, {"a": 1}, True], ids=str)  # fmt: skip
def test_no_value_at_any_place_of_a_card_breaks_a_rule(sound, odd):
    features = [{"name": "image", "dtype": "image"}, {"name": "question", "dtype": "string"}]  # fmt: skip
    splits = [{"name": "open", "num_examples": 3}]
    info = {"config_name": "image.A", "features": features, "splits": splits}
    whole = front(dataset_info=[info], extra_gated_fields={"Name": "text"})

    for at in places(whole):
        (sound / "README.md").write_text(f"---\n{yaml.safe_dump(put(whole, at, odd))}---\n")  # fmt: skip

        assert preflight.examine(sound).failures == (), at
