"""An explanation as data: one document with every fact, and its stretches as records."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from numlycee.domain.french import iso
from numlycee.rates.answers import period, tallies
from numlycee.rates.explanation.model import Due, Explanation, Loss, Stretch

_PARTS = ("site", "timetable", "life", "runs", "lists", "interventions", "spells")
_MILLISECONDS = frozenset(
    (
        "start", "end", "at", "period", "confirmation", "listed", "begun", "retired", "began",
        "covered", "read", "since", "announced", "given", "excluded", "overrun", "earliest",
        "latest", "down",
    )
)  # fmt: skip


def document(explanation: Explanation) -> Mapping[str, object]:
    """Return every fact; a name in `_ms` is an instant (since 1970, UTC) or a length."""
    question = explanation.question
    return {
        "uai": question.uai,
        "resource": _plain(explanation.resource),
        **period(question.window),
        "hours": question.hours.value,
        "at_ms": question.at,
        **{part: _plain(getattr(explanation, part)) for part in _PARTS},
        "polls": _plain(explanation.polls),
        "ballots": _plain(explanation.ballots),
        "compositions": _plain(explanation.compositions),
        "stretches": list(records(explanation)),
        "outages": [_loss(loss) for loss in explanation.losses],
        **tallies(explanation.contract, explanation.felt),
    }


def records(explanation: Explanation) -> Iterator[Mapping[str, object]]:
    """Yield the stretches under the names of `FIELDS`, local times with their offset."""
    zone = explanation.timetable.zone
    for stretch in explanation.stretches:
        reading = stretch.reading
        yield {
            "start_ms": stretch.start,
            "end_ms": stretch.end,
            "start": iso(stretch.start, zone),
            "end": iso(stretch.end, zone),
            "length_ms": stretch.length,
            "state": stretch.state.value,
            "cause": stretch.cause.value if stretch.cause else None,
            "due": stretch.due.value,
            "counted": _counted(stretch),
            "rule": reading.rule.value,
            "vantage": reading.vantage.value if reading.vantage else None,
            "run": reading.run or None,
            "began_ms": reading.began,
            "inventory": reading.inventory or None,
        }


FIELDS = (
    "start_ms", "end_ms", "start", "end", "length_ms", "state", "cause", "due", "counted", "rule",
    "vantage", "run", "began_ms", "inventory",
)  # fmt: skip
"""The fields of a stretch, in their order."""


def _counted(stretch: Stretch) -> str:
    """Return in which tallies a stretch counts."""
    return {Due.DUE: "both", Due.MAINTENANCE: "felt"}.get(stretch.due, "none")


def _loss(loss: Loss) -> Mapping[str, object]:
    return {
        **_plain(loss.outage),
        "counted_ms": loss.counted,
        "proposed_owner": loss.proposed.value,
        "overrule": _plain(loss.overrule),
        "owner": loss.owner.value,
    }


def _plain(value: Any) -> Any:
    """Return a value of the model as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {
            f"{field.name}_ms" if field.name in _MILLISECONDS else field.name: _plain(
                getattr(value, field.name)
            )
            for field in fields(value)
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
