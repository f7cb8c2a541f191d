"""A configuration is found, read and checked, and says which findings are kept."""

from __future__ import annotations

from dataclasses import fields

import pytest

import schemas
from curation import configuration
from curation.configuration import (
    Misconfigured,
    check_codes,
    find,
    kept,
    limits_known,
    load,
)
from curation.finding import Finding, Severity, rule
from curation.model import Where
from curation.settings import Limits, Settings

CODES = ("IMG001", "IMG002", "LIC001", "STR016")


def written(tmp_path, text, name="curate.toml"):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def refused(tmp_path, text, name="curate.toml"):
    file = written(tmp_path, text, name)
    with pytest.raises(Misconfigured) as caught:
        load(file, CODES)
    return str(caught.value).replace(str(file), name)


# Where it is found.


def test_a_configuration_holds_for_the_folders_below_it(tmp_path):
    file = written(tmp_path, "")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)

    assert find(inner) == file


def test_the_nearest_configuration_holds(tmp_path):
    written(tmp_path, "")
    (tmp_path / "a").mkdir()
    nearer = written(tmp_path / "a", "")

    assert find(tmp_path / "a") == nearer


def test_a_project_without_our_table_is_passed_over(tmp_path):
    file = written(tmp_path, "")
    (tmp_path / "a").mkdir()
    written(tmp_path / "a", "[tool.ruff]\n", "pyproject.toml")

    assert find(tmp_path / "a") == file


def test_our_own_file_comes_before_the_project(tmp_path):
    written(tmp_path, "[tool.curate]\n", "pyproject.toml")
    assert find(tmp_path) == tmp_path / "pyproject.toml"

    assert find(tmp_path) != written(tmp_path, "") == find(tmp_path)


def test_a_folder_of_that_name_is_no_configuration(tmp_path):
    (tmp_path / "curate.toml").mkdir()

    assert find(tmp_path) is None


# What it may hold.


def test_an_empty_configuration_changes_nothing(tmp_path):
    assert load(written(tmp_path, ""), CODES) == Settings()


WHOLE = """
select = ["IMG", "LIC001"]
ignore = ["IMG002"]
min-samples = 20
video_backend = "decord"

[severities]
IMG = "note"

[per-path-ignores]
"*/Old-Task/images/*" = ["IMG"]

[limits]
pixels = 1000
wall-seconds = 2.5
"""
READ = Settings(
    select=("IMG", "LIC001"),
    ignore=("IMG002",),
    severities={"IMG": "note"},
    per_path_ignores={"*/Old-Task/images/*": ("IMG",)},
    min_samples=20,
    video_backend="decord",
    limits=Limits(pixels=1000, wall_seconds=2.5),
)


def test_all_that_may_be_set_is_read(tmp_path):
    assert load(written(tmp_path, WHOLE), CODES) == READ


def test_a_project_may_hold_the_same(tmp_path):
    text = WHOLE.replace("[", "[tool.curate.").replace('[tool.curate."', '["')
    text = "[tool.curate]" + text

    assert load(written(tmp_path, text, "pyproject.toml"), CODES) == READ


def test_the_schema_knows_every_setting_and_every_limit():
    known = schemas.document("config.json")["properties"]

    assert set(known) == {f.name for f in fields(Settings)}
    assert set(known["limits"]["properties"]) == {f.name for f in fields(Limits)}
    assert limits_known() == tuple(f.name for f in fields(Limits))


def test_the_example_of_the_schema_fits_it():
    (example,) = schemas.document("config.json")["examples"]

    assert list(schemas.exact_validator("config.json").iter_errors(example)) == []


# What is refused.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "min_sample = 3",
            "curate.toml: unknown key 'min_sample'; did you mean 'min_samples'?",
        ),
        ("colour = 3", "curate.toml: unknown key 'colour'"),
        (
            "[limits]\npixel = 3",
            "curate.toml: limits: unknown key 'pixel'; did you mean 'pixels'?",
        ),
        (
            "min_samples = -1",
            "curate.toml: min_samples: -1 is less than the minimum of 0",
        ),
        (
            "min_samples = true",
            "curate.toml: min_samples: True is not of type 'integer'",
        ),
        ("select = 'IMG'", "curate.toml: select: 'IMG' is not of type 'array'"),
        (
            "video_backend = 'vlc'",
            "curate.toml: video_backend: 'vlc' is not one of ['pyav', 'decord']",
        ),
        (
            "[severities]\nIMG = 'bad'",
            "curate.toml: severities.IMG: 'bad' is not one of ['error', 'warning', 'note']",
        ),
        ("limits = 3", "curate.toml: limits: 3 is not of type 'object'"),
        (
            "select = ['IMG9']",
            "curate.toml: no rule has the code 'IMG9'; did you mean 'IMG002'?",
        ),
        ("ignore = ['NIX']", "curate.toml: no rule has the code 'NIX'"),
        ("[severities]\nimg = 'note'", "curate.toml: no rule has the code 'img'"),
        (
            "[per_path_ignores]\n'a/*' = ['XYZ']",
            "curate.toml: no rule has the code 'XYZ'",
        ),
    ],
)
def test_a_setting_that_is_unknown_or_does_not_fit_is_named(tmp_path, text, message):
    assert refused(tmp_path, text) == message


def test_broken_toml_is_named_with_line_and_column(tmp_path):
    assert refused(tmp_path, "select = [\n'a'").startswith("curate.toml: ")
    assert "line 2" in refused(tmp_path, "a = 1\nb = = 2")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    file = tmp_path / "curate.toml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(Misconfigured, match=r"curate\.toml: "):
        load(file, CODES)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Misconfigured, match="No such file"):
        load(tmp_path / "curate.toml", CODES)


@pytest.mark.parametrize(
    "text", ["", "[tool]\n", "tool = 3", "[tool]\ncurate = 3", "[[tool]]\na = 1"]
)
def test_a_project_without_our_table_cannot_be_loaded(tmp_path, text):
    assert (
        refused(tmp_path, text, "pyproject.toml")
        == "pyproject.toml: has no table [tool.curate]"
    )


@pytest.mark.parametrize("code", ["", "XYZ", "IMG0011"])
def test_a_code_given_on_the_command_line_is_checked_too(code):
    with pytest.raises(Misconfigured, match="--select: no rule has the code"):
        check_codes(Settings(select=(code,)), CODES, "--select")


# What is kept.


@rule("IMG001", Severity.WARNING)
def seen(subject: Where):
    """Something is seen.

    Why: x.
    Fix: x.
    """
    yield subject, "seen"


@rule("STR016")
def told(subject: Where):
    """Something is told.

    Why: x.
    Fix: x.
    """
    yield subject, "told"


def finding(made=seen, path="images/a.png", task="some/Old-Task"):
    return Finding(made, Where(path), "x", task, made.severity)


def remaining(*findings, **settings):
    chosen, left_out = kept(findings, Settings(**settings))
    return [f"{f.rule.code} {f.severity}" for f in chosen], left_out


BOTH = (finding(), finding(told))


@pytest.mark.parametrize(
    ("settings", "result"),
    [
        ({}, (["IMG001 warning", "STR016 error"], 0)),
        ({"select": ("IMG",)}, (["IMG001 warning"], 1)),
        ({"select": ("IMG001", "STR")}, (["IMG001 warning", "STR016 error"], 0)),
        ({"ignore": ("STR0",)}, (["IMG001 warning"], 1)),
        ({"select": ("IMG",), "ignore": ("IMG001",)}, ([], 2)),
        ({"severities": {"IMG": "note"}}, (["IMG001 note", "STR016 error"], 0)),
        (
            {"severities": {"IMG": "note", "IMG001": "error"}},
            (["IMG001 error", "STR016 error"], 0),
        ),
        (
            {"severities": {"I": "error", "STR016": "note", "ST": "warning"}},
            (["IMG001 error", "STR016 note"], 0),
        ),
    ],
)
def test_findings_are_kept_by_code_and_weighed_by_the_longest_prefix(settings, result):
    assert remaining(*BOTH, **settings) == result


@pytest.mark.parametrize(
    ("pattern", "ignored"),
    [
        ("some/Old-Task/images/a.png", True),
        ("some/Old-Task", True),
        ("some/Old-Task/", True),
        ("Old-Task", True),
        ("*/Old-Task/images/*", True),
        ("images/*.png", True),
        ("a.png", True),
        ("*.png", True),
        ("Old", False),
        ("old-task", False),
        ("Old-Task/masks/*", False),
        ("*.jpg", False),
        ("me/Old-Task", False),
    ],
)
def test_a_pattern_is_of_a_path_a_folder_or_the_end_of_one(pattern, ignored):
    chosen, left_out = remaining(finding(), per_path_ignores={pattern: ("IMG",)})

    assert (chosen == [], left_out == 1) == (ignored, ignored)


def test_only_the_codes_of_a_pattern_are_ignored_there():
    assert remaining(*BOTH, per_path_ignores={"Old-Task": ("STR",)}) == (
        ["IMG001 warning"],
        1,
    )


def test_a_finding_of_the_task_itself_matches_the_tasks_path():
    whole = finding(told, path="")

    assert remaining(whole, per_path_ignores={"Old-Task": ("STR",)}) == ([], 1)


def test_the_name_of_the_file_is_known():
    assert configuration.FILE == "curate.toml"
