"""The register of statements: read whole, or refused with the place and the remedy."""

from pathlib import Path

import pytest

from numlycee.domain.causes import Owner
from numlycee.domain.register import ALIVE, Lifetime, Overrule, Register, Trace
from numlycee.domain.tallies import Maintenance
from numlycee.fleet.register import read_register
from numlycee.settings import SettingsError

UAI, OTHER = "0310036W", "0310038Y"
SITES = (UAI, OTHER)
NOON = 1_773_313_200_000  # 12 March 2026, 12:00 in Paris
HOUR = 3_600_000

MAINTENANCE = f"""
[[maintenance]]
site = "{UAI}"
start = 2026-03-12T12:00:00
end = 2026-03-12T13:00:00
announced = 2026-03-12T12:00:00+02:00
author = "M. Durand"
reason = "remplacement du pare-feu"
"""
LIFE = f"""
[[life]]
site = "{UAI}"
resource = "sw-b"
retired = 2026-03-12T12:00:00
author = "Mme Roux"
reason = "déposé"
"""
OVERRULE = """
[[overrule]]
resource = "ent"
at = 2026-03-12T12:00:00
owner = "energy"
given = 2026-03-12T13:00:00
author = "Mme Roux"
reason = "coupure EDF du centre de données"
"""


def _read(tmp_path: Path, text: str) -> Register:
    path = tmp_path / "registre.toml"
    path.write_text(text, encoding="utf-8")
    return read_register(path, "Europe/Paris", SITES)


def test_statements_are_read_in_local_time(tmp_path: Path) -> None:
    register = _read(tmp_path, MAINTENANCE + LIFE + OVERRULE)
    window = Maintenance(NOON, NOON + HOUR, NOON - HOUR, "M. Durand", "remplacement du pare-feu")
    assert register.announced((UAI, "link")) == (window,)
    assert register.announced((OTHER, "link")) == register.announced(("", "ent")) == ()
    assert register.lifetime((UAI, "sw-b")) == Lifetime(None, NOON)
    assert register.lifetime((UAI, "link")) is ALIVE
    trace = Trace(NOON + HOUR, "Mme Roux", "coupure EDF du centre de données")
    said = Overrule(NOON, Owner.ENERGY, trace)
    assert register.overrule(("", "ent"), NOON, NOON + 1) == said
    assert register.overrule(("", "ent"), NOON + 1, NOON + HOUR) is None
    assert register.named() == {(UAI, ""), (UAI, "sw-b"), ("", "ent")}


def test_the_latest_statement_wins(tmp_path: Path) -> None:
    later = OVERRULE.replace("energy", "lycee").replace("T13:00", "T14:00")
    for text in (OVERRULE + later, later + OVERRULE):
        said = _read(tmp_path, text).overrule(("", "ent"), NOON, NOON + 1)
        assert said is not None
        assert said.owner is Owner.LYCEE


def test_the_life_of_a_site_is_that_of_what_is_not_told_apart(tmp_path: Path) -> None:
    whole = LIFE.replace('resource = "sw-b"\n', "").replace("retired", "begun")
    register = _read(tmp_path, LIFE + whole)
    assert register.lifetime((UAI, "link")) == Lifetime(NOON, None)
    assert register.lifetime((UAI, "sw-b")) == Lifetime(None, NOON)


def test_an_empty_register_states_nothing(tmp_path: Path) -> None:
    assert not _read(tmp_path, "# rien encore\n").named()


def _unsigned(text: str) -> str:
    return "".join(line for line in text.splitlines(True) if not line.startswith("author"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MAINTENANCE.replace(UAI, "0310037X"), "line 3: maintenance.0.site: 0310037X is not"),
        (MAINTENANCE.replace(UAI, "0310036X"), "wrong key: 0310036 calls for W"),
        (MAINTENANCE.replace("T13", "T11"), "line 2: maintenance.0: what begins on"),
        (MAINTENANCE.replace("reason", "raison"), "line 8: maintenance.0.raison: unknown key"),
        (_unsigned(MAINTENANCE) + LIFE, "line 2: maintenance.0.author: is missing"),
        (MAINTENANCE.replace("2026-03-12T13:00:00", '"demain"'), "must be a date and time"),
        (MAINTENANCE.replace(f'site = "{UAI}"\n', ""), "names neither a site nor a resource"),
        (LIFE.replace("T12:00:00", ""), "must be a date and time without quotes, such as"),
        (LIFE.replace("T12:00:00", ""), "T18:00:00, not 2026-03-12"),
        (LIFE.replace("retired = 2026-03-12T12:00:00\n", ""), "neither when it began"),
        (LIFE + LIFE, f"line 9: life.1: the life of {UAI}/sw-b is told twice"),
        (OVERRULE.replace('resource = "ent"', f'site = "{UAI}"'), "name it"),
        (OVERRULE.replace("energy", "enedis"), "'enedis' is not one of"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_where_it_stands(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=r"registre\.toml") as refusal:
        _read(tmp_path, text)
    assert message in str(refusal.value)
