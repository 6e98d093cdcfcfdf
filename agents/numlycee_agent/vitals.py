"""What the agent says of itself, beside what it says of the lycée."""

import resource
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

Vitals = Callable[[], Mapping[str, float]]
"""Returns samples of the catalogue `numlycee.wire.messages.VITALS`."""

_STATM = Path("/proc/self/statm")


class Kept(Protocol):
    """What is asked of the spool."""

    @property
    def size(self) -> int:
        """Return the bytes that the records take on disk."""
        ...

    @property
    def unconfirmed(self) -> int:
        """Return how many records the centre has not confirmed."""
        ...


def of_process() -> Mapping[str, float]:
    """Return the memory and the CPU time of this process; no memory where there is no procfs."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cpu = {"cpu_seconds_total": spent.ru_utime + spent.ru_stime}
    try:
        pages = int(_STATM.read_text(encoding="ascii").split()[1])
    except OSError:
        return cpu
    return cpu | {"resident_bytes": float(pages * resource.getpagesize())}


def of_spool(spool: Kept) -> Vitals:
    """Return how much the spool holds, and how much of it waits for the centre."""
    return lambda: {
        "spool_bytes": float(spool.size),
        "spool_waiting_records": float(spool.unconfirmed),
    }


def together(sources: list[Vitals]) -> Vitals:
    """Return the samples of all sources, those added later included."""
    return lambda: {name: sample for source in sources for name, sample in source().items()}
