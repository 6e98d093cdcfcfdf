"""The spool under kill -9, by real processes: what was acknowledged is there, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from numlycee.wire.records import Previous
from numlycee_agent.spool import Spool
from tests.agent.spooling import SMALL, numbers
from tests.agent.virtual import VirtualClock

ROOT = Path(__file__).resolve().parents[2]
KILLS = 40
WRITER = """
import sys
from pathlib import Path
from numlycee_agent.spool import Limits, Spool
from tests.agent.spooling import SMALL, bulletin
from tests.agent.virtual import VirtualClock

with Spool(Path(sys.argv[1]), VirtualClock(), Limits(segment=SMALL.segment)) as spool:
    print(spool.run, flush=True)
    while True:
        record = bulletin(spool, "x" * (spool.next_seq() * 37 % 900))
        spool.keep(record)
        print(record.key.seq, flush=True)
"""


def _kill_a_writer(directory: Path, chance: Random) -> tuple[str, int]:
    """Return the run of a writer killed at some instant, and the last number it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
    )
    assert process.stdout is not None
    run = process.stdout.readline().strip()
    for _ in range(chance.randrange(1, 60)):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    return run, int(said[-1]) if said else 0


def test_killed_at_any_instant_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    chance = Random(20)
    runs: list[str] = []
    for _ in range(KILLS):
        run, acknowledged = _kill_a_writer(tmp_path, chance)
        runs.append(run)
        with Spool(tmp_path, VirtualClock(), SMALL) as spool:
            held = numbers(spool, run)
            assert held == list(range(1, len(held) + 1))
            assert acknowledged <= len(held) <= acknowledged + 1 or not acknowledged
            assert spool.previous == Previous(run, len(held))
            assert list(spool.held()) == runs
