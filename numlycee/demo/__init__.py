"""The demonstration, assembled: a broker, a simulated Region, real agents, the real collector."""

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from numlycee.clock import SystemClock
from numlycee.demo.folder import DemoError, Folder
from numlycee.demo.play import Demo, Options
from numlycee.demo.summary import conclude

__all__ = ["Options", "run"]

OK, FAILED = 0, 1


def run(options: Options) -> int:
    """Play a demonstration; returns the exit code of the command."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        if options.keep is not None:
            _play(options, Folder(options.keep.resolve()), console)
        else:
            with TemporaryDirectory(prefix="numlycee-") as folder:
                _play(options, Folder(Path(folder)), console)
    except DemoError as error:
        Console(stderr=True, soft_wrap=True).print(f"numlycee demo : {error}")
        return FAILED
    return OK


def _play(options: Options, folder: Folder, console: Console) -> None:
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder.path} : dossier impossible à créer ({error.strerror}) ; voir --keep"
        raise DemoError(message) from error
    logging.basicConfig(filename=folder.path / "agents.log", level=logging.INFO)
    clock = SystemClock()
    demo = Demo(options, folder, console, clock)
    status = asyncio.run(_until_interrupted(demo))
    if options.keep is not None:
        console.print("écriture du rapport annuel…")
        conclude(folder, demo.began, status, clock)
        console.print(f"rapport : {folder.report / 'rapport.html'}\nrésumé : {folder.summary}")


async def _until_interrupted(demo: Demo) -> dict[str, Any]:
    """Run a demonstration; an interruption ends it as its duration would."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await demo.run()
    return demo.status
