"""Exports of equipment that are invented, and the fleet and contract that they speak of."""

from pathlib import Path

from numlycee.domain.equipment import Item, Park, parked
from numlycee.domain.kinds import Kind
from numlycee.fleet.directory import read_sites
from numlycee.fleet.exports import System, read_exports
from numlycee.fleet.judging import Judge
from numlycee.fleet.listing import Listed, Listing

ROOT = Path(__file__).parents[2]
EXPORTS = Path(__file__).parent / "exports"
SITES = read_sites(ROOT / "deploy/examples/sites.csv")
ADA, FERMAT, CAUSSES = SITES
CONTRACT = "GTR 4 h"


def listing(system: System, *paths: Path, usual: Kind | None = None) -> Listing:
    """Read and judge files by the fleet of the examples."""
    return Judge(SITES, [CONTRACT], usual).listing(read_exports(system, paths))


def written(tmp_path: Path, text: str, name: str = "e.csv") -> Path:
    """Write an export."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def item(name: str, **more: object) -> Item:
    """Return a switch of Ada-Lovelace, but for what is told."""
    told: dict[str, object] = {"uai": ADA, "id": "", "kind": Kind.SWITCH, "name": name, **more}
    return Item(**told)  # type: ignore[arg-type]


def register(*items: Item) -> Park:
    """Return items as the register holds them."""
    return parked(items)


def listed(*items: Item, system: str = "glpi", faulty: frozenset[str] = frozenset()) -> Listing:
    """Return items as a system lists them, one a line."""
    lines = (Listed(one, f"ligne {n}", f"10.0.0.{n}") for n, one in enumerate(items, 2))
    return Listing(system, tuple(lines), faulty=faulty)
