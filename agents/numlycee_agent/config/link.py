"""A site's access: the targets that judge it, the lines that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from numlycee.settings import MisplacedError
from numlycee_agent import targets
from numlycee_agent.config.checks import check_label, read_as
from numlycee_agent.probes.quality import Limits


@dataclass(frozen=True, slots=True)
class Port:
    """An interface, by its name or by its index, of an equipment of the site or at an address.

    At an address, `snmp` names a table of `[snmp]`. A backup line that names neither is on the
    device of the main one.
    """

    interface: str = ""
    index: int | None = None
    equipment: str = ""
    address: str = ""
    snmp: str = ""

    def __post_init__(self) -> None:
        """Refuse an interface that is not told, or told twice, and a device told twice."""
        if bool(self.interface) == (self.index is not None):
            raise MisplacedError(("interface",), "give either its name or its `index`")
        if self.index is not None and self.index < 1:
            raise MisplacedError(("index",), "must be 1 or more")
        if self.equipment and (self.address or self.snmp):
            raise MisplacedError(("equipment",), "has its own address and SNMP access")
        if self.snmp and not self.address:
            raise MisplacedError(("snmp",), "needs an `address` beside it")
        if self.address:
            object.__setattr__(self, "address", read_as("address", targets.address, self.address))


@dataclass(frozen=True, slots=True)
class Wan(Port):
    """The main line, and what its contract allows in megabits a second.

    It is saturated when it is used above `saturation_ratio` for `saturation_minutes` on end.
    """

    down_megabits: float | None = None
    up_megabits: float | None = None
    saturation_ratio: float = 0.9
    saturation_minutes: float = 5.0

    def __post_init__(self) -> None:
        """Refuse a line without a device, and figures that mean nothing."""
        super(Wan, self).__post_init__()
        if not self.equipment and not self.address:
            raise MisplacedError(("equipment",), "is missing: an equipment's id, or an `address`")
        for key in ("down_megabits", "up_megabits", "saturation_minutes"):
            figure = getattr(self, key)
            if figure is not None and figure <= 0:
                raise MisplacedError((key,), "must be above 0")
        if not 0 < self.saturation_ratio <= 1:
            raise MisplacedError(("saturation_ratio",), "must be above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class Link:
    """The site's access: targets beyond it, references on its own network, and its lines."""

    outside: tuple[str, ...]
    lan: tuple[str, ...]
    id: str = "link"
    name: str = "Liaison très haut débit"
    parent: str | None = None
    limits: Limits = field(default_factory=Limits)
    wan: Wan | None = None
    backup: Port | None = None

    def __post_init__(self) -> None:
        """Refuse targets that cannot be read, and a link that could not be judged."""
        check_label("name", self.name)
        for key in ("outside", "lan"):
            if not getattr(self, key):
                raise MisplacedError((key,), "needs one target at least")
            for spelt in getattr(self, key):
                read_as(key, targets.parse, spelt)
        if self.backup and not self.wan:
            raise MisplacedError(("backup",), "needs the main line beside it: add [link.wan]")
        if self.wan and self.backup and on_one_device(self.wan, self.backup):
            here, there = ((port.interface, port.index) for port in (self.wan, self.backup))
            if here == there:
                raise MisplacedError(("backup", "interface"), "is that of the main line")

    @property
    def lines(self) -> Sequence[tuple[tuple[str, ...], Port]]:
        """Return each line that names its device, with its place in the file."""
        ports = ((("link", "wan"), self.wan), (("link", "backup"), self.backup))
        return [(place, port) for place, port in ports if port and (port.equipment or port.address)]


def on_one_device(main: Port, backup: Port) -> bool:
    """Tell whether two lines end on one device."""
    named = (backup.equipment, backup.address, backup.snmp)
    return named in {("", "", ""), (main.equipment, main.address, main.snmp)}
