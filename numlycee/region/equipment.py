"""What each simulated lycée is equipped with, and what hangs from what."""

from random import Random

from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Site

CORE = "sw-coeur"
_FAST, _USUAL = 2_000, 10_000


def equip(site: Site, seed: int) -> tuple[Resource, ...]:
    """Return the resources of a lycée: the more pupils, the more switches and access points.

    The agent sits on the core switch: everything else hangs from it, the link behind the
    firewall, the ENT behind the link.
    """
    random = Random(f"equipment {seed} {site.uai}")
    buildings = 1 + min(4, site.enrolment // 450)
    return (
        Resource(CORE, Kind.SWITCH, "Commutateur cœur", None, _FAST, vendor="HPE/Aruba"),
        Resource("pare-feu", Kind.FIREWALL, "Pare-feu", CORE, _FAST, vendor="Stormshield"),
        Resource("link", Kind.LINK, f"Lien THD {site.operator}", "pare-feu", _FAST),
        Resource("ent", Kind.SERVICE, "Mon ENT", "link", _USUAL),
        Resource("onduleur", Kind.UPS, "Onduleur du local technique", CORE, _USUAL, vendor="APC"),
        Resource("serveur", Kind.SERVER, "Serveur pédagogique", CORE, _USUAL),
        *_buildings(random, buildings),
        Resource("copieur", Kind.PRINTER, "Copieur de la vie scolaire", "sw-a", _USUAL),
    )


def _buildings(random: Random, count: int) -> list[Resource]:
    resources = []
    for letter in "abcde"[:count]:
        switch = f"sw-{letter}"
        name = f"Commutateur bâtiment {letter.upper()}"
        resources.append(Resource(switch, Kind.SWITCH, name, CORE, _USUAL, vendor="HPE/Aruba"))
        resources += [
            Resource(
                f"ap-{letter}{i}",
                Kind.ACCESS_POINT,
                f"Borne Wi-Fi {letter.upper()}{i}",
                switch,
                _USUAL,
                vendor="Ubiquiti",
            )
            for i in range(1, random.randint(2, 3) + 1)
        ]
    return resources
