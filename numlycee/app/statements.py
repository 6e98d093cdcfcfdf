"""What people state, opened from the files that the configuration names."""

from collections.abc import Collection

from numlycee.config import Config
from numlycee.domain.register import SILENT, Register
from numlycee.fleet.register import read_register


def register(config: Config, sites: Collection[str]) -> Register:
    """Return the register, silent where none is named; raises `SettingsError`."""
    if config.register is None:
        return SILENT
    return read_register(config.register, config.service.zone, sites)
