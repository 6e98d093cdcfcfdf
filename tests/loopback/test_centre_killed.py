"""kill -9 at any instant: what was confirmed is there, once, and the file opens again."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.collector.centre import SITE, STEP, T0, Centre, HandClock, sqlite

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8


@pytest.mark.timeout(120)
def test_what_was_confirmed_survives_a_kill(tmp_path: Path) -> None:
    dice = Random(7)
    confirmed: dict[str, int] = {}
    last_commit = 0
    for life in range(1, KILLS + 1):
        run, seq, commit = one_life(tmp_path, f"{life:016x}", dice.randrange(1, 60))
        assert commit > last_commit
        confirmed[run], last_commit = seq, commit
        check(tmp_path, confirmed, last_commit)


def one_life(folder: Path, run: str, receipts: int) -> tuple[str, int, int]:
    """Run a centre until it has told so many receipts, kill it, return the last one it told."""
    command = [sys.executable, "-m", "tests.loopback.centre_at_work", str(folder), run]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(receipts)]
        process.kill()
        lines += process.stdout.readlines()
    name, seq, commit = [line for line in lines if line.endswith("\n")][-1].split()
    return name, int(seq), int(commit)


def check(folder: Path, confirmed: dict[str, int], commit: int) -> None:
    clock = HandClock(T0 + 365 * 86_400_000)
    with closing(sqlite(clock, folder)) as store:
        centre = Centre(store, clock)
        (line,) = store.completeness()[1]
        assert line.uai == SITE
        assert line.missing == line.refused == line.conflict == 0
        with store.transaction() as transaction:
            assert transaction.standing().commit >= commit
            marks = {m.run: m for m in transaction.runs(SITE)}
        with store.history() as history:
            rows = {row.run: row for row in history.coverage(0, 1 << 60)}
        for run, seq in confirmed.items():
            assert marks[run].mark.contiguous >= seq
            assert marks[run].mark.beyond == ()
            assert rows[run].end - rows[run].start == (marks[run].last - 1) * STEP
        assert centre.ingest.ready
