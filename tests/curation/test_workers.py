"""A file that kills, hangs or bloats its worker is named, and costs no other file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

import curation
from curation.bounded import bounded
from curation.settings import Limits
from curation.workers import Batch, Job, LocalPool, batched, decode_batch

LIMITS = Limits(wall_seconds=2, cpu_seconds=2)


def misbehave(batch, mark):
    """Stand in for the decoders: each job's path says what it does to its process."""
    found = []
    for index, job in enumerate(batch.jobs):
        mark(index)
        match job.path:
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(7)
            case "raise":
                raise ZeroDivisionError
        found.append({"type": "Fine", "name": job.path})
    return found


def run(names, work=misbehave, limits=LIMITS):
    jobs = tuple(Job(name, "image") for name in names)
    results = LocalPool(2, limits, work).run(batched(jobs, limits, {}))
    return {job.path: facts.get("detail", "fine") for job, facts in results}


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("segfault", "the decoder's process ended with SIGSEGV"),
        ("killed", "the decoder's process ended with SIGKILL"),
        ("exit", "the decoder's process ended with exit code 7"),
        ("raise", "ZeroDivisionError: "),
    ],
)
def test_a_file_that_ends_its_worker_is_named_and_all_others_are_read(deed, told):
    names = [f"{i}" for i in range(70)]
    names[50] = deed

    found = run(names)

    assert found == dict.fromkeys(names, "fine") | {deed: told}


def test_several_such_files_in_one_batch_are_all_named():
    names = ["a", "segfault", "b", "killed", "c"]

    assert [v for v in run(names).values() if v != "fine"] == [
        "the decoder's process ended with SIGSEGV",
        "the decoder's process ended with SIGKILL",
    ]


def fifo_reader(batch, mark):
    """Hang in a system call, as a decoder might, inside the bounds of each file."""
    found = []
    for index, job in enumerate(batch.jobs):
        mark(index)
        with bounded(batch.limits):
            if job.path == "sleep":
                time.sleep(60)
            while job.path == "spin":
                pass
        found.append({"type": "Fine"})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["sleep", "spin"])
def test_a_file_that_hangs_is_ended_at_its_limit(deed):
    found = run(["a", deed, "b"], fifo_reader)

    assert found["a"] == found["b"] == "fine"
    assert found[deed].startswith("decoding took longer")


def bloat(batch, mark):
    mark(0)
    try:
        return [{"type": "Fine", "detail": str(len(bytearray(3 << 30)))}]
    except MemoryError:
        return [{"type": "Fine", "detail": "refused"}]


@pytest.mark.skipif(
    os.uname().sysname != "Linux", reason="only Linux bounds the address space"
)
def test_a_worker_gets_no_more_memory_than_the_limit():
    assert run(["a"], bloat) == {"a": "refused"}


def write(batch, mark):
    mark(0)
    path = batch.jobs[0].path
    try:
        with open(path, "wb") as file:
            file.write(b"x")
    except OSError as error:
        return [{"type": "Fine", "detail": type(error).__name__}]
    return [{"type": "Fine", "detail": "written"}]


def test_a_worker_cannot_fill_a_file(tmp_path):
    target = str(tmp_path / "out")

    run([target], write)

    assert (tmp_path / "out").stat().st_size == 0


def test_batches_are_of_one_kind_and_no_job_is_lost():
    jobs = [
        Job(str(i), kind, 1) for i in range(100) for kind in ("image", "video", "audio")
    ]

    batches = batched(jobs, LIMITS, {})

    assert sorted((j.path, j.kind) for b in batches for j in b.jobs) == sorted(
        (j.path, j.kind) for j in jobs
    )
    assert all(len({j.kind for j in b.jobs}) == 1 for b in batches)


def test_large_files_do_not_share_a_batch():
    jobs = [Job(str(i), "image", 40 << 20) for i in range(3)]

    assert [len(b.jobs) for b in batched(jobs, LIMITS, {})] == [1, 1, 1]


def test_a_batch_can_be_decoded_without_a_pool(tmp_path):
    """Another engine needs no more than this function."""
    (tmp_path / "a.png").write_bytes(b"")
    batch = Batch((Job(str(tmp_path / "a.png"), "image"),), Limits())

    assert decode_batch(batch) == [
        {"type": "Unreadable", "reason": "empty", "detail": "0 bytes"}
    ]


def test_no_module_of_the_current_folder_is_run(tmp_path):
    """As a reviewer who is in the folder of a submission would."""
    folder = tmp_path / "submission"
    folder.mkdir()
    Image.new("RGB", (9, 9), "red").save(folder / "a.png")
    for name in ("multiprocessing", "curation", "numpy", "PIL", "orjson"):
        (folder / f"{name}.py").write_text("open('run', 'w')\nimport os\nos._exit(9)\n")
    program = tmp_path / "program.py"
    program.write_text(
        "from curation.workers import Job, LocalPool, batched\n"
        "from curation.settings import Limits\n"
        "found = LocalPool(1, Limits()).run(batched([Job('a.png', 'image')], Limits(), {}))\n"
        "print([(facts['type'], facts['width']) for _, facts in found])\n"
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(curation.__file__).parents[1])}
        | {"PYTHONSAFEPATH": ""},
    )
    assert (done.stdout, done.stderr) == ("[('Image', 9)]\n", "")
    assert not (folder / "run").exists()


@pytest.mark.parametrize("given", ["as a file", "on standard input"])
def test_a_program_needs_no_guard_to_use_workers(tmp_path, given):
    Image.new("RGB", (9, 9), "red").save(tmp_path / "a.png")
    program = tmp_path / "program.py"
    program.write_text(
        "from curation.workers import Job, LocalPool, batched\n"
        "from curation.settings import Limits\n"
        f"jobs = [Job({str(tmp_path / 'a.png')!r}, 'image')]\n"
        "found = LocalPool(1, Limits()).run(batched(jobs, Limits(), {}))\n"
        "print([(facts['type'], facts['width']) for _, facts in found])\n"
    )
    arguments, text = (
        ([str(program)], None) if given == "as a file" else (["-"], program.read_text())
    )
    done = subprocess.run(
        [sys.executable, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(curation.__file__).parents[1])},
    )
    assert (done.stdout, done.stderr) == ("[('Image', 9)]\n", "")
