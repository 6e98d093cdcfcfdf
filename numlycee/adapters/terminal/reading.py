"""The first half of a proof: which hours are due, and whose account is read."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.table import Table

from numlycee.adapters.terminal.sentences import (
    GROUNDS,
    STATES,
    VANTAGES,
    VOTES,
    Local,
    columns,
    seconds,
    weekday,
)
from numlycee.domain.agenda import clock
from numlycee.domain.french import number, plural
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.rates.explanation.model import (
    Ballots,
    Composition,
    Day,
    Explanation,
    Intervention,
    PartTold,
    Poll,
    Timetable,
)

_SHOWN = 7
"""Days and votes that are listed one by one; beyond, they are counted."""


def owed(explanation: Explanation, local: Local) -> Iterator[str | Table]:
    """Yield the calendar, the life of the resource and its maintenance."""
    timetable = explanation.timetable
    yield f"Calendrier « {timetable.name} », version {timetable.version}."
    yield from _days(timetable)
    yield from _life(explanation, local)
    for intervention in explanation.interventions:
        yield _maintenance(intervention, local)
    if not explanation.interventions:
        yield "Aucune maintenance n'a été déclarée sur cette période."


def _days(timetable: Timetable) -> Iterator[str]:
    if len(timetable.days) <= _SHOWN:
        for day in timetable.days:
            yield f"- {weekday(day.date)} : {_hours(day)} ({_why(day)})"
        return
    opened = sum(bool(day.hours) for day in timetable.days)
    closed = Counter(_ground(day) for day in timetable.days if not day.hours)
    why = ", ".join(f"{number(count)} ({ground})" for ground, count in closed.items())
    yield (
        f"{plural(len(timetable.days), 'jour')}, dont {number(opened)} ouverts"
        f"{f' ; fermés : {why}' if why else ''}."
    )


def _why(day: Day) -> str:
    if day.ground:
        return f"{GROUNDS[day.ground]} : {day.reason}"
    return f"la semaine en vigueur depuis le {day.since}" if day.since else "la semaine ordinaire"


def _ground(day: Day) -> str:
    return GROUNDS[day.ground] if day.ground else "hors de la semaine d'ouverture"


def _hours(day: Day) -> str:
    spans = ", ".join(f"de {clock(opens)} à {clock(closes)}" for opens, closes in day.hours)
    return spans or "fermé"


def _life(explanation: Explanation, local: Local) -> Iterator[str]:
    life = explanation.life
    listed = f"premier inventaire qui la nomme, le {local.moment(life.listed)}"
    if life.born < life.listed:
        yield f"Service dû depuis le {local.moment(life.born)}, date déclarée ({listed})."
    else:
        yield f"Service dû depuis le {listed}."
    if life.retired is not None:
        yield f"Ressource retirée le {local.moment(life.retired)} : rien n'est dû ensuite."


def _maintenance(intervention: Intervention, local: Local) -> str:
    stated = intervention.stated
    who = f"par {stated.author} : « {stated.reason} »" if stated.author else "sans auteur"
    when = f"Maintenance du {local.moment(stated.start)} au {local.moment(stated.end)}"
    told = f"{when}, annoncée le {local.moment(stated.announced)} ({who})"
    if not stated.counts:
        return f"{told} : trop tard, elle ne retire rien du temps dû."
    taken = f"{told} : à temps, elle retire {seconds(intervention.excluded)} du temps dû."
    if not intervention.overrun:
        return taken
    return f"{taken} Son dépassement compte : {seconds(intervention.overrun)} dues après sa fin."


def read(explanation: Explanation, local: Local) -> Iterator[str | Table]:
    """Yield the runs and inventories, or the vote, that the states come from."""
    yield _resolution(explanation.resource)
    if explanation.compositions:
        yield from _compositions(explanation.compositions, local)
    if explanation.question.uai:
        yield from _accounts(explanation, local)
    else:
        yield from _polls(explanation.polls, local)
        if explanation.ballots:
            yield from _ballots(explanation.ballots, local)


def _resolution(resource: Resource) -> str:
    if resource.kind is Kind.COMPOSITE:
        return (
            f"Une coupure plus courte que {seconds(resource.resolution)} peut passer inaperçue : "
            "c'est ce que voit la plus grossière de ses composantes."
        )
    above = f" En amont : {resource.parent}." if resource.parent else ""
    return (
        f"Sonde toutes les {seconds(resource.period)}, confirmation en "
        f"{seconds(resource.confirmation)} : une coupure plus courte que "
        f"{seconds(resource.resolution)} peut passer inaperçue.{above}"
    )


def _accounts(explanation: Explanation, local: Local) -> Iterator[str | Table]:
    if not explanation.runs:
        yield "Personne n'a rendu compte de ce lycée sur cette période."
        return
    for run in explanation.runs:
        yield (
            f"- {VANTAGES[run.vantage]}, exécution {run.run}, commencée le "
            f"{local.moment(run.began)} : rend compte de {seconds(run.covered)} du "
            f"{local.moment(run.start)} au {local.moment(run.end)}, dont {seconds(run.read)} lues."
        )
    for listing in explanation.lists:
        names = "nomme" if listing.names else "ne nomme pas"
        since = local.moment(listing.since)
        yield f"- inventaire {listing.digest}, en vigueur dès le {since} : {names} la ressource."


def _compositions(told: Sequence[Composition], local: Local) -> Iterator[str]:
    yield (
        "Ce service marche quand assez de chaque composante marche ; il est aussi mauvais que la "
        "moins bonne. Composantes en défaut :"
    )
    lessened = [one for one in told if any(_lacking(part) for part in one.parts)]
    for one in lessened[:_LONGEST]:
        parts = ", ".join(_part(part) for part in one.parts if _lacking(part))
        yield f"- du {local.moment(one.start)} au {local.moment(one.end)} : {parts}"
    if not lessened:
        yield "- aucune, de bout en bout"
    if len(lessened) > _LONGEST:
        yield f"… et {number(len(lessened) - _LONGEST)} autres ; --format json les dit toutes."


def _lacking(part: PartTold) -> bool:
    return part.living > 0 and part.state is not State.UP


def _part(part: PartTold) -> str:
    seen = f"{number(part.working)} sur {number(part.living)}, il en faut {number(part.needed)}"
    return f"{part.name} {STATES[part.state]} ({seen})"


def _polls(polls: Sequence[Poll], local: Local) -> Iterator[str | Table]:
    yield (
        "Chaque lycée vote tant qu'il observe le service et que sa propre liaison marche. Sur n "
        "votants dont f en échec : panne si f/n ≥ 1/2, panne partielle si f ≥ 2 et f/n ≥ 1/20 ; "
        "à moins de trois votants, non mesuré."
    )
    told = [poll for poll in polls if poll.state is not State.UP]
    if not told:
        yield f"Aucun des {number(len(polls))} décomptes de voix ne met le service en cause."
        return
    yield _polls_table(told[:_LONGEST], local)
    if len(told) > _LONGEST:
        yield f"… et {number(len(told) - _LONGEST)} autres décomptes ; --format json les dit tous."


_LONGEST = 20


def _polls_table(polls: Sequence[Poll], local: Local) -> Table:
    table = columns("=de", "=à", ">votants", ">en échec", "verdict")
    said = {State.DOWN: "panne", State.DEGRADED: "panne partielle", None: "trop peu de votants"}
    for poll in polls:
        table.add_row(
            local.moment(poll.start), local.moment(poll.end),
            number(poll.voters), number(poll.failing), said.get(poll.state, ""),
        )  # fmt: skip
    return table


def _ballots(ballots: Ballots, local: Local) -> Iterator[str | Table]:
    yield f"Les voix, le {local.moment(ballots.at)} :"
    for vote, words in VOTES.items():
        sites = [voter.uai for voter in ballots.voters if voter.vote is vote]
        if sites:
            yield f"- {plural(len(sites), 'lycée')} : {words} ({', '.join(sites)})"
