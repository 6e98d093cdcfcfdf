"""What a device is, from the words that inventories have for it."""

import re

from numlycee.domain.french import plain
from numlycee.domain.kinds import EQUIPMENT_KINDS, Kind
from numlycee.fleet.listing import AsideError, FaultyError
from numlycee.settings import SettingsError, nearest

_RADIO = "wi-?fi|wireless|wlan|sans fil"
_CONTROLS = "controleur|controller"
_WORDS = (
    (
        Kind.WIRELESS_CONTROLLER,
        f"wlc|({_CONTROLS}).*({_RADIO}|bornes?)|({_RADIO}) (lan )?({_CONTROLS})",
    ),
    (Kind.ACCESS_POINT, f"bornes?|access[ -]points?|points? d'acces|aps?|{_RADIO}"),
    (Kind.FIREWALL, "pare-?feux?|firewalls?|utm"),
    (Kind.ROUTER, "routeurs?|routers?|cpe"),
    (Kind.SWITCH, "switch(es)?|commutateurs?"),
    (Kind.UPS, "onduleurs?|ups|asi"),
    (Kind.NAS, "nas|stockage|storage|baie de disques?"),
    (Kind.PRINTER, "imprimantes?|printers?|(photo)?copieurs?|multifonctions?|mfp|traceurs?"),
    (Kind.SERVER, "serveurs?|servers?|hyperviseurs?|hypervisors?"),
)
_FOREIGN = re.compile(
    r"\b(portables?|laptops?|notebooks?|postes?|desktops?|bureau|stations?|tablettes?|tablets?|"
    r"ecrans?|moniteurs?|monitors?|telephones?|phones?|videoprojecteurs?|projectors?|"
    r"patch[ -]panels?|panneaux?|pdus?|chassis|vm|machines? virtuelles?)\b"
)
_KNOWN = tuple((kind, re.compile(rf"(?<![a-z])({words})(?![a-z])")) for kind, words in _WORDS)


def kind_of(told: str, usual: Kind | None) -> Kind:
    """Return the kind that a word tells, else the usual one.

    Raises `AsideError` for what nobody watches, `FaultyError` for what no word tells.
    """
    word = plain(told).replace("’", "'").replace("_", "-")
    if word in EQUIPMENT_KINDS:
        return Kind(word)
    for kind, words in _KNOWN:
        if words.search(word):
            return kind
    if _FOREIGN.search(word):
        raise AsideError(f"nature « {told} », que numlycee ne suit pas")
    if usual is not None:
        return usual
    reason = f"nature inconnue : « {told} »" if told else "la nature manque"
    remedy = (
        f"écrivez {', '.join(sorted(EQUIPMENT_KINDS))}, ou donnez-la pour tout le fichier (--kind)"
    )
    raise FaultyError("kind", reason, remedy)


def named(word: str) -> Kind:
    """Return the kind that a person names; raises `SettingsError`."""
    try:
        return kind_of(word, None)
    except (AsideError, FaultyError):
        close = nearest(word, EQUIPMENT_KINDS)
        guess = f" ; vouliez-vous dire {close} ?" if close else ""
        known = ", ".join(sorted(EQUIPMENT_KINDS))
        message = f"--kind: {word} : nature inconnue{guess} ; connues : {known}"
        raise SettingsError(message) from None
