"""Which lycée a device is in, from the texts where inventories say so."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from numlycee.domain.french import plain
from numlycee.domain.sites import Site
from numlycee.domain.uai import check_letter, is_uai
from numlycee.fleet.listing import FaultyError

_CODE = re.compile(r"(?<![0-9A-Za-z])([0-9]{7}[A-Za-z])(?![0-9A-Za-z])")
_STEPS = re.compile(r"[>/|]")
_REMEDY = "écrivez dans une colonne « uai » le code du lycée, tel qu'il est dans le parc"


class Whereabouts:
    """The lycées of the fleet, found by a code that a text holds, else by their own name."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """Know the fleet."""
        self._sites = {uai: uai for uai in sites}
        self._sites |= {other: site.uai for site in sites.values() for other in site.others}
        self._named: dict[str, set[str]] = defaultdict(set)
        for site in sites.values():
            for name in (site.name, f"{site.name} {site.commune}", f"{site.name} - {site.commune}"):
                self._named[_bare(name)].add(site.uai)

    def of(self, places: Iterable[tuple[str, str]]) -> str:
        """Return the principal UAI that texts, by their names, speak of; the first that does.

        Raises `FaultyError`: for a code with a wrong key, for a lycée that is not of the fleet, for
        a name that several bear, for nothing at all.
        """
        said = [(name, text) for name, text in places if text]
        for name, text in said:
            for code in _CODE.findall(text):
                return self._coded(name, code.upper())
        for name, text in said:
            for step in reversed(_STEPS.split(text)):
                found = self._named.get(_bare(step), set())
                if len(found) > 1:
                    reason = f"« {step.strip()} » est le nom de {', '.join(sorted(found))}"
                    raise FaultyError(name, reason, _REMEDY)
                if found:
                    return next(iter(found))
        name, text = said[0] if said else ("uai", "")
        reason = f"« {text} » n'est pas un lycée du parc" if text else "rien ne dit le lycée"
        raise FaultyError(name, reason, _REMEDY)

    def _coded(self, name: str, code: str) -> str:
        if not is_uai(code):
            reason = (
                f"le code {code} a une clé fausse : {code[:7]} appelle {check_letter(code[:7])}"
            )
            raise FaultyError(name, reason, "corrigez-le dans le système d'où vient l'export")
        if code not in self._sites:
            remedy = "ajoutez-le au parc (numlycee inventory directory), ou ôtez-le de l'export"
            raise FaultyError(name, f"{code} n'est pas un lycée du parc", remedy)
        return self._sites[code]


def _bare(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", plain(name)))
