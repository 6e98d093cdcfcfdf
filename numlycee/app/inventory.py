"""What a directory would change in the fleet's file, and the change itself."""

from dataclasses import dataclass
from pathlib import Path

from numlycee.config import Config
from numlycee.domain.sites import Site
from numlycee.fleet.directory import read_sites
from numlycee.fleet.enrolments import enrolled, read_enrolments
from numlycee.fleet.keeping import update_sites
from numlycee.fleet.official import Wanted, propose
from numlycee.fleet.plan import Plan, applied, plan


@dataclass(frozen=True, slots=True)
class Directory:
    """What is read: the directory, which lycées of it, and a table of pupils, if there is one."""

    path: Path
    wanted: Wanted
    enrolments: Path | None = None


def compare(config: Config, directory: Directory) -> tuple[Plan, tuple[str, ...]]:
    """Return what would change, and what a person should look at; raises `SettingsError`."""
    proposal = propose(directory.path, directory.wanted)
    sites = proposal.sites
    if directory.enrolments:
        sites = enrolled(sites, read_enrolments(directory.enrolments))
    return plan(_present(config), sites), proposal.cautions


def write(config: Config, change: Plan) -> None:
    """Carry out a plan in the fleet's file; raises `OSError`."""
    update_sites(config.sites, applied(_present(config), change))


def _present(config: Config) -> dict[str, Site]:
    return read_sites(config.sites) if config.sites.exists() else {}
