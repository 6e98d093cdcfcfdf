"""What a receipt says to one site, kept below the size of a payload."""

from collections.abc import Iterable, Iterator, Sequence

from numlycee.collector.complaints import printable
from numlycee.collector.ledger import Ledger, Outcome, Verdict
from numlycee.collector.mail import SiteMail
from numlycee.collector.ports import Standing
from numlycee.wire.messages import MOST_RUNS
from numlycee.wire.receipts import Mark, Receipt

MOST_RANGES = 20
"""Ranges beyond the mark, per run: later ones are told once the first holes are filled."""
MOST_REFUSED = 64
LONGEST_REASON = 120


def confirmation(
    ledger: Ledger,
    standing: Standing,
    uai: str,
    site: SiteMail,
    verdicts: Sequence[Verdict],
    nonce: str,
) -> Receipt:
    """Return the receipt of one site for what it sent in a batch, hello included."""
    held = site.hello.runs if site.hello else ()
    runs = list(dict.fromkeys((*(v.key.run for v in verdicts), *held)))[:MOST_RUNS]
    refused = dict.fromkeys((*_refused(verdicts), *ledger.refusals(uai, held)))
    return Receipt(
        epoch=standing.epoch,
        commit=standing.commit,
        nonce=nonce,
        runs={run: _short(ledger.mark(uai, run)) for run in runs},
        received_at=ledger.at,
        sent=site.sent or (site.hello.clock if site.hello else 0),
        refused=tuple(
            (run, seq, printable(reason, LONGEST_REASON))
            for run, seq, reason in list(refused)[:MOST_REFUSED]
        ),
    )


def _refused(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, int, str]]:
    for verdict in verdicts:
        if verdict.reason and verdict.outcome is not Outcome.POSTPONED:
            yield verdict.key.run, verdict.key.seq, verdict.reason


def _short(mark: Mark) -> Mark:
    return Mark(mark.contiguous, mark.beyond[:MOST_RANGES])
