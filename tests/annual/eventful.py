"""A small Region whose year is full of statements: corrections, interventions, retirements."""

from datetime import date
from random import Random

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Lifetime, Overrule, Register, Trace
from numlycee.domain.tallies import Maintenance
from tests.annual.year import END, HOUR, START, Rows, at, region

SITES = region(3)
LINK = Resource("link", Kind.LINK, "Lien THD")
SWITCH = Resource("switch", Kind.SWITCH, "Commutateur")
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", "link")
DAY = 24 * HOUR
UAI = SITES[0].uai
NOON = at(date(2026, 1, 20), 12)


def stated(instant: int, owner: Owner, given_: int = NOON, author: str = "A. Martin") -> Overrule:
    return Overrule(instant, owner, Trace(given_, author, "vu avec les travaux"))


def watched() -> Rows:
    rows = Rows()
    for site in SITES:
        rows.add(site.uai, [LINK, SWITCH, ENT], (START - 30 * DAY, END))
    return rows


CAUSES = (Cause.POWER, Cause.TIMEOUT, Cause.LAN, Cause.PRINTER)


def eventful(random: Random) -> tuple[Rows, Register]:
    """Outages of several causes, corrections in and out of them, maintenance, a retirement."""
    rows = watched()
    overrules: dict[tuple[str, str], list[Overrule]] = {}
    planned: dict[tuple[str, str], list[Maintenance]] = {}
    for site in SITES:
        for resource in ("link", "switch", "ent"):
            instant = START - 2 * DAY
            for _ in range(random.randrange(6)):
                start = instant + random.randrange(60 * DAY)
                instant = start + random.randrange(1, 2 * DAY)
                rows.spell(site.uai, resource, start, instant, random.choice(CAUSES))
                key = (site.uai, resource)
                where = start + random.randrange(-HOUR, 2 * DAY)
                owner, given_ = random.choice(list(Owner)), random.randrange(START, END)
                overrules.setdefault(key, []).append(stated(where, owner, given_))
                begins = start + random.randrange(-DAY, DAY)
                window = (begins, begins + random.randrange(1, DAY), begins - HOUR)
                planned.setdefault(key, []).append(Maintenance(*window))
    gone = {(SITES[1].uai, "link"): Lifetime(None, random.randrange(START, END))}
    return rows, Register(planned, gone, overrules)
