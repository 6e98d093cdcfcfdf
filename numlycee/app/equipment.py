"""The register of equipment: what lists would change in it, how it stands beside the agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from numlycee.adapters.sql import open_reader
from numlycee.app.service import fleet
from numlycee.config import Config
from numlycee.domain.equipment import Park
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Key
from numlycee.domain.sites import Site, principal
from numlycee.domain.uai import parse_uai
from numlycee.fleet.equipment_plan import EquipmentPlan, applied_equipment, equipment_plan
from numlycee.fleet.exports import System, read_exports
from numlycee.fleet.judging import Judge
from numlycee.fleet.listing import Listing
from numlycee.fleet.park import read_park, update_park
from numlycee.fleet.reconcile import Standing, adopted, reconciled
from numlycee.fleet.skeleton import skeleton
from numlycee.settings import SettingsError, nearest


@dataclass(frozen=True, slots=True)
class Asked:
    """Which files of which system, the kind of what says none, and whether they are everything."""

    system: System
    paths: Sequence[Path]
    usual: Kind | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """The lycées of the fleet, and the equipment that people have listed in them."""

    sites: Mapping[str, Site]
    park: Park


def inventory(config: Config) -> Inventory:
    """Return fleet and register, empty where there is none yet; raises `SettingsError`."""
    sites = fleet(config)
    path = config.equipment
    known = path is not None and path.exists()
    return Inventory(sites, read_park(path, sites, _contracts(config)) if path and known else {})


def compare(config: Config, asked: Asked) -> tuple[EquipmentPlan, Listing]:
    """Return what lists would change in the register, and all that they hold.

    Raises `SettingsError` for a file that cannot be read whole.
    """
    present = inventory(config)
    listing = _listing(config, present, asked)
    return equipment_plan(present.park, listing, whole=asked.whole), listing


def write(config: Config, plan: EquipmentPlan) -> Path:
    """Carry out a plan in the register; returns its file. Raises `SettingsError`, `OSError`."""
    present = inventory(config)
    return _write(config, present.sites, applied_equipment(present.park, plan), plan.moved)


def standings(config: Config) -> tuple[Inventory, tuple[Standing, ...]]:
    """Return how the register of each lycée agrees with the latest inventory of its agent.

    Nothing is compared where there is no register at all.
    Raises `SettingsError`, and `StoreError` or `StoreUnavailableError` for the store.
    """
    present = inventory(config)
    if not present.park:
        return present, ()
    latest = dict(open_reader(config.store_url).latest())
    watched: dict[str, tuple[Resource, ...]] = {
        uai: listed.resources for uai, listed in latest.items() if uai in present.sites
    }
    return present, tuple(reconciled(present.park, watched))


def adopt(config: Config, present: Inventory, found: Sequence[Standing]) -> Path:
    """Give the twins of the register the ids of the agents; returns its file."""
    park, moved = adopted(present.park, found)
    return _write(config, present.sites, park, moved)


def agent_file(config: Config, uai: str, addresses: Asked | None) -> str:
    """Return the equipment of a lycée as its agent's file writes it.

    `addresses` are lists that also tell addresses: these go from there to here, and nowhere else.
    Raises `SettingsError`.
    """
    present = inventory(config)
    site = lycee(present.sites, uai)
    items = present.park.get(site.uai, {})
    if not items:
        raise SettingsError(f"{site.uai} : le registre ne lui connaît aucun équipement")
    told: Mapping[Key, str] = {}
    if addresses:
        listing = _listing(config, present, addresses)
        told = equipment_plan(present.park, listing).addresses
    known = {name: told[site.uai, name] for name in items if (site.uai, name) in told}
    return skeleton(site.uai, items.values(), known)


def lycee(sites: Mapping[str, Site], uai: str) -> Site:
    """Return a lycée of the fleet by any of its codes; raises `SettingsError`."""
    try:
        code = principal(sites, parse_uai(uai))
    except ValueError as error:
        raise SettingsError(str(error)) from error
    if code not in sites:
        close = nearest(code, sites)
        guess = f" ; vouliez-vous dire {close} ?" if close else ""
        raise SettingsError(f"{code} n'est pas un lycée du parc{guess}")
    return sites[code]


def _listing(config: Config, present: Inventory, asked: Asked) -> Listing:
    judge = Judge(present.sites, _contracts(config), asked.usual, present.park)
    return judge.listing(read_exports(asked.system, asked.paths))


def _contracts(config: Config) -> frozenset[str]:
    return frozenset(terms.name for terms in config.contracts)


def _write(config: Config, sites: Mapping[str, Site], park: Park, moved: Mapping[Key, Key]) -> Path:
    if config.equipment is None:
        remedy = 'write equipment = "equipements.csv" in numlycee.toml'
        raise SettingsError(f"equipment: names no register to write; {remedy}")
    update_park(config.equipment, park, sites, moved)
    return config.equipment
