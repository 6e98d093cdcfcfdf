"""What a peer of the benchmark is, and what its answers cost."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

import psutil

Shares = Mapping[str, float]
"""The availability of each subject, from 0 to 1."""


class NotInstalledError(Exception):
    """A peer is not on this machine; the message is what the results say instead of a figure."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered, and the CPU seconds that it spent on it."""

    shares: Shares
    cpu: float


class Peer(Protocol):
    """A product that holds the past and may be asked about it, again and again."""

    @property
    def pid(self) -> int:
        """The process that answers, with its children."""
        ...

    def ask(self) -> Answer:
        """Return the availability of every subject that it holds."""
        ...


def installed(name: str, package: str) -> str:
    """Return the path of a program, which Debian may keep where `PATH` does not look."""
    path = _found(name)
    if path is None:
        raise NotInstalledError(f"not measured: {package} is not installed")
    return path


def version(name: str) -> str:
    """Return the version of the Debian package that a program comes from, empty if from none."""
    path = _found(name)
    if path is None or not shutil.which("dpkg-query"):
        return ""
    owner = _dpkg_query("--search", os.path.realpath(path)).partition(":")[0]
    return _dpkg_query("--show", "--showformat=${Version}", owner) if owner else ""


def _found(name: str) -> str | None:
    beside = map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *beside]))


def _dpkg_query(*asked: str) -> str:
    command = ("dpkg-query", *asked)
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def say(what: str) -> None:
    """Tell on stderr what takes so long."""
    print(f"  {what}…", file=sys.stderr, flush=True)


def cost(pid: int, ask: Callable[[], Shares]) -> Answer:
    """Return an answer with the CPU seconds of a server and of its children."""
    before = cpu_seconds(pid)
    shares = ask()
    return Answer(shares, cpu_seconds(pid) - before)


def cpu_seconds(pid: int) -> float:
    """Return user and system seconds of a process and its descendants, the ended ones too."""
    spent = 0.0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent


def memory(pid: int) -> int:
    """Return the bytes that a process and its descendants hold, shared pages counted once."""
    held = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            held += process.memory_full_info().pss
    return held


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """Yield a list that holds, in the end, what a process held in memory during the block."""
    held, over = [memory(pid)], Event()

    def watch() -> None:
        while not over.wait(0.05):
            held.append(memory(pid))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield held
    finally:
        over.set()
        watcher.join()


def _family(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]
