"""Keeps traces by what made them: the job, the lab's own code and the libraries below it.

In memory the most recent, on disk the rest, both bounded. A cache that cannot be written is no
error: the run is simply made again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import tempfile
import threading
from collections import OrderedDict
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import platformdirs

from .job import Job, encode_job

MEMORY_BYTES = 64 * 2**20
DISK_BYTES = 256 * 2**20

_PACKAGE = Path(__file__).resolve().parents[1]
_MAKERS = ("clock", "lab", "trace")
_LIBRARIES = (
    "celery",
    "kombu",
    "rq",
    "redis",
    "fakeredis",
    "flask",
    "werkzeug",
    "jinja2",
    "time-machine",
    "msgspec",
)

log = logging.getLogger(__name__)


def default_folder() -> Path:
    """Where traces are kept on this platform."""
    return Path(platformdirs.user_cache_dir("meanwhile")) / "traces"


@lru_cache(maxsize=1)
def version_of_the_lab() -> str:
    """A digest of everything but the job that decides a trace."""
    digest = hashlib.sha256(platform.python_version().encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    for maker in _MAKERS:
        for path in sorted((_PACKAGE / maker).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(job: Job) -> str:
    """The name under which the trace of ``job`` is kept."""
    return hashlib.sha256(version_of_the_lab().encode() + encode_job(job)).hexdigest()


class Cache:
    """Bodies by key. Safe to use from several threads."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._recent: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._broken = False

    def get(self, key: str) -> bytes | None:
        with self._lock:
            body = self._recent.get(key)
            if body is not None:
                self._recent.move_to_end(key)
                return body
        body = self._read(key)
        if body is not None:
            self._remember(key, body)
        return body

    def put(self, key: str, body: bytes) -> None:
        self._remember(key, body)
        if self._folder is None:
            return
        try:
            self._write(self._folder, key, body)
        except OSError as error:
            if not self._broken:
                self._broken = True
                log.warning("traces are not kept on disk in %s: %s", self._folder, error)

    def _remember(self, key: str, body: bytes) -> None:
        with self._lock:
            self._size += len(body) - len(self._recent.pop(key, b""))
            self._recent[key] = body
            while self._size > MEMORY_BYTES and len(self._recent) > 1:
                self._size -= len(self._recent.popitem(last=False)[1])

    def _read(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            body = (self._folder / f"{key}.json").read_bytes()
        except OSError:
            return None
        return body if body.endswith(b"}") else None

    def _write(self, folder: Path, key: str, body: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.replace(name, folder / f"{key}.json")
        self._prune(folder)

    def _prune(self, folder: Path) -> None:
        """Remove the oldest files while there is too much."""
        files = [(path.stat(), path) for path in folder.glob("*.json")]
        size = sum(status.st_size for status, _ in files)
        for status, path in sorted(files, key=lambda entry: entry[0].st_mtime):
            if size <= DISK_BYTES:
                return
            path.unlink(missing_ok=True)
            size -= status.st_size
