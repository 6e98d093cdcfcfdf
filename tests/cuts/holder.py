"""`python -m tests.cuts.holder`: a process that holds a store until it is spoken to.

`collect URL` opens it like a collector; `restore URL COPY` is in the middle of putting it back.
"""

import sys
from contextlib import closing
from pathlib import Path

from numlycee.adapters.sql import StoreError, open_store
from numlycee.adapters.sql.copies import restore
from tests.collector.centre import T0, HandClock


def wait(*_progress: int) -> None:
    """Say that the store is held, and wait for a word."""
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main(work: str, url: str, copy: str = "") -> None:
    """Hold a store, or say why it cannot be."""
    clock = HandClock(T0)
    try:
        if work == "restore":
            restore(url, Path(copy), clock, wait)
        else:
            with closing(open_store(url, clock)):
                wait()
    except StoreError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
