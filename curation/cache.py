"""Edge: what was found in earlier runs, in the user's cache directory."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from curation import told
from curation.settings import Settings
from curation.versions import fingerprint

if TYPE_CHECKING:
    from curation.workers import Job

Payload = dict[str, Any]

FILE = "facts.sqlite"
WRITTEN_AFTER = 500
"""Facts after which they are written down, so that a kill loses little."""
LARGEST = 1 << 30
"""Bytes beyond which the least recently used half is dropped."""
_PASSING = frozenset({"timed-out", "crashed", "missing", "not-regular", "denied"})
"""Reasons that may be gone the next time, and are not remembered."""
_HASHED_AT_MOST = 64 << 20

_TABLES = """
CREATE TABLE IF NOT EXISTS stamps (stamp TEXT PRIMARY KEY, content TEXT, used INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (content TEXT PRIMARY KEY, size INTEGER, payload BLOB, used INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sizes ON facts (size);
CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, report BLOB, used INTEGER) WITHOUT ROWID;
"""


def folder() -> Path:
    """Return where the cache lives: `CURATE_CACHE_DIR`, or the user's cache directory."""
    return Path(told.folder())


def files() -> list[Path]:
    """Return the files of the cache."""
    return [*folder().glob(f"{FILE}*"), *(folder() / told.FOLDER).glob("*")]


def clear() -> int:
    """Delete the cache and return how many bytes it had.

    Raises:
        OSError: the folder may not be looked into, or a file not be deleted.
    """
    freed = 0
    for file in files():
        with contextlib.suppress(FileNotFoundError):  # another does the same
            freed += file.stat().st_size
            file.unlink()
    return freed


class Cache:
    """Facts of files by content, with a fast path by size, times and inode; and whole runs.

    Several processes may use it at once. A cache that is broken or cannot be written is
    as good as none: what is asked for is then simply not known.
    """

    def __init__(self, settings: Settings) -> None:
        self._era = _digest(
            repr((fingerprint(), settings.limits, settings.video_backend))
        )
        self._new: list[tuple[Job, tuple[int, ...], Payload]] = []
        self._base: sqlite3.Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            self._base = _connected(folder())

    def close(self) -> None:
        """Write down what is new, and let go."""
        self._write()
        if self._base is not None:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()
        self._base = None

    def find(self, jobs: Sequence[tuple[Job, tuple[int, ...]]]) -> dict[Job, Payload]:
        """Return the facts that are known, by the file's stamp or else by its content."""
        found: dict[Job, Payload] = {}
        with self._guarded() as base:
            if base is None:
                return {}
            for job, stamp in jobs:
                row = base.execute(
                    "SELECT payload FROM stamps JOIN facts USING (content) WHERE stamp = ?",
                    (self._stamp(job, stamp),),
                ).fetchone()
                if row is None:
                    row = self._by_content(base, job, stamp)
                if row is not None:
                    found[job] = orjson.loads(row[0])
        return found

    def _by_content(
        self, base: sqlite3.Connection, job: Job, stamp: tuple[int, ...]
    ) -> tuple[bytes] | None:
        """Hash the file, but only if one of its size is known at all."""
        if job.size > _HASHED_AT_MOST or not job.size:
            return None
        if (
            base.execute(
                "SELECT 1 FROM facts WHERE size = ? LIMIT 1", (job.size,)
            ).fetchone()
            is None
        ):
            return None
        try:
            sha256 = hashlib.sha256(Path(job.path).read_bytes()).hexdigest()
        except OSError:
            return None
        content = self._content(job, sha256)
        row: tuple[bytes] | None = base.execute(
            "SELECT payload FROM facts WHERE content = ?", (content,)
        ).fetchone()
        if row is not None:
            self._new.append((job, stamp, {"sha256": sha256} | orjson.loads(row[0])))
        return row

    def keep(self, job: Job, stamp: tuple[int, ...], facts: Payload) -> None:
        """Remember the facts of a file, unless they may be otherwise the next time."""
        if facts.get("reason") not in _PASSING:
            self._new.append((job, stamp, facts))
        if len(self._new) >= WRITTEN_AFTER:
            self._write()

    def _write(self) -> None:
        new, self._new = self._new, []
        now = int(time.time())
        with self._guarded() as base:
            if base is None or not new:
                return
            with base:
                for job, stamp, facts in new:
                    key = facts.get("sha256")
                    content = (
                        self._content(job, key) if key else self._stamp(job, stamp)
                    )
                    payload = orjson.dumps(facts)
                    base.execute(
                        "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)",
                        (content, job.size, payload, now),
                    )
                    base.execute(
                        "INSERT OR REPLACE INTO stamps VALUES (?, ?, ?)",
                        (self._stamp(job, stamp), content, now),
                    )
            _trim(base)

    def run(self, key: str) -> str | None:
        """Return the report of an earlier run with the same key."""
        with self._guarded() as base:
            if base is None:
                return None
            row = base.execute(
                "SELECT report FROM runs WHERE key = ?", (key,)
            ).fetchone()
            return zlib.decompress(row[0]).decode() if row else None
        return None

    def keep_run(self, key: str, report: str) -> None:
        """Remember the report of a whole run."""
        with self._guarded() as base:
            if base is not None:
                with base:
                    base.execute(
                        "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)",
                        (key, zlib.compress(report.encode(), 1), int(time.time())),
                    )

    def _stamp(self, job: Job, stamp: tuple[int, ...]) -> str:
        return _digest(f"{self._era} {job.kind} {job.path} {stamp}")

    def _content(self, job: Job, sha256: str) -> str:
        suffix = Path(job.path).suffix.lower()
        return _digest(f"{self._era} {job.kind} {suffix} {sha256}")

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        try:
            yield self._base
        except (sqlite3.Error, zlib.error, orjson.JSONDecodeError, UnicodeDecodeError):
            self._base = None


def _connected(where: Path) -> sqlite3.Connection:
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = where / FILE
    try:
        return _open(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        file.unlink(missing_ok=True)
        return _open(file)


def _open(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=10)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = OFF")
    base.executescript(_TABLES)
    return base


def _trim(base: sqlite3.Connection) -> None:
    pages = base.execute("PRAGMA page_count").fetchone()[0]
    size = base.execute("PRAGMA page_size").fetchone()[0]
    if pages * size < LARGEST:
        return
    with base:
        for table in ("facts", "stamps", "runs"):
            # The names are ours.
            oldest = f"SELECT used FROM {table} ORDER BY used LIMIT 1 OFFSET (SELECT count(*) / 2 FROM {table})"  # noqa: S608
            base.execute(f"DELETE FROM {table} WHERE used <= ({oldest})")  # noqa: S608
    base.execute("VACUUM")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def run_key(paths: Sequence[tuple[str, tuple[int, ...]]], settings: Settings) -> str:
    """Return the key of a run: all that it would look at, and all that decides its result."""
    digest = hashlib.sha256(f"{fingerprint()} {settings!r}".encode())
    for path, stamp in paths:
        digest.update(f"{path!r} {stamp}\n".encode())
    return digest.hexdigest()[:40]
