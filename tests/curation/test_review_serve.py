"""The served page: who is let in, what is saved, and what two windows do to each other."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import urllib.parse
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from benches import Here, questions, task

from curation.review import record
from curation.review.desk import Desk
from curation.review.overview import overview
from curation.review.record import Record, Verdict
from curation.review.serve import serving
from curation.review.submission import looked
from curation.settings import Settings

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CALM = Settings(min_samples=1)


class Window:
    """A browser's window, as far as requests go."""

    def __init__(self, address):
        self.host = urllib.parse.urlsplit(address.host).netloc
        self.first = address.first.removeprefix(f"http://{self.host}")
        self.cookie = ""

    def ask(self, method, path, body=None, **headers):
        told = {"Host": self.host, "Cookie": self.cookie}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        line = http.client.HTTPConnection(self.host, timeout=10)
        try:
            line.request(method, path, body, told)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            line.close()

    def enter(self):
        status, headers, _ = self.ask("GET", self.first)
        self.cookie = headers.get("Set-Cookie", "").partition(";")[0]
        return status, headers

    def page(self):
        status, headers, body = self.ask("GET", "/")
        assert status == 200, body
        text = re.search(r'id="data">(.*?)</script>', body.decode(), re.DOTALL)[1]
        return headers, json.loads(text)

    def save(self, told, revision, **headers):
        headers = {
            "If_Match": f'"{revision}"',
            "Content_Type": "application/json",
        } | headers
        status, _, body = self.ask("PUT", "/review", json.dumps(told), **headers)
        return status, json.loads(body)


@pytest.fixture
def folder(tmp_path):
    return task(tmp_path / "NLP" / "Sums", questions(4))


@contextmanager
def at(folder):
    with looked(folder, CALM, jobs=1) as submission:
        desk = Desk(submission, overview(submission), Here())
        with serving(desk) as address:
            yield address


@pytest.fixture
def served(folder):
    with at(folder) as address:
        yield address


@pytest.fixture
def window(served):
    found = Window(served)
    found.enter()
    return found


def test_the_address_opens_the_page_once(served):
    first, second = Window(served), Window(served)

    status, headers = first.enter()

    assert (status, headers["Location"]) == (303, "/")
    assert "HttpOnly; SameSite=Strict" in headers["Set-Cookie"]
    assert first.page()[1]["tasks"][0]["name"] == "Sums"
    assert second.enter()[0] == 403
    assert second.ask("GET", "/")[0] == 403


def test_a_window_that_is_inside_may_use_the_address_again(window):
    assert window.ask("GET", window.first)[0] == 303


@pytest.mark.parametrize("path", ["/", "/sample/0/0", "/review", "/?token=x", "/x"])
def test_nothing_is_told_to_who_has_no_cookie(served, path):
    status, _, body = Window(served).ask("GET", path)

    assert status == 403
    assert b"Sums" not in body


def test_nothing_is_saved_for_who_has_no_cookie(served, folder):
    assert Window(served).save(Record().told, 0)[0] == 403
    assert not (folder / "review.json").exists()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1"])
def test_a_name_that_leads_here_is_refused(window, host):
    assert window.ask("GET", "/", Host=host)[0] == 403


def test_what_comes_from_another_page_is_not_saved(window, folder):
    status, told = window.save(Record().told, 0, Origin="http://evil.example")

    assert (status, told) == (403, {"error": "it comes from another page"})
    assert not (folder / "review.json").exists()


def test_the_page_may_be_shown_in_no_frame_and_kept_by_none(window):
    headers, _ = window.page()

    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_what_is_decided_is_saved_and_survives_a_reload(window, folder):
    _, data = window.page()
    told = data["record"] | {
        "verdict": "accept",
        "reviewer": "R.",
        "reason": "good",
        "samples": [{"task": "", "index": 2, "id": "s3", "state": "ok"}],
    }

    assert window.save(told, data["served"]["revision"]) == (200, {"revision": 1})

    saved = record.load(folder / "review.json")
    assert (saved.verdict, saved.reviewer) == ("accept", "R.")
    assert saved.content == data["content"]
    listing = (folder / "review.sha256").read_bytes()
    assert hashlib.sha256(listing).hexdigest() == saved.content
    assert saved.time
    _, again = window.page()
    assert again["served"] == {"revision": 1}
    assert again["record"]["samples"] == told["samples"]


def test_a_record_cannot_say_what_it_is_of(window, folder):
    told = Record("f" * 64, {"x": "f" * 64}, 7, "9.9", "R.", record.Verdict.ACCEPT).told
    told |= {"time": "2001-01-01T00:00:00Z"}

    assert window.save(told, 0)[0] == 200

    saved = record.load(folder / "review.json")
    assert saved.content != "f" * 64
    assert saved.tasks == {"": saved.content}
    assert saved.tool != "9.9"
    assert saved.revision == 1
    assert not saved.time.startswith("2001")


def test_the_window_that_comes_second_is_told_what_the_first_has_saved(window):
    first = Record().told | {
        "waivers": [{"code": "STR016", "path": "*", "reason": "a"}]
    }
    assert window.save(first, 0)[0] == 200

    status, told = window.save(Record().told, 0)

    assert status == 409
    assert told["revision"] == 1
    assert told["review"]["waivers"] == first["waivers"]
    assert window.save(told["review"], 1) == (200, {"revision": 2})


def test_windows_that_save_at_once_lose_nothing(window, folder):
    """Each merges what it is told, as the page does, until it is taken."""

    def add(number):
        own = {"task": "", "index": number, "state": "ok"}
        told, revision = Record().told, 0
        while True:
            told["samples"] = [*told["samples"], own]
            status, answer = window.save(told, revision)
            if status == 200:
                return
            told, revision = answer["review"], answer["revision"]

    several = [threading.Thread(target=add, args=(n,)) for n in range(6)]
    for one in several:
        one.start()
    for one in several:
        one.join()

    saved = record.load(folder / "review.json")
    assert sorted(s["index"] for s in saved.samples) == list(range(6))
    assert saved.revision == 6


def test_the_same_verdict_on_a_later_content_is_a_new_one(window, folder):
    before = Record("e" * 64, verdict=Verdict.ACCEPT, reviewer="R.", reason="good")
    told = record.save(folder / "review.json", before, 0).told
    _, data = window.page()

    assert window.save(told | {"content": data["content"]}, 1)[0] == 200

    saved = record.load(folder / "review.json")
    assert (saved.content, saved.tasks) == (data["content"], {"": data["content"]})
    assert saved.time


def test_a_verdict_that_is_refused_is_told_and_all_else_is_saved(window, folder):
    told = Record().told | {
        "verdict": "accept",
        "reviewer": "R.",
        "samples": [{"task": "", "index": 0, "state": "bad"}],
        "waivers": [{"code": "MED003", "path": "*", "reason": "for nothing"}],
    }

    status, answer = window.save(told, 0)

    assert status == 422
    assert "the waiver MED003 * fits no finding" in answer["error"]
    assert answer["revision"] == 1
    saved = record.load(folder / "review.json")
    assert (saved.verdict, saved.time, saved.reviewer) == (None, None, "R.")
    assert saved.samples == tuple(told["samples"])


def test_a_verdict_that_is_refused_leaves_the_one_before_as_it_was(window, folder):
    first = Record().told | {"verdict": "reject", "reviewer": "R.", "reason": "no"}
    assert window.save(first, 0)[0] == 200
    before = record.load(folder / "review.json")

    told = first | {"verdict": "accept", "reviewer": " ", "reason": "fine"}
    assert window.save(told, 1)[0] == 422

    assert record.load(folder / "review.json") == replace(before, revision=2)


def test_a_submission_that_changes_meanwhile_gets_no_verdict(window, folder):
    with (folder / "annotation.json").open("a") as file:
        file.write("\n")
    told = Record().told | {"verdict": "accept", "reviewer": "R."}

    status, answer = window.save(told, 0)

    assert status == 422
    assert (
        "has changed since this page was made (annotation.json changed)"
        in answer["error"]
    )


def test_a_file_that_was_only_touched_is_no_change(window, folder):
    os.utime(folder / "annotation.json", (1, 1))

    told = Record().told | {"verdict": "accept", "reviewer": "R."}
    assert window.save(told, 0)[0] == 200


def test_a_comment_added_later_leaves_the_verdict_what_it_was(window, folder):
    told = Record().told | {"verdict": "accept", "reviewer": "R.", "reason": "good"}
    window.save(told, 0)
    before = record.load(folder / "review.json")
    with (folder / "annotation.json").open("a") as file:
        file.write("\n")
    comment = {"code": "STR016", "path": "annotation.json", "comment": "so be it"}

    assert window.save(before.told | {"findings": [comment]}, 1)[0] == 200

    after = record.load(folder / "review.json")
    assert (after.content, after.time) == (before.content, before.time)
    assert after.findings == (comment,)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("{", {}, 400),
        ("[" * 100_000, {}, 400),
        ("[]", {}, 422),
        (json.dumps(Record().told | {"verdict": "maybe"}), {}, 422),
        (json.dumps(Record().told | {"more": 1}), {}, 422),
        (json.dumps(Record().told), {"If-Match": "*"}, 428),
        (json.dumps(Record().told), {"Content-Type": "text/plain"}, 415),
        (None, {"Content-Length": str(1 << 40)}, 413),
        (None, {"Content-Length": "many"}, 411),
    ],
)
def test_what_is_no_record_is_refused_and_nothing_is_written(
    window, folder, body, headers, status
):
    usual = {"If-Match": '"0"', "Content-Type": "application/json"}
    found, _, said = window.ask("PUT", "/review", body, **(usual | headers))

    assert found == status
    assert "error" in json.loads(said)
    assert not (folder / "review.json").exists()
    assert window.ask("GET", "/")[0] == 200


def test_any_sample_is_given_and_no_other(window):
    status, _, body = window.ask("GET", "/sample/0/3")

    assert status == 200
    assert json.loads(body)["sample"]["id"] == "s4"
    for path in ("/sample/0/4", "/sample/1/0", "/sample/0/-1", "/sample/0/x"):
        assert window.ask("GET", path)[0] == 404


def test_a_task_whose_name_is_no_text_is_shown_and_decided_on(tmp_path):
    top = tmp_path / "sent"
    task(top / "Sums", questions(4))
    task(top / os.fsdecode(b"Ta\xffsk"), questions(4, "more"), task="Task")
    with at(top) as address:
        window = Window(address)
        window.enter()
        told = window.page()[1]
        path = told["tasks"][1]["path"]
        record = told["record"] | {
            "samples": [{"task": path, "index": 0, "state": "ok"}],
            "findings": [{"code": "STR016", "path": path, "comment": "Few."}],
            "verdict": "accept",
            "reviewer": "R.",
        }

        assert path == r"Ta\xffsk"
        assert window.save(record, 0) == (200, {"revision": 1})


def test_a_browser_that_hangs_up_is_no_failure(window, capsys):
    host, _, port = window.host.partition(":")
    place = host, int(port)
    before = set(threading.enumerate())
    line = socket.create_connection(place)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    # Who comes next is answered next, and ends his line as well.
    with socket.create_connection(place) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while line.recv(1 << 16):
            pass
    for thread in set(threading.enumerate()) - before:
        thread.join(10)

    assert capsys.readouterr().err == ""


def test_a_broken_record_is_told_and_kept(window, folder):
    (folder / "review.json").write_text("{")

    status, told = window.save(Record().told, 0)

    assert status == 503
    assert "is no record of a review" in told["error"]
    assert (folder / "review.json").read_text() == "{"


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT for one process")
def test_the_command_serves_until_it_is_interrupted_and_ends_well(folder):
    top = Path(__file__).parents[2]
    code = "from curation.cli import main; main()"
    arguments = ["review", str(folder), "--serve", "--jobs", "1"]
    run = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(top)},
    )
    try:
        lines = [run.stdout.readline() for _ in range(3)]
        address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", lines[1])[0]
        window = Window(
            type("A", (), {"host": address.partition("?")[0], "first": address})
        )
        assert window.enter()[0] == 303
        told = Record().told | {"verdict": "reject", "reviewer": "R.", "reason": "no"}
        assert window.save(told, 0)[0] == 200
    finally:
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)

    assert (run.returncode, said.strip()) == (0, "stopped")
    assert record.load(folder / "review.json").verdict == "reject"
