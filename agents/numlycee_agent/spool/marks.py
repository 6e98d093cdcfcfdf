"""What the centre has confirmed, as this agent last heard it, kept in one small file."""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from numlycee.domain.intervals import IntervalSet
from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.receipts import Mark, Receipt
from numlycee.wire.records import canonical
from numlycee_agent.spool.disk import Disk

_log = logging.getLogger(__name__)

MOST_REFUSED = 100
Refusal = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Marks:
    """The epoch and commit of the last receipt heeded, and what is settled of each run.

    `settled` tells when each closed segment was first seen wholly confirmed, in milliseconds.
    """

    epoch: int = 0
    commit: int = 0
    runs: Mapping[str, Mark] = field(default_factory=dict)
    settled: Mapping[int, int] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()

    def confirmed(self, run: str) -> IntervalSet:
        """Return the sequence numbers of a run that the centre has settled."""
        mark = self.runs.get(run, Mark(0))
        return IntervalSet.of(
            ((1, mark.contiguous + 1), *((first, last + 1) for first, last in mark.beyond))
        )

    def heed(self, receipt: Receipt) -> "Marks":
        """Return the marks after a receipt; a greater epoch forgets all that went before.

        Raises `ValueError` for a receipt older than what is known: of a lesser epoch, or of the
        same with a lesser commit.
        """
        if (receipt.epoch, receipt.commit) < (self.epoch, self.commit):
            message = f"receipt {receipt.epoch}.{receipt.commit} after {self.epoch}.{self.commit}"
            raise ValueError(message)
        before = self if receipt.epoch == self.epoch else Marks()
        refused = dict.fromkeys((*before.refused, *receipt.refused))
        return Marks(
            receipt.epoch,
            receipt.commit,
            {**before.runs, **receipt.runs},
            before.settled,
            tuple(refused)[-MOST_REFUSED:],
        )

    def only(self, runs: Collection[str], settled: Mapping[int, int]) -> "Marks":
        """Return the marks of the runs that are still held, with what is settled of them."""
        kept = {run: mark for run, mark in self.runs.items() if run in runs}
        return replace(self, runs=kept, settled=settled)


def load(path: Path) -> Marks:
    """Return the marks of a file; none when it is absent or damaged: all is offered again."""
    try:
        fields = reading.table(json.loads(path.read_bytes()), path.name)
        return Marks(
            reading.integer(fields, "epoch", 0, 2**53),
            reading.integer(fields, "commit", 0, 2**53),
            {run: _mark(mark, run) for run, mark in reading.table(fields["runs"], "runs").items()},
            {int(number): at for number, at in _settled(fields)},
            tuple(_refusal(item) for item in reading.array(fields["refused"], "refused")),
        )
    except FileNotFoundError:
        return Marks()
    except (OSError, WireError, ValueError, KeyError) as error:
        _log.warning("%s: unreadable (%s); everything held will be offered again", path, error)
        return Marks()


def save(path: Path, marks: Marks, disk: Disk) -> None:
    """Write the marks, whole or not at all; raises `OSError`."""
    body = {
        "epoch": marks.epoch,
        "commit": marks.commit,
        "runs": {run: [mark.contiguous, *mark.beyond] for run, mark in marks.runs.items()},
        "settled": {str(number): at for number, at in marks.settled.items()},
        "refused": marks.refused,
    }
    disk.replace(path, canonical(body))


def _mark(value: object, run: str) -> Mark:
    contiguous, *beyond = reading.array(value, run)
    return Mark(
        reading.as_integer(contiguous, run, 0, 2**53),
        tuple(
            (_number(a), _number(b)) for a, b in (reading.array(span, run, 2) for span in beyond)
        ),
    )


def _number(value: object) -> int:
    return reading.as_integer(value, "beyond", 1, 2**53)


def _settled(fields: reading.Fields) -> list[tuple[str, int]]:
    table = reading.table(fields["settled"], "settled")
    return [(number, reading.as_integer(at, number, 0, 2**53)) for number, at in table.items()]


def _refusal(value: object) -> Refusal:
    run, seq, reason = reading.array(value, "refused", 3)
    return reading.as_text(run, "run"), _number(seq), reading.as_text(reason, "reason")
