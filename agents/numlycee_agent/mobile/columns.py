"""The columns of an inventory's export, told by their headings in French or English."""

from collections.abc import Sequence
from dataclasses import dataclass

from numlycee_agent.mobile.states import fold

_SERIAL = ("serie", "serial", "serialnumber", "numserie", "service tag", "numeroserie")
_MAC = ("mac", "macaddress", "wifimacaddress", "ethernetmacaddress", "macs", "adressemac")
_STATE = frozenset({
    "statut", "etat", "status", "state", "situation", "statut de l equipement",
    "etat de l equipement", "statut du materiel", "etat du materiel", "statut de l element",
    "item status", "device status", "asset status", "device state",
})  # fmt: skip
_COMPLIANCE = frozenset({
    "conformite", "conforme", "etat de conformite", "statut de conformite", "compliance",
    "compliant", "is compliant", "compliancestate", "compliance state", "compliance status",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of the columns that are read; every other is passed over unread."""

    serial: int | None
    macs: tuple[int, ...]
    states: tuple[int, ...]

    def told(self, headings: Sequence[str]) -> str:
        """Return which columns are read: « série : N° de série ; état : Statut »."""
        serials = () if self.serial is None else (self.serial,)
        read = {"série": serials, "MAC": self.macs, "état": self.states}
        return " ; ".join(
            f"{name} : {', '.join(headings[place].strip() for place in places)}"
            for name, places in read.items()
            if places
        )


def layout_of(headings: Sequence[str]) -> Layout:
    """Return where serial numbers, MAC addresses and states stand."""
    folded = [fold(heading) for heading in headings]
    serials = [i for i, heading in enumerate(folded) if _says(heading, _SERIAL)]
    compliance = [i for i, heading in enumerate(folded) if heading in _COMPLIANCE]
    states = [i for i, heading in enumerate(folded) if heading in _STATE]
    return Layout(
        serials[0] if serials else None,
        tuple(i for i, heading in enumerate(folded) if _says(heading, _MAC)),
        (*states[:1], *compliance[:1]),
    )


def _says(heading: str, words: Sequence[str]) -> bool:
    """Tell whether one of these words stands in a heading as a word of its own."""
    return any(f" {word} " in f" {heading} " for word in words)
