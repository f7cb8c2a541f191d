"""Published data sets as input: the real command and client, against a local hub."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import releases
from hubs import LOOPBACK, READER, STRANGER, files_of, put, served

import schemas
from curation.finding import Finding, Report, Severity
from curation.ledger import Side
from curation.model import Where
from curation.published import Address, address
from curation.published.withheld import without

SUMS, MORE = "text.Sums", "text.More"
RUN = """
import contextlib, io, json, sys
from curation.cli import main

told = {}
for name, arguments in json.loads(sys.argv[1]).items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as stop:
            told[name] = stop.code, out.getvalue(), err.getvalue()
print(json.dumps(told))
"""
SECRET = "because nobody ever thought of it before"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    root, file = releases.bench(folder)
    releases.texts(root, count=12)
    releases.texts(root, "NLP/More", count=4)
    data = [
        {
            "id": f"i{n}",
            "input": {"question": f"Why {n}?"},
            "output": {"answer": SECRET},
        }
        for n in range(2)
    ]
    why = {"family": "text/open-qa", "task": "Why", "data": data}
    releases.write_task(root, "NLP/Why", why)
    half = lambda task, name, number: Side.OPEN if number % 2 else Side.CLOSE  # noqa: E731
    releases.place(root, side=half)
    return releases.release(root, file, folder / "out")


@pytest.fixture(scope="module")
def hub(tmp_path_factory, release):
    with served(tmp_path_factory.mktemp("hub"), threshold=1 << 20) as hub:
        yield hub


@pytest.fixture(scope="module")
def published(hub, release):
    """Publish the trees, one changed after it was tagged, and a task as it is."""
    trees = {name: files_of(release / name) for name in ("open", "close", "references")}
    put(hub.hub, "org/open", trees["open"], "v1")
    put(hub.hub, "org/again", trees["open"])
    put(hub.hub, "org/open", {"tasks/text.More.json": b"{}"})
    put(hub.hub, "org/close", trees["close"], "v1")
    put(hub.hub, "org/references", trees["references"], "v1", private=True)
    put(
        hub.hub, "org/half", {k: v for k, v in trees["open"].items() if "More" not in k}
    )
    task = {
        "family": "text/open-qa",
        "task": "Why",
        "data": [{"id": "a", "input": {"question": ""}, "output": {"answer": "b"}}],
    }
    native = {"NLP/Why/annotation.json": json.dumps(task, indent=1).encode()}
    put(hub.hub, "org/native", native | {"Other/large.bin": bytes(1 << 21)})
    put(hub.hub, "org/gated", native)
    gated = hub.hub.find("org", "gated")
    gated.set(replace(gated.settings, gated="auto"))
    gated.close()
    return hub


def told(hub, commands, **options):
    """Run commands with one real client, and return code, output and errors of each."""
    return json.loads(hub.run(RUN, json.dumps(commands), **options))


@pytest.fixture(scope="module")
def runs(published, release, tmp_path_factory):
    """What commands do without any token."""
    out = str(tmp_path_factory.mktemp("restored"))
    at = "hf://datasets/org"
    commands = {
        "open": ["validate", f"{at}/open@v1", "--format", "json"],
        "part": ["validate", f"{at}/again/NLP/Sums"],
        "native": ["validate", f"{at}/native/NLP"],
        "close": ["validate", f"{at}/close/data/{SUMS}"],
        "restore": ["restore", f"{at}/open@v1", f"{out}/open", "--task", MORE],
        "unknown": ["restore", f"{at}/open@v1", f"{out}/x", "--task", "text.Most"],
        "audit": [
            "audit", f"{at}/close@v1", "--references", str(release / "references"),
        ],
        "changed": ["validate", f"{at}/open"],
        "missing file": ["validate", f"{at}/half"],
        "missing": ["validate", f"{at}/nothing"],
        "private": ["validate", f"{at}/references"],
        "gated": ["validate", f"{at}/gated"],
        "revision": ["validate", f"{at}/open@v9"],
        "path": ["validate", f"{at}/native/Image"],
        "task": ["validate", f"{at}/again/Image"],
        "form": ["validate", "hf://models/org/open"],
    }  # fmt: skip
    before = len(published.watch.asked)
    found = told(published, commands, token=None)
    return found, published.watch.asked[before:], out


pytestmark = [pytest.mark.allow_hosts(LOOPBACK), pytest.mark.slow]


def test_a_published_open_set_is_validated_under_its_own_name(runs):
    code, out, _ = runs[0]["open"]
    report = json.loads(out)

    assert code == 0
    assert sorted(task["path"] for task in report["tasks"]) == [
        f"hf://datasets/org/open@v1/nlp/{name}" for name in ("More", "Sums", "Why")
    ]
    assert sum(task["samples"] for task in report["tasks"]) == 9


def test_one_task_is_validated_without_fetching_the_others(runs):
    code, out, _ = runs[0]["part"]
    asked = [one for one in runs[1] if "/org/again/resolve/" in one and "/data/" in one]

    assert code == 0
    assert "hf://datasets/org/again/nlp/Sums" in out
    assert asked
    assert [one for one in asked if f"/data/{SUMS}/" not in one] == []


def test_a_task_that_was_published_as_it_is_is_validated_with_its_lines(runs):
    code, out, _ = runs[0]["native"]

    assert code == 1
    assert "hf://datasets/org/native/NLP/Why" in out
    assert "annotation.json:8:17#/data/0/input/question" in out
    assert [one for one in runs[1] if "large.bin" in one] == []


def test_a_close_set_has_no_answers_and_that_is_no_fault(runs):
    code, out, err = runs[0]["close"]

    assert code == 0
    assert "It is a Close set" in err
    assert "SCH001" not in out
    assert "1 task, 6 samples" in out


def test_what_else_is_missing_in_a_close_set_is_a_fault():
    from validators.schema import missing_field

    family = schemas.family("text/open-qa")

    def finding(detail, sample="q1"):
        where = Where("annotation.json")
        return Finding(missing_field, where, detail, "t", Severity.ERROR, sample)

    faults = [
        finding("'input' is missing"),
        finding("'output' or 'input' is missing"),
        finding("'output' is missing", None),
    ]
    told = Report((*faults, finding("'output' is missing")), (), {})

    assert without(told, {"t": family}).findings == tuple(faults)
    assert without(told, {}) == told


def test_a_task_is_restored(runs, release, tmp_path):
    code, out, _ = runs[0]["restore"]
    from curation import restore

    restore.restore(release / "open", tmp_path, [MORE])
    place = "nlp/More/annotation.json"

    assert (code, out.strip()) == (0, f"{runs[2]}/open/nlp/More: 2 samples")
    with open(f"{runs[2]}/open/{place}", "rb") as restored:
        assert restored.read() == (tmp_path / place).read_bytes()


def test_a_published_close_set_is_audited_under_its_own_name(runs):
    code, out, _ = runs[0]["audit"]

    assert code == 0, out
    assert out.startswith("hf://datasets/org/close@v1")
    assert "8 samples" in out or "9 samples" in out


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("unknown", "org/open@v1: 'text.Most' is no task of it"),
        ("changed", "tasks/text.More.json is not what manifest.json says"),
        ("missing file", "org/half: there is no data/text.More/"),
        ("missing", "no such data set, or it is private and no token is set"),
        ("private", "no such data set, or it is private and no token is set"),
        ("gated", "must be let in; ask at http://127.0.0.1:"),
        ("revision", "has no branch, tag or commit 'v9'"),
        ("path", "there is nothing at 'Image'"),
        ("task", "no task is at 'Image'; its tasks are text.More, text.Sums, text.Why"),
        ("form", "names no data set; expected hf://datasets/OWNER/NAME"),
    ],
)
def test_what_cannot_be_had_is_said_with_the_reason(runs, name, expected):
    code, out, err = runs[0][name]

    assert (code, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err


def test_nothing_is_left_beside_the_cache(runs, published):
    assert [
        path.name for path in published.home.iterdir() if "curate" in path.name
    ] == []


@pytest.fixture(scope="module")
def with_token(published, release):
    """What commands do with a token that may read what is private."""
    commands = {
        "whole": [
            "audit", "hf://datasets/org/close@v1",
            "--references", "hf://datasets/org/references",
        ],
        "references": ["validate", "hf://datasets/org/references"],
    }  # fmt: skip
    return told(published, commands, token=READER.token)


def test_references_may_lie_on_the_hub_too(with_token):
    code, out, err = with_token["whole"]

    assert code == 0, out
    assert "were not searched" not in out
    assert READER.token not in out + err


def test_references_are_no_tasks(with_token):
    code, _, err = with_token["references"]

    assert code == 2
    assert "holds hidden references, which are no tasks" in err


def test_a_token_without_a_right_or_of_nobody_is_named_but_not_shown(published):
    for token, expected in (
        (STRANGER.token, "may not read it"),
        ("hf_no", "is not valid"),
    ):
        command = {"x": ["validate", "hf://datasets/org/references"]}
        code, out, err = told(published, command, token=token)["x"]
        assert (code, out) == (2, "")
        assert expected in err
        assert token not in err


def test_without_a_network_what_was_fetched_is_enough(runs, published):
    at = "hf://datasets/org"
    commands = {
        "open": ["validate", f"{at}/open@v1"],
        "native": ["validate", f"{at}/native/NLP"],
        "never": ["validate", f"{at}/half"],
    }
    before = len(published.watch.asked)
    found = told(published, commands, token=None, more={"HF_HUB_OFFLINE": "1"})

    assert published.watch.asked[before:] == []
    assert [found[name][0] for name in commands] == [0, 1, 2]
    assert "only files that were fetched before are known" in found["native"][2]
    assert "HF_HUB_OFFLINE is set, and not all of it" in found["never"][2]


def test_a_hub_that_does_not_answer_is_named(published):
    command = {"x": ["validate", "hf://datasets/org/open@v1"]}
    more = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    code, _, err = told(published, command, more=more)["x"]

    assert code == 2
    assert "http://127.0.0.1:9 cannot be reached" in err


def test_what_was_ever_pushed_is_searched(published, release):
    leak = {"notes.txt": SECRET.encode()}
    put(published.hub, "org/past", {"README.md": b"Nothing here."})
    command = {
        "x": [
            "audit", str(release / "close"),
            "--references", str(release / "references"),
            "--history", "hf://datasets/org/past",
        ]
    }  # fmt: skip
    repository = published.hub.find("org", "past")
    repository.refs.create("refs/pr/1", repository.refs.commit_of("main"))
    repository.close()
    _propose(published.hub, leak)

    code, out, _ = told(published, command)["x"]

    assert code == 1
    assert {line.split()[1] for line in out.splitlines() if " error " in line} == {
        "LEK103"
    }
    assert "notes.txt" in out
    assert SECRET not in out


def _propose(hub, files):
    from curation.hub import changes

    repository = hub.find("org", "past")
    told_of = [("file", {"path": p, "content": d.decode()}) for p, d in files.items()]
    asked = changes.Changes("more", "", None, tuple(told_of))
    changes.apply(repository, "refs/pr/1", asked, "stranger")
    repository.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hf://datasets/a/b", Address("a/b")),
        ("hf://datasets/a/b@v1.0", Address("a/b", "v1.0")),
        ("hf://datasets/a/b@v1.0/c/d.zip", Address("a/b", "v1.0", "c/d.zip")),
        ("hf://datasets/a/b/c@d/", Address("a/b", None, "c@d")),
        ("hf://datasets/a/b@refs/pr/1/c", Address("a/b", "refs/pr/1", "c")),
        ("hf://datasets/a/b@refs%2Fpr%2F1/c", Address("a/b", "refs/pr/1", "c")),
    ],
)
def test_an_address_is_read(text, expected):
    assert address.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["hf://a/b", "hf://datasets/a", "hf://datasets/a/b/../c", "hf://spaces/a/b"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r"names no data set|leads out"):
        address.parse(text)
