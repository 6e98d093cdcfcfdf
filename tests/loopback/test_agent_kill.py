"""The spool under kill -9, by real processes: what was acknowledged is there, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from numlycee.wire.records import Bulletin, decode_record, encode
from tests.agent.enduring import Life
from tests.proof import examples

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8
"""Lives of one spool, each of which ends by a kill at some instant."""


class Killed(Life):
    """The memory of a spool at work in another process."""

    def live_until_killed(self) -> None:
        """Let a process work, kill it after some of its words, and hear its last ones."""
        last = self.at + 86_400_000
        command = [sys.executable, "-m", "tests.loopback.spool_at_work", str(self.directory)]
        with subprocess.Popen(
            [*command, str(self.chance.randrange(1 << 32)), str(last)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.writelines(encode(r) + b"\n" for r in self.centre.stored.values())
            process.stdin.close()
            lines = [process.stdout.readline() for _ in range(self.chance.randrange(1, 400))]
            process.kill()
            lines += process.stdout.readlines()
        assert process.returncode == -signal.SIGKILL, "it died of something else"
        self.at = last
        for line in lines:
            if line.endswith(b"\n"):
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        what, raw = line.split(b" ", 1)
        record = decode_record(raw)
        number = record.key.run, record.key.seq
        if what == b"stored":
            assert self.centre.stored.setdefault(number, record) == record, "it changed"
        elif isinstance(record, Bulletin):
            self.kept[number] = record
            self.at = max(self.at, record.end)


@pytest.mark.parametrize("seed", range(examples(2)))
def test_killed_at_any_instant_nothing_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    life = Killed(tmp_path / "spool", Random(seed))
    for _ in range(KILLS):
        life.live_until_killed()
        life.check()
    life.compare()
    assert len({run for run, _ in life.kept}) >= KILLS
    assert life.centre.stored
