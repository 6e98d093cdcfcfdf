"""The second half of a proof: stretch by stretch, their sum, the rates, the outages."""

import re
from collections.abc import Iterator, Sequence

from rich.table import Table

from numlycee.adapters.terminal.sentences import (
    DUE,
    MARKS,
    RULES,
    STATES,
    Local,
    cause,
    columns,
    seconds,
    weekday,
)
from numlycee.domain.calendars import local_date, school_year_of, zone_of
from numlycee.domain.durations import HOUR
from numlycee.domain.french import number, percentage, plural
from numlycee.domain.tallies import Rate, Tally
from numlycee.domain.timeline import Spell
from numlycee.domain.words import CAUSES, OWNERS
from numlycee.rates.explanation.days import day_tallies
from numlycee.rates.explanation.model import Due, Explanation, Loss, Stretch

_LONGEST_DAY = 25 * HOUR
"""The day on which the clocks go back."""

_SEEN = "service + dégradé"
_KNOWN = f"(2 × ({_SEEN}) + lisière) / (2 × ({_SEEN} + panne + lisière))"
_FELT = f"(2 × ({_SEEN}) + lisière) / (2 × ({_SEEN} + panne + lisière + injoignable))"
_NAMES = {
    "dû": "required",
    "service": "up",
    "dégradé": "degraded",
    "panne": "down",
    "injoignable": "unreachable",
    "non mesuré": "unobserved",
    "lisière": "edge",
}
_NAME = re.compile("|".join(_NAMES))


def lines(explanation: Explanation, local: Local) -> Iterator[str | Table]:
    """Yield the stretches of a day; of a longer window the days on which something was lost."""
    window = explanation.question.window
    if window.end - window.start > _LONGEST_DAY:
        yield from _days(explanation)
        return
    at = explanation.question.at
    yield from (_asked(s, at, local) for s in explanation.stretches if at and s.start <= at < s.end)
    yield _stretches(explanation.stretches, local)
    for spell in explanation.spells:
        if spell.start < window.start or spell.end > window.until:
            yield _whole(spell, local)
    for rule in {stretch.reading.rule: None for stretch in explanation.stretches}:
        yield f"({MARKS[rule]}) {RULES[rule]}"


def _asked(stretch: Stretch, at: int, local: Local) -> str:
    due = "dû" if stretch.due in (Due.DUE, Due.MAINTENANCE) else "non dû"
    return f"À l'instant demandé, {local.time(at)} : {STATES[stretch.state]}, {due}."


def _whole(spell: Spell, local: Local) -> str:
    why = f" ({cause(spell.cause)})" if spell.cause else ""
    span = f"du {local.moment(spell.start)} au {local.moment(spell.end)}"
    return f"Au-delà de cette journée : {STATES[spell.state]}{why} {span}."


def _stretches(stretches: Sequence[Stretch], local: Local) -> Table:
    table = columns("=de", "=à", ">durée", "=état", "cause", "dû ?", "=lu")
    for stretch in stretches:
        table.add_row(
            local.time(stretch.start), local.time(stretch.end), seconds(stretch.length),
            STATES[stretch.state], cause(stretch.cause), DUE[stretch.due],
            f"({MARKS[stretch.reading.rule]})",
        )  # fmt: skip
    return table


def _days(explanation: Explanation) -> Iterator[str | Table]:
    days = [(day, tally) for day, tally in day_tallies(explanation) if tally.required]
    lost = [(day, tally) for day, tally in days if tally.up != tally.required]
    yield (
        f"{plural(len(days), 'jour')} où du service est dû, dont {number(len(days) - len(lost))} "
        "entièrement en service."
    )
    if not lost:
        return
    yield "Les autres, en secondes :"
    table = columns(
        "jour", ">dû", ">service", ">dégradé", ">panne", ">injoi-\ngnable", ">non\nmesuré"
    )
    for day, tally in lost:
        table.add_row(weekday(day), *(seconds(length, unit="") for length in tally.columns[:-1]))
    yield table
    key = f"{explanation.question.uai}/{explanation.resource.id}"
    yield f"Un jour, ligne par ligne : numlycee explain {key} --at {lost[0][0]}"


def tallies(explanation: Explanation, _local: Local) -> Iterator[str | Table]:
    """Yield the tally, whose parts add up to what is due, to the millisecond."""
    tally = explanation.contract
    yield "dû = service + dégradé + panne + injoignable + non mesuré, en millisecondes :"
    yield _sum(tally)
    if tally.edge:
        yield f"dont {number(tally.edge)} de lisière, qui cache l'instant d'un changement."
    if explanation.felt != tally:
        yield f"Le vécu garde les maintenances : {_sum(explanation.felt)}"


def _sum(tally: Tally) -> str:
    parts = (tally.up, tally.degraded, tally.down, tally.unreachable, tally.unobserved)
    return f"{number(tally.required)} = {' + '.join(number(part) for part in parts)}"


def rates(explanation: Explanation, _local: Local) -> Iterator[str | Table]:
    """Yield every rate with the integers that make it."""
    tally, felt = explanation.contract, explanation.felt
    for name, formula, rate, of in (
        ("Taux connu", _KNOWN, tally.known, tally),
        ("Borne basse", f"({_SEEN}) / (dû − injoignable)", tally.low, tally),
        ("Borne haute", f"({_SEEN} + non mesuré) / (dû − injoignable)", tally.high, tally),
        ("Taux vécu", _FELT, felt.felt, felt),
        ("Taux vécu, borne basse", f"({_SEEN}) / dû", felt.felt_low, felt),
        ("Taux vécu, borne haute", f"({_SEEN} + non mesuré) / dû", felt.felt_high, felt),
        ("Couverture", "(dû − non mesuré) / dû", tally.coverage, tally),
    ):
        yield f"{name} : {percentage(rate)}"
        yield f"    {formula}"
        yield f"  = {_worked(formula, of)}"
        yield f"  = {_quotient(rate)}"
    yield "Les taux sont tronqués, jamais arrondis vers le haut."
    if tally.unobserved:
        yield f"Les {number(tally.unobserved)} ms non mesurées font tout l'écart entre les bornes."


def _worked(formula: str, tally: Tally) -> str:
    """Return the formula with its durations in the place of their names."""
    return _NAME.sub(lambda found: number(getattr(tally, _NAMES[found[0]])), formula)


def _quotient(rate: Rate) -> str:
    return f"{number(rate.numerator)} / {number(rate.denominator)}"


def losses(explanation: Explanation, local: Local) -> Iterator[str | Table]:
    """Yield each outage: its bounds, where it counts, and to whom it is ascribed."""
    at = explanation.question.at
    if not explanation.losses:
        yield "Aucune panne ne touche cette période."
    for loss in explanation.losses:
        asked = at is not None and loss.outage.start <= at < loss.outage.end
        named = "Panne de l'instant demandé" if asked else "Panne"
        yield f"{named}, {_seen(loss, local)}"
        yield f"  {_bounds(loss, local)}"
        yield f"  {_belongs(loss, explanation, local)}"
        yield f"  {_owner(loss, local)}"
    if at is not None and not any(x.outage.start <= at < x.outage.end for x in explanation.losses):
        yield f"À l'instant demandé, {local.moment(at)}, aucune panne n'est en cours."


def _seen(loss: Loss, local: Local) -> str:
    outage = loss.outage
    return (
        f"vue du {local.moment(outage.start)} au {local.moment(outage.end)} : "
        f"{seconds(outage.duration)}, dont {seconds(outage.down)} vues en panne ; "
        f"{CAUSES[outage.cause]}."
    )


def _bounds(loss: Loss, local: Local) -> str:
    outage = loss.outage
    begun = (
        f"Elle a commencé entre le {local.moment(outage.earliest)} et le "
        f"{local.moment(outage.start)}"
    )
    if outage.ongoing:
        return f"{begun} ; rien n'a été vu depuis."
    return f"{begun}, fini entre le {local.moment(outage.end)} et le {local.moment(outage.latest)}."


def _belongs(loss: Loss, explanation: Explanation, local: Local) -> str:
    if loss.counted is None:
        return "Aucun service n'était dû pendant cette panne : elle n'est comptée nulle part."
    window = explanation.question.window
    first = f"Sa première milliseconde due est le {local.moment(loss.counted)}"
    year = school_year_of(local_date(loss.counted, zone_of(explanation.timetable.zone)))
    if window.start <= loss.counted < window.until:
        return f"{first} : elle est comptée ici, entière, et dans l'année {year}."
    return f"{first} : elle n'est pas comptée ici, mais dans l'année {year}."


def _owner(loss: Loss, local: Local) -> str:
    proposed = f"Responsable proposé par la règle : {OWNERS[loss.proposed]}"
    if loss.overrule is None:
        return f"{proposed} ; personne n'en a décidé autrement."
    trace = loss.overrule.trace
    return (
        f"{proposed} ; {trace.author} en a décidé autrement le {local.moment(trace.given)} : "
        f"{OWNERS[loss.owner]} (« {trace.reason} »). Les deux sont gardés."
    )
