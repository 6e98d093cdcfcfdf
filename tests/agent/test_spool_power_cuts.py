"""The power fails at any instant, again and again: what was kept is there, and it always starts."""

from pathlib import Path
from random import Random

import pytest

from numlycee_agent.spool.spool import Spool
from tests.agent.enduring import Life
from tests.agent.power import PowerCutError, PowerDisk
from tests.proof import examples

CUTS = 12


def live_until_the_power_fails(life: Life) -> None:
    """Live on, lose the power at some operation, and find what a disk then holds."""
    life.directory.mkdir(exist_ok=True)
    disk = PowerDisk(life.directory, life.chance, life.chance.randrange(1, 800))
    spool: Spool | None = None
    after = life.directory.with_name(f"{life.directory.name}+")
    try:
        spool = life.open(disk)
        while True:
            life.act(spool)
    except PowerCutError:
        disk.survive(after)
    finally:
        if spool is not None:
            disk.left = 1 << 40
            spool.close()
    life.directory = after


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(5)))
def test_a_cut_at_any_instant_loses_nothing_that_was_kept(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path / "spool", Random(seed))
    for _ in range(CUTS):
        live_until_the_power_fails(life)
        life.check()
    life.compare()
    assert life.replaced, "nothing was ever merged"
