"""Processes that are started quickly, die when told to, and never outlive who started them."""

import asyncio
import ctypes
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

PRELOADED = ["__main__", "tests.campaign.lycee", "tests.campaign.centre"]
_PR_SET_PDEATHSIG = 1
_DEAD = -signal.SIGKILL
_PATIENCE = 20.0


class Child:
    """One program that lives many lives, each of which ends by a kill, or at last in peace."""

    def __init__(self, name: str, folder: Path, work: Callable[..., None], *told: Any) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._end_of = folder / f"{name}.end"
        self._work = work
        self._told = told
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Begin another life."""
        context = multiprocessing.get_context("forkserver")
        arguments = (self.log, self._work, self._end_of, self._told)
        self._process = context.Process(target=_live, args=arguments, daemon=True, name=self.name)
        self._process.start()

    def kill(self) -> None:
        """End this life as a power cut would; fail if it had ended by itself before."""
        assert self._process
        self._process.kill()
        self._end(_DEAD)

    def stop(self) -> None:
        """Ask it to end, however young it is."""
        self._end_of.touch()

    def wait(self, seconds: float) -> bool:
        """Tell whether it has ended in peace within this time; fail if it did otherwise."""
        assert self._process
        self._process.join(seconds)
        ended = self._process.exitcode is not None
        if ended:
            self._end(0)
        return ended

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self._process is not None:
            self._process.kill()
            self._process.join(_PATIENCE)
            self._process = None

    def _end(self, expected: int) -> None:
        assert self._process
        self._process.join(_PATIENCE)
        found, self._process = self._process.exitcode, None
        assert found == expected, f"{self.name} died of {found}:\n{tail(self.log)}"


async def asked(end: Path) -> None:
    """Return once this process is asked to end."""
    while not end.exists():
        await asyncio.sleep(0.1)


def tail(log: Path, lines: int = 40) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def prepare() -> None:
    """Start what starts them; it is not measured, for most of what it starts is killed."""
    watched = {name: os.environ.pop(name) for name in list(os.environ) if "COVERAGE" in name}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    try:
        first = context.Process(target=_nothing)
        first.start()
        first.join()
    finally:
        os.environ.update(watched)


def _nothing() -> None:
    """Live not at all."""


def _live(log: Path, work: Callable[..., None], end: Path, told: Sequence[Any]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    work(*told, end)
