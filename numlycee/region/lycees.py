"""Fictitious lycées: valid UAI codes that no school bears, plausible places and enrolments."""

from itertools import cycle
from random import Random

from numlycee.domain.sites import Site
from numlycee.domain.uai import check_letter
from numlycee.region.places import NAMES, OPERATORS, PLACES, Place

WHOLE_REGION = sum(place.lycees for place in PLACES)
"""225 lycées, as in the official directory."""


def make_sites(seed: int, count: int = WHOLE_REGION) -> tuple[Site, ...]:
    """Return `count` lycées spread over the départements as the real ones are, in UAI order.

    Any count works: fewer are drawn in proportion, more begin again with further numbers.
    """
    random = Random(f"lycees {seed}")
    queue = cycle(_spread(random))
    taken: dict[str, int] = {}
    sites = []
    for _ in range(count):
        place = next(queue)
        number = taken[place.department.code] = taken.get(place.department.code, 0) + 1
        sites.append(_site(random, place, number))
    return tuple(sorted(sites, key=lambda site: site.uai))


def _spread(random: Random) -> list[Place]:
    """Return each place as often as it has lycées, the first thirteen one of each."""
    rest = [place for place in PLACES for _ in range(place.lycees - 1)]
    random.shuffle(rest)
    return [*PLACES, *rest]


def _site(random: Random, place: Place, number: int) -> Site:
    digits = f"0{place.department.code}9{number:03d}"
    town, latitude, longitude = random.choice(place.towns)
    name = NAMES[(number * 7 + int(place.department.code) * 3) % len(NAMES)]
    return Site(
        uai=digits + check_letter(digits),
        name=f"Lycée {name}",
        commune=town,
        department=place.department,
        latitude=round(latitude + random.uniform(-0.03, 0.03), 4),
        longitude=round(longitude + random.uniform(-0.03, 0.03), 4),
        enrolment=round(min(2187, max(88, random.lognormvariate(6.46, 0.55)))),
        operator=random.choices(OPERATORS, (5, 3, 2))[0],
    )
