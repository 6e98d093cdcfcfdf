"""From the texts of an export to items: each line is used, at fault or set aside, and told."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from numlycee.domain.causes import Owner
from numlycee.domain.equipment import Item, Park
from numlycee.domain.french import plain
from numlycee.domain.kinds import Kind
from numlycee.domain.labels import LONGEST, Labels, is_label_name, parse_labels, spelt
from numlycee.domain.naming import is_id
from numlycee.domain.sites import Site
from numlycee.fleet.exports import OURS, Export, System, headed
from numlycee.fleet.listing import AsideError, Fault, FaultyError, Listed, Listing, Raw
from numlycee.fleet.nature import kind_of
from numlycee.fleet.whereabouts import Whereabouts
from numlycee.settings import nearest

LONGEST_NAME: Final = 200
NONE: Final[Park] = {}
_PLACES: Final = ("uai", "site", "place", "slugs", "name")
_OUT_OF_SERVICE: Final = re.compile(
    r"stock|reform|rebut|perdu|vole|retir|planifi|planned|staged|^inventory$|decommission|"
    r"hors parc|command|prepar"
)
_OWNERS: Final[Mapping[str, Owner]] = {owner.value: owner for owner in Owner} | {
    "conseil regional": Owner.REGION,
    "academie": Owner.ACADEMY,
    "rectorat": Owner.ACADEMY,
    "operateur": Owner.OPERATOR,
    "editeur": Owner.PUBLISHER,
    "energie": Owner.ENERGY,
    "eple": Owner.LYCEE,
    "etablissement": Owner.LYCEE,
    "inconnu": Owner.UNKNOWN,
}
_FAMILIES: Final = {
    Kind.PRINTER: "printer",
    Kind.SERVER: "computer",
    Kind.NAS: "computer",
    Kind.UPS: "peripheral",
}
"""GLPI numbers each of its families of items from 1: the one in which a kind is usually found."""


class Judge:
    """Judges devices by a fleet, its contracts, and the kind of those whose file says none."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        contracts: Collection[str],
        usual: Kind | None = None,
        known: Park = NONE,
    ) -> None:
        """Know what devices may speak of; what is `known` is told by its id alone."""
        self._known = known
        self._where = Whereabouts(sites)
        self._contracts = contracts
        self._usual = usual

    def listing(self, export: Export) -> Listing:
        """Return everything that an export holds."""
        items: list[Listed] = []
        faults: list[Fault] = []
        aside: Counter[str] = Counter()
        faulty: set[str] = set()
        for raw in map(_customised, export.devices):
            try:
                items.append(Listed(self.item(raw, export.system), raw.where, _address(raw)))
            except AsideError as error:
                aside[str(error)] += 1
            except FaultyError as error:
                usual = OURS.get(error.name, ("",))[0]
                column = raw.headings.get(error.name, usual)
                faults.append(Fault(raw.where, column, str(error), error.remedy))
                faulty.add(raw.text("number"))
        return Listing(
            export.system, tuple(items), tuple(faults), aside, frozenset(faulty), export.unread
        )

    def item(self, raw: Raw, system: System | None = None) -> Item:
        """Return what one device is; raises `AsideError` and `FaultyError`.

        Without a system it is a line of our own register, which says where it comes from.
        """
        if raw.text("gone"):
            raise AsideError("supprimé, ou modèle d'objet")
        if _OUT_OF_SERVICE.search(plain(raw.text("status"))):
            raise AsideError(f"statut « {raw.text('status')} », qui n'est pas en service")
        uai, name = self._where.of((name, raw.text(name)) for name in _PLACES), _id(raw.text("id"))
        there = self._known.get(uai, {}).get(name)
        kind = self._kind(raw, there)
        return Item(
            uai=uai,
            id=name,
            kind=kind,
            name=_name(raw, there),
            vendor=raw.text("vendor")[:LONGEST_NAME],
            model=raw.text("model")[:LONGEST_NAME],
            serial=raw.text("serial"),
            owner=_owner(raw.text("owner")),
            operator=raw.text("operator"),
            contract=self._contract(raw.text("contract")),
            labels=_labels(raw),
            source=_source(raw, system, kind) if system else raw.text("source"),
        )

    def _kind(self, raw: Raw, there: Item | None) -> Kind:
        usual = there.kind if there else self._usual
        if plain(raw.text("itemtype")) == "printer":
            usual = Kind.PRINTER
        return kind_of(raw.text("kind") or raw.text("itemtype"), usual)

    def _contract(self, name: str) -> str:
        if name and name not in self._contracts:
            close = nearest(name, self._contracts)
            guess = f"vouliez-vous dire « {close} » ?" if close else "décrivez-le"
            remedy = f"{guess} Les contrats sont les [[contracts]] de numlycee.toml"
            raise FaultyError("contract", f"contrat inconnu : « {name} »", remedy)
        return name


def _customised(raw: Raw) -> Raw:
    """Return a device with its custom fields under our names, where these are still empty."""
    custom = {key.removeprefix("custom "): key for key in raw.cells if key.startswith("custom ")}
    found = {name: raw.cells[custom[heading]] for name, heading in headed(custom, OURS).items()}
    given = {name: text for name, text in raw.cells.items() if text}
    return Raw(raw.file, raw.place, found | given, raw.headings)


def _address(raw: Raw) -> str:
    """Return the first address of a device, without the mask of its network."""
    return next(iter(raw.text("address").replace(",", " ").split()), "").partition("/")[0]


def _id(text: str) -> str:
    if text and not is_id(text):
        remedy = "1 à 64 signes parmi a-z 0-9 . _ -, comme sw-coeur"
        raise FaultyError("id", f"« {text} » n'est pas un identifiant", remedy)
    return text


def _name(raw: Raw, there: Item | None) -> str:
    unnamed = there.name if there else f"{raw.text('vendor')} {raw.text('model')}".strip()
    name = raw.text("name") or unnamed
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        reason = "le nom manque" if not name else "nom illisible ou trop long"
        raise FaultyError("name", reason, f"donnez-en un de {LONGEST_NAME} signes au plus")
    return name


def _owner(text: str) -> Owner | None:
    word = plain(text)
    if word and word not in _OWNERS:
        close = nearest(word, _OWNERS)
        guess = f"vouliez-vous dire {close} ?" if close else f"écrivez {', '.join(Owner)}"
        raise FaultyError("owner", f"responsable inconnu : « {text} »", guess)
    return _OWNERS.get(word)


def _labels(raw: Raw) -> Labels:
    """Return the labels given, and tags: « name=value » or « name:value » is one, words are not."""
    try:
        given = dict(parse_labels(raw.text("labels")))
        words = []
        for tag in filter(None, (part.strip() for part in raw.text("tags").split(","))):
            name, mark, value = tag.replace("=", ":", 1).partition(":")
            if mark and value.strip() and is_label_name(name.strip()):
                given[name.strip()] = value.strip()
            else:
                words.append(tag)
        if words:
            given["tags"] = " ".join(sorted(words))
        return parse_labels(spelt(given.items()))
    except ValueError as error:
        name = "tags" if raw.text("tags") else "labels"
        remedy = f"nom=valeur, séparés par des virgules, {LONGEST} signes au plus par valeur"
        raise FaultyError(name, str(error), remedy) from error


def _source(raw: Raw, system: System, kind: Kind) -> str:
    number = raw.text("number")
    if system is not System.GLPI or not number:
        return f"{system}:{number}"
    family = re.sub("[^a-z]", "", plain(raw.text("itemtype"))) or _FAMILIES.get(
        kind, "networkequipment"
    )
    return f"{system}:{family}/{number}"
