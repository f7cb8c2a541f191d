"""Each leak that is planted into a release is refused by name, and a clean one passes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import zipfile

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import releases
from PIL import Image

from curation import manifest
from curation.audit import audit
from curation.ledger import Entry, Side, uid

pytestmark = pytest.mark.slow

COUNT = 60
LABELS = ("Sparrow", "Heron", "Kestrel")


def answer(number):
    return f"The quick answer number {number} is told in these very words"


def _texts(root):
    data = [
        {
            "id": f"q{i}",
            "input": {"question": f"What happens after event {i}?"},
            "output": {"answer": answer(i), "score": 700_000_000 + i},
        }
        for i in range(COUNT)
    ]
    releases.write_task(
        root, "NLP/Events", {"family": "text/generic", "task": "Events", "data": data}
    )


def _birds(root):
    folder = root / "tasks/Image/comprehension/Birds"
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(1)
    data = []
    for i in range(COUNT):
        pixels = random.integers(0, 255, (40, 40, 3), np.uint8)
        picture = Image.fromarray(pixels).resize((80, 80))
        picture.save(folder / f"images/{i:03}.png")
        data.append(
            {
                "id": f"b{i}",
                "input": {
                    "image_file": f"images/{i:03}.png",
                    "question": "Which bird?",
                },
                "output": {"label": LABELS[random.integers(3)]},
            }
        )
    document = {"family": "image/classification", "task": "Birds", "data": data}
    (folder / "annotation.json").write_text(json.dumps(document))


def _denoising(root):
    folder = root / "tasks/Image/generation/Denoising"
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(2)
    data = []
    for i in range(12):
        for name in ("noisy", "clean"):
            pixels = random.integers(0, 255, (30, 30, 3), np.uint8)
            Image.fromarray(pixels).resize((90, 90)).save(
                folder / f"images/{name}{i}.png"
            )
        data.append(
            {
                "id": f"d{i}",
                "input": {"image_file": f"images/noisy{i}.png", "prompt": "Clean it."},
                "output": {"image_file": f"images/clean{i}.png"},
            }
        )
    document = {"family": "image/image-to-image", "task": "Denoising", "data": data}
    (folder / "annotation.json").write_text(json.dumps(document))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A benchmark and a clean release of it, and one with its names kept."""
    home = tmp_path_factory.mktemp("audit")
    root, file = releases.bench(home)
    _texts(root)
    _birds(root)
    _denoising(root)
    releases.place(root)
    return (
        root,
        releases.release(root, file, home / "out"),
        releases.release(root, file, home / "kept", neutral=False),
    )


@pytest.fixture
def release(made, tmp_path):
    return shutil.copytree(made[1], tmp_path / "out")


def codes(release, **wanted):
    report = audit(release, jobs=1, **wanted)
    assert report.failures == ()
    return {f.rule.code for f in report.errors}


def sealed(release):
    """Make the manifests again, as if the release had been written like this."""
    told = orjson.loads((release / "release.json").read_bytes())
    for tree in ("open", "close"):
        before = manifest.read(release / tree)
        now = manifest.Manifest(
            before.tree, before.version, before.canary, manifest.listed(release / tree)
        )
        (release / tree / manifest.FILE).write_bytes(now.told())
        told["trees"][tree] = manifest.digest(release / tree / manifest.FILE)
    (release / "release.json").write_bytes(orjson.dumps(told))
    return release


def table(release, task="text.Events", tree="close"):
    (file,) = (release / tree / "data" / task).iterdir()
    return file, pq.read_table(file)


def hidden(release, task="text.Events"):
    """Return the hidden references of a task by id."""
    rows = releases.rows(release / "references", task)
    return {r["id"]: orjson.loads(r["reference"])["values"]["/output"] for r in rows}


def edit(release, task, cells, tree="close"):
    """Change the rows of a task by a function of row and hidden reference."""
    file, found = table(release, task, tree)
    known = hidden(release, task)
    rows = [cells(dict(row), known.get(row["id"], {})) for row in found.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, found.schema), file)
    return sealed(release)


def test_a_clean_release_has_no_finding(made):
    report = audit(made[1], jobs=1)

    assert [str(f) for f in report.findings] == []
    assert report.failures == ()


def test_a_clean_archive_has_no_finding(made, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", made[1])

    assert codes(tmp_path / packed.rpartition("/")[2]) == set()


def test_no_answer_is_quoted(release):
    known = hidden(release)
    first = next(iter(known.values()))["answer"]
    (release / "close/README.md").write_text(first)

    report = audit(sealed(release), jobs=1)

    assert first not in " ".join(f.detail for f in report.findings)
    assert {f.rule.code for f in report.errors} == {"LEK103"}


@pytest.mark.parametrize(
    "place",
    [
        "close/README.md",
        "close/CHANGELOG.md",
        "open/README.md",
        "release.json",
        "close/tasks/text.Events.json",
    ],
)
@pytest.mark.parametrize("what", ["answer", "score"])
def test_an_answer_in_a_file_beside_the_rows_is_refused(release, place, what):
    value = next(iter(hidden(release).values()))[what]
    file = release / place
    if file.suffix == ".json":
        told = orjson.loads(file.read_bytes())
        told["canary"] = f"{told['canary']} {value}"
        file.write_bytes(orjson.dumps(told))
    else:
        file.write_text(f"{file.read_text()}\nSee: {str(value).upper()}!\n")

    assert "LEK103" in codes(sealed(release))


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.upper().replace(" ", "\n "),
        lambda text: base64.b64encode(b"ab" + text.encode()).decode(),
        lambda text: text.encode().hex(),
    ],
)
def test_an_answer_written_otherwise_is_refused(release, written):
    value = next(iter(hidden(release).values()))["answer"]
    (release / "close/README.md").write_text(f"x {written(value)} y")

    assert codes(sealed(release)) == {"LEK103"}


def _zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.bin", data)
    return out.getvalue()


@pytest.mark.parametrize(
    "packed", [bytes, gzip.compress, _zipped, lambda d: _zipped(gzip.compress(d))]
)
def test_a_copied_file_of_a_reference_is_refused(release, packed):
    row = releases.rows(release / "references", "image.generation.Denoising")[0]
    (release / "close/data/copy.bin").write_bytes(packed(row["media"][0]["bytes"]))

    # The manifest tells the digest of a file that is copied as it is.
    assert codes(sealed(release)) - {"LEK103"} == {"LEK102", "LEK104"}


def test_a_reference_encoded_anew_in_its_question_is_refused(release):
    known = {
        r["id"]: r["media"][0]["bytes"]
        for r in releases.rows(release / "references", "image.generation.Denoising")
    }

    def cells(row, _):
        out = io.BytesIO()
        Image.open(io.BytesIO(known[row["id"]])).save(out, "bmp")
        return row | {
            "input_image_file": {
                "bytes": out.getvalue(),
                "path": row["input_image_file"]["path"],
            }
        }

    assert "LEK104" in codes(edit(release, "image.generation.Denoising", cells))


def test_a_column_that_was_forgotten_is_refused(release):
    file, found = table(release)
    known = hidden(release)
    column = [known[i]["answer"] for i in found["id"].to_pylist()]
    pq.write_table(found.append_column("output_answer", pa.array(column)), file)

    assert codes(sealed(release)) == {"LEK102", "LEK106"}


def test_a_column_of_labels_is_refused(release):
    task = "image.comprehension.Birds"
    file, found = table(release, task)
    known = hidden(release, task)
    column = [known[i]["label"] for i in found["id"].to_pylist()]
    pq.write_table(found.append_column("note", pa.array(column)), file)

    assert codes(sealed(release)) == {"LEK102", "LEK105"}


def test_answers_in_questions_are_refused(release):
    def cells(row, reference):
        return row | {
            "input_question": f"{row['input_question']} Hint: {reference['answer']}"
        }

    assert codes(edit(release, "text.Events", cells)) == {"LEK106"}


def test_answers_in_names_are_refused(release):
    def cells(row, reference):
        media = row["input_image_file"]
        name = f"{media['path'][:8]}_{reference['label'].lower()}.png"
        return row | {"input_image_file": media | {"path": name}}

    assert "LEK105" in codes(edit(release, "image.comprehension.Birds", cells))


def test_answers_in_ids_are_refused(release):
    task = "image.comprehension.Birds"

    def cells(row, reference):
        return row | {"id": f"{row['id'][:-1]}{LABELS.index(reference['label'])}"}

    file, found = table(release, task)
    known = hidden(release, task)
    rows = sorted(found.to_pylist(), key=lambda r: known[r["id"]]["label"])
    pq.write_table(pa.Table.from_pylist(rows, found.schema), file)

    assert codes(sealed(release)) == {"LEK111"}


def test_answers_in_exif_are_refused(release):
    def cells(row, reference):
        picture = Image.open(io.BytesIO(row["input_image_file"]["bytes"]))
        exif = picture.getexif()
        exif[0x010E] = reference["label"]
        out = io.BytesIO()
        picture.save(out, "png", exif=exif)
        return row | {
            "input_image_file": row["input_image_file"] | {"bytes": out.getvalue()}
        }

    assert codes(edit(release, "image.comprehension.Birds", cells)) == {"LEK105"}


def test_a_footer_that_tells_is_refused(release):
    file, found = table(release)
    value = next(iter(hidden(release).values()))["answer"]
    pq.write_table(
        found.replace_schema_metadata(
            {**found.schema.metadata, b"note": value.encode()}
        ),
        file,
    )

    assert codes(sealed(release)) == {"LEK102", "LEK103"}


def test_a_cached_statistic_is_refused(release):
    file, found = table(release)
    data = file.read_bytes()
    least = min(found["input_question"].to_pylist()).encode()
    assert data.count(least) > 1
    end = data.rindex(least)
    file.write_bytes(
        data[:end] + b"Heron".ljust(len(least), b"!") + data[end + len(least) :]
    )

    assert codes(sealed(release)) == {"LEK114"}


def test_a_list_of_ids_and_answers_is_refused(release):
    known = hidden(release, "image.comprehension.Birds")
    lines = "\n".join(f"{i},{r['label']}" for i, r in known.items())
    (release / "close/README.md").write_text(lines)

    assert codes(sealed(release)) == {"LEK105"}


def test_a_nonce_is_refused(release):
    row = releases.rows(release / "references", "text.Events")[0]
    (release / "close/README.md").write_text(row["nonce"])

    assert codes(sealed(release)) == {"LEK110"}


def test_kept_names_are_refused(made):
    assert {"LEK109"} <= codes(made[2])


def test_a_changed_file_is_refused(release):
    (release / "close/README.md").write_text("changed")

    assert codes(release) == {"LEK115"}


def test_references_within_a_public_tree_are_refused(release):
    shutil.copytree(release / "references", release / "close/references")

    assert {"LEK102", "LEK104", "LEK110"} <= codes(sealed(release))


def test_a_question_of_both_sides_is_refused(release):
    _, opened = table(release, tree="open")
    first = opened.to_pylist()[0]["input_question"]
    rows = iter([first.upper() + " "])

    def cells(row, _):
        return row | {"input_question": next(rows, row["input_question"])}

    assert codes(edit(release, "text.Events", cells)) == {"SPL003"}


def test_a_picture_of_both_sides_is_refused(release):
    task = "image.comprehension.Birds"
    _, opened = table(release, task, "open")
    first = opened.to_pylist()[0]["input_image_file"]["bytes"]
    pictures = iter([first, _smaller(first)])

    def cells(row, _):
        media = row["input_image_file"]
        return row | {
            "input_image_file": media | {"bytes": next(pictures, media["bytes"])}
        }

    assert codes(edit(release, task, cells)) == {"SPL001", "SPL002"}


def _smaller(raw):
    out = io.BytesIO()
    Image.open(io.BytesIO(raw)).resize((72, 72)).save(out, "png")
    return out.getvalue()


def test_a_sample_that_was_open_once_is_refused(release, tmp_path):
    from curation import ledger

    file = tmp_path / "ledger.jsonl"
    ledger.append(
        file, [Entry(uid("text.Events", "q1"), "text.Events", Side.OPEN, "0.9.0")]
    )

    assert codes(release, ledger=file) == {"SPL004"}


def test_without_references_it_says_what_it_did_not_do(release):
    shutil.rmtree(release / "references")

    report = audit(release, jobs=1)

    assert [f.rule.code for f in report.findings] == ["LEK117"]


def test_the_tasks_are_references_for_a_foreign_folder(made, tmp_path):
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "test.csv").write_text(f"1,{answer(3)}")

    assert codes(folder, references=made[0] / "tasks") == {"LEK103"}


def test_digests_of_reference_files_are_refused(release):
    row = releases.rows(release / "references", "image.generation.Denoising")[0]
    told = hashlib.sha256(row["media"][0]["bytes"]).hexdigest()
    (release / "close/README.md").write_text(told)

    assert codes(sealed(release)) == {"LEK103"}


def test_a_parquet_file_that_cannot_be_read_is_told(release):
    file, _ = table(release)
    file.write_bytes(b"PAR1 nothing PAR1")

    report = audit(sealed(release), jobs=1)

    assert report.failures == ()
    assert "LEK116" in {f.rule.code for f in report.findings}


def test_the_command_tells_by_its_exit_code(made, release, tmp_path):
    from click.testing import CliRunner

    from curation.commands.audit import command

    def run(*arguments):
        found = CliRunner().invoke(
            command, [str(a) for a in arguments], standalone_mode=False
        )
        return (
            found.return_value if found.exception is None else found.exception.exit_code
        )

    (release / "close/README.md").write_text("changed")

    assert run(made[1], "--jobs", 1) == 0
    assert run(release, "--format", "json") == 1
    assert run(release, "--ignore", "LEK115") == 0
    assert run(tmp_path / "missing") == 2
    assert run(made[1], "--references", tmp_path / "missing") == 2
    assert run(made[1], "--select", "XYZ") == 2
