"""Random small Regions with everything that can go wrong in an account of them."""

from itertools import pairwise
from random import Random

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.register import Lifetime, Register
from numlycee.domain.sites import Site
from numlycee.domain.states import STORED, State
from numlycee.domain.tallies import Maintenance
from numlycee.rates.ports import SpellRow
from tests.rates.histories import (
    ACCESS_POINT,
    DAY,
    ENT,
    GARONNE,
    HERAULT,
    HOUR,
    LINK,
    MINUTE,
    MONDAY,
    SWITCH,
    ListHistory,
    site,
)

SPAN = 12 * DAY
CENTRE_LISTS: dict[str, tuple[Resource, ...]] = {"c1": (LINK,), "c2": (LINK, ENT), "c3": (ENT,)}
LISTS = {
    "d1": (LINK, ENT, SWITCH),
    "d2": (LINK, ENT, SWITCH, ACCESS_POINT),
    "d3": (LINK, SWITCH),
}


def instant(dice: Random, start: int = MONDAY, end: int = MONDAY + SPAN) -> int:
    """Often a round minute or an opening hour, so that bounds coincide; sometimes any."""
    exact = dice.randrange(start, end)
    step = dice.choice([1, MINUTE, HOUR, 11 * HOUR])
    return min(max(exact - (exact - MONDAY) % step, start), end)


def cuts(dice: Random, start: int, end: int, count: int) -> list[tuple[int, int]]:
    """Disjoint pieces of an interval, some of them touching."""
    marks = sorted({instant(dice, start, end) for _ in range(2 * count)} | {start, end})
    pieces = list(pairwise(marks))
    return [piece for piece in pieces if dice.random() < 0.6]


def fleet(dice: Random, size: int) -> dict[str, Site]:
    return {
        f"03100{n:02d}A": site(
            f"03100{n:02d}A",
            HERAULT if n % 2 else GARONNE,
            pupils=100 * (n + 1),
            calendar="boarding" if dice.random() < 0.2 else "",
        )
        for n in range(size)
    }


def run_of(
    dice: Random, history: ListHistory, uai: str, n: int, span: tuple[int, int], *, centre: bool
) -> None:
    vantage = Vantage.CENTRE if centre else Vantage.SITE
    run, began = f"r{n}", dice.randrange(3)
    for start, end in cuts(dice, *span, dice.randrange(1, 5)):
        digest = dice.choice(list(CENTRE_LISTS if centre else LISTS))
        resources = CENTRE_LISTS[digest] if centre else LISTS[digest]
        history.watched(
            uai, resources, start, end, run=run, began=began, digest=digest, vantage=vantage
        )
        stray = ACCESS_POINT not in resources and dice.random() < 0.1
        known = (*resources, ACCESS_POINT) if stray else resources
        for resource in known:
            for a, b in cuts(dice, start, end, dice.randrange(4)):
                state = dice.choice((*STORED, State.DOWN))
                cause = dice.choice([Cause.EDGE, Cause.TIMEOUT, Cause.AGENT])
                if dice.random() < 0.8:
                    history.spelt.append(
                        SpellRow(uai, resource.id, vantage, run, began, state, cause, a, b)
                    )


def world(dice: Random, size: int = 4) -> tuple[ListHistory, dict[str, Site]]:
    history, sites = ListHistory(), fleet(dice, size)
    for uai in (*sites, "0999999Z"):
        if dice.random() < 0.3:  # runs that overlap
            for n in range(3):
                start = instant(dice)
                run_of(dice, history, uai, n, (start, MONDAY + SPAN), centre=False)
        else:
            marks = sorted({instant(dice) for _ in range(3)})
            for n, span in enumerate(pairwise(marks)):
                run_of(dice, history, uai, n, span, centre=False)
        if dice.random() < 0.3:
            run_of(dice, history, uai, 9, (MONDAY, MONDAY + SPAN), centre=True)
    dice.shuffle(history.covered)
    dice.shuffle(history.spelt)
    return history, sites


KEYS = ("", "link", "sw", "ent", "ap")


def statements(dice: Random, sites: dict[str, Site]) -> Register:
    """What people state of such a Region: of resources, of whole sites, of the shared service."""
    keys = [(uai, name) for uai in sites for name in KEYS] + [("", "ent")] * 2
    return Register(
        maintenance={key: announced(dice) for key in dice.sample(keys, dice.randrange(6))},
        lifetimes={key: lifetime(dice) for key in dice.sample(keys, dice.randrange(6))},
    )


def announced(dice: Random) -> list[Maintenance]:
    found = []
    for _ in range(dice.randrange(1, 4)):
        start = instant(dice)
        known = start + dice.choice([-DAY, -DAY, HOUR])
        found.append(Maintenance(start, start + dice.choice([HOUR, DAY]), known))
    return found


def lifetime(dice: Random) -> Lifetime:
    begun = dice.choice([None, instant(dice), MONDAY - DAY])
    retired = dice.choice([None, instant(dice), instant(dice), MONDAY - 2 * DAY])
    return Lifetime(begun, retired)


def interventions(dice: Random, sites: dict[str, Site]) -> dict[tuple[str, str], list[Maintenance]]:
    """Maintenance of three resources, one of them perhaps the shared service."""
    keys = [(uai, name) for uai in sites for name in ("link", "sw")] + [("", "ent")]
    return {key: announced(dice) for key in dice.sample(keys, 3)}
