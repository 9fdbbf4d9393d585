"""A process of the program as the supervisor sees it, and the limits that it watches."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from dataclasses import dataclass
from typing import IO

import psutil

from visualizer.clock import real_time

from .job import Job

WATCH = 0.05
"""Real seconds between two looks at the memory of the program."""


@dataclass
class Program:
    """The process of the program: its id, the end of its pipe, and what it says when it crashes."""

    pid: int
    output: int
    stderr: IO[bytes]
    popen: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """Ask for a last word about where it is, then end it and all that it started."""
        if hasattr(signal, "SIGKILL"):
            try:
                os.kill(self.pid, signal.SIGABRT)  # faulthandler answers with the stacks
                select.select([self.output], [], [], 0.3)
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
        elif self.popen is not None:
            self.popen.kill()

    def wait(self) -> int:
        """The signal that ended it, or 0."""
        if self.popen is not None:
            return max(0, -self.popen.wait())
        _, status = os.waitpid(self.pid, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def last_words(self) -> str:
        """What it wrote to standard error. Closes all files."""
        if self.popen is not None and self.popen.stdout is not None:
            self.popen.stdout.close()
        else:
            os.close(self.output)
        with self.stderr as file:
            file.seek(0)
            return file.read().decode(errors="replace")


def excess(job: Job, process: psutil.Process, deadline: float) -> tuple[str, str] | None:
    """The limit that the process has reached, and the reason in words."""
    if real_time() > deadline:
        seconds = job.limits.real_seconds
        return "real_seconds", f"the run was ended after {seconds:g} seconds of real time"
    try:
        used = process.memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return None
    if used > job.limits.memory_mb:
        return "memory_mb", f"the program used more than {job.limits.memory_mb} MB of memory"
    return None
