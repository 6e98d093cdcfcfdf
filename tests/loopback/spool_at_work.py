"""A spool that keeps, offers, forgets and merges until it is killed, and tells what it has done."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

from numlycee.wire.records import Record, decode_record, encode
from numlycee_agent.spool.disk import Disk
from tests.agent.enduring import Life


def work(directory: Path, seed: int, at: int, stored: Iterable[bytes]) -> None:
    """Live for ever, from bulletins of an instant on, with what the centre stored before."""
    life = Life(directory, Random(seed), tell)
    life.at = at
    for record in map(decode_record, stored):
        life.centre.stored[record.key.run, record.key.seq] = record
    with life.open(Disk()) as spool:
        life.centre.commit = spool.marks.commit
        while True:
            life.act(spool)


def tell(what: str, record: Record) -> None:
    """Write one line, at once."""
    os.write(1, b"%s %s\n" % (what.encode(), encode(record)))


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.stdin.buffer.readlines())
