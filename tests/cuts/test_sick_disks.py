"""A sync that fails: nothing is confirmed, and nothing that is confirmed later stands upon it."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from numlycee.adapters.sql import StoreError
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.adapters.sql.sqlite.store import _kept
from numlycee.collector.ports import StoreUnavailableError
from tests.cuts.life import FOUND
from tests.cuts.machine import Machine, Unheard, Unknowing

SEEDS = range(12)
"""Each leaves another part of what was not synced."""


def test_a_commit_whose_sync_fails_is_not_confirmed_nor_tried_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 0)
    writer, message = machine.store._writer, machine.message()
    machine.disk.fail(1)
    before = machine.store.completeness()
    with pytest.raises(StoreUnavailableError, match="IOError"):
        machine.centre.takes(message)
    assert machine.store.completeness() == before
    machine.centre.takes(message)
    assert machine.store._writer is not writer
    machine.cut()


def fails_again_and_again(machine: Machine) -> None:
    """A batch fails with its sync, and so do all syncs for a while, in which others read."""
    message = machine.message()
    machine.disk.fail(3)
    with pytest.raises(StoreUnavailableError):
        machine.centre.takes(message)
    machine.store.completeness()
    machine.disk.fail(0)
    machine.centre.takes(message)
    machine.says()
    machine.cut()


def fails_and_is_killed(machine: Machine) -> None:
    """A batch fails with its sync, and its process ends; another goes on."""
    message = machine.message()
    machine.disk.fail(1)
    with pytest.raises(StoreUnavailableError):
        machine.centre.takes(message)
    machine.kill()
    machine.start()
    machine.centre.takes(machine.agent.hello("n2"), message)
    machine.says()
    machine.cut()


def fails_in_the_file(machine: Machine) -> None:
    """Half a log is taken in under a reader, the other half later, and the sync of both fails."""
    with ExitStack() as later:
        with machine.store.reading():
            machine.says()
            later.enter_context(machine.store.reading())
        machine.says()
    machine.disk.fail(1, after=2)
    for _ in range(4):
        machine.says()
    machine.cut()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_confirmed_later_survives_a_cut(tmp_path: Path, seed: int) -> None:
    fails_again_and_again(Machine(tmp_path / "again", seed))
    fails_and_is_killed(Machine(tmp_path / "killed", seed))
    fails_in_the_file(Machine(tmp_path / "file", seed, log=1))
    _kept.clear()


def test_a_log_that_cannot_be_read_from_the_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "account.db-wal").mkdir()
    with pytest.raises(StoreError, match=r"db-wal: Is a directory; the disk is to be suspected"):
        open_sqlite(tmp_path / "account.db", 1, 0)


def test_a_store_of_which_no_connection_stays_loses_it(tmp_path: Path) -> None:
    with pytest.raises(FOUND):
        often(fails_again_and_again, tmp_path, kind=Unknowing)


def test_a_log_that_is_not_read_from_the_disk_loses_it(tmp_path: Path) -> None:
    with pytest.raises(FOUND):
        often(fails_and_is_killed, tmp_path, rereads=False)


def test_a_log_that_goes_on_being_taken_in_loses_it(tmp_path: Path) -> None:
    with pytest.raises(FOUND):
        often(fails_in_the_file, tmp_path, kind=Unheard, log=1)


def often(scene: Callable[[Machine], None], folder: Path, **ill: Any) -> None:
    """Play a scene until something of it is lost."""
    for seed in range(100):
        scene(Machine(folder / str(seed), seed, **ill))
