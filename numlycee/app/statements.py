"""What people state, opened from the files that the configuration names."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from numlycee.config import Config
from numlycee.domain.contracts import Contract
from numlycee.domain.equipment import Park
from numlycee.domain.register import SILENT, Register
from numlycee.domain.sites import Site
from numlycee.fleet.park import read_park
from numlycee.fleet.register import read_register
from numlycee.settings import SettingsError


def register(config: Config, sites: Mapping[str, Site]) -> Register:
    """Return the register, silent where none is named; raises `SettingsError`."""
    said = SILENT
    if config.register is not None:
        said = read_register(config.register, config.service.zone, sites)
    return replace(said, equipment=equipment(config, sites))


def equipment(config: Config, sites: Mapping[str, Site]) -> Park:
    """Return the register of equipment, empty where none is named; raises `SettingsError`.

    The same value as long as its file is the same: it may have fifty thousand lines.
    """
    path = config.equipment
    if path is None:
        return {}
    try:
        told = path.stat()
    except OSError as error:
        remedy = "numlycee inventory equipment EXPORT --write makes one"
        message = f"{path}: equipment: cannot be read: {error.strerror}; {remedy}"
        raise SettingsError(message) from error
    contracts = frozenset(terms.name for terms in config.contracts)
    return _read(path, (told.st_mtime_ns, told.st_size), tuple(sites.values()), contracts)


def covering(contract: Contract, park: Park) -> Contract:
    """Return a contract with the equipment that names it.

    Raises `SettingsError` when there is a register of equipment, and nothing is under the contract.
    """
    if not park:
        return contract
    named = (item for items in park.values() for item in items.values())
    keys = {(item.uai, item.id) for item in named if item.contract == contract.name}
    if not (keys or contract.keys):
        raise SettingsError(
            f"contracts: {contract.name}: covers nothing: write operator, sites, or its name in "
            "the column « contrat » of the register of equipment"
        )
    return replace(contract, keys=contract.keys | keys)


@lru_cache(maxsize=1)
def _read(
    path: Path, _: tuple[int, int], fleet: tuple[Site, ...], contracts: frozenset[str]
) -> Park:
    """Read a file that has not changed only once: its instant and its size tell."""
    return read_park(path, {site.uai: site for site in fleet}, contracts)
