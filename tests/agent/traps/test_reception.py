"""The reception of traps as a configuration asks for it, and the counts that `status` shows."""

import re
from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent.config import Config, Traps, read
from numlycee_agent.traps.reception import Reception
from numlycee_agent.traps.tally import IN_FRENCH, Fate, Tally, in_french, load, save
from tests.agent.traps import recorded_notifications as recorded
from tests.agent.virtual import VirtualClock

BASE = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
data = "."
[mqtt]
host = "mqtt.example"
[traps]
listen = "127.0.0.1:1162"
[snmp.default]
user = "numlycee"
auth_protocol = "SHA-256"
auth_key = "auth-password"
priv_key = "priv-password"
[snmp.old]
version = "2c"
community = "secret"
[[equipment]]
id = "sw"
kind = "switch"
name = "Commutateur"
address = "10.0.0.2"
[[equipment]]
id = "web"
kind = "switch"
name = "Sa page"
address = "10.0.0.2"
snmp = "none"
tcp = 443
"""


def load_config(directory: Path, text: str = BASE) -> Config:
    path = directory / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def open_reception(config: Config, woken: list[str]) -> Reception:
    assert config.traps
    return Reception(config, config.traps, woken.append, VirtualClock())


def test_every_access_is_accepted_and_everything_at_the_address_woken(tmp_path: Path) -> None:
    woken: list[str] = []
    reception = open_reception(load_config(tmp_path), woken)
    reception.receiver.take(recorded.V2_LINK_DOWN, "10.0.0.2")
    reception.receiver.take(recorded.V3_LINK_DOWN, "10.0.0.2")
    assert woken == ["sw", "web"] * 2


def test_only_the_accesses_named_are_accepted(tmp_path: Path) -> None:
    woken: list[str] = []
    only = BASE.replace("[snmp.default]", 'accept = ["default"]\n[snmp.default]')
    reception = open_reception(load_config(tmp_path, only), woken)
    reception.receiver.take(recorded.V2_LINK_DOWN, "10.0.0.2")
    assert woken == []
    assert reception.tally.counts == {Fate.WRONG_COMMUNITY: 1}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("127.0.0.1:1162", "127.0.0.1", "line 7: traps.listen: '127.0.0.1' must be an address and"),
        ("127.0.0.1:1162", "127.0.0.1:0", "traps.listen: must be a port, from 1 to 65535, not 0"),
        ("127.0.0.1:1162", "::1:1162", "an IPv6 address stands in brackets, as in [::]:1162"),
        ("127.0.0.1:1162", "switch:1162", "'switch' is not an IP address (in 'switch:1162')"),
        ("[snmp.default]", 'accept = ["odl"]\n[snmp.default]', "traps.accept: 'odl' is not desc"),
        ("[snmp.default]", 'accept = ["odl"]\n[snmp.default]', "did you mean 'old'?"),
        ("listen", "lisent", "traps.lisent: unknown key; did you mean 'listen'?"),
    ],
)
def test_a_fault_names_its_line_its_key_and_the_remedy(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        load_config(tmp_path, BASE.replace(before, after))


def test_traps_that_nobody_could_send_are_a_fault(tmp_path: Path) -> None:
    bare = re.sub(r"\[snmp(.|\n)*?\[\[", "[[", BASE, count=1)
    with pytest.raises(SettingsError, match="no trap could be accepted: add"):
        load_config(tmp_path, bare)


def test_addresses_are_read_with_their_port() -> None:
    assert Traps("10.0.0.5:162").address == ("10.0.0.5", 162)
    assert Traps("[::]:1162").address == ("::", 1162)


def test_counts_are_kept_and_refusals_told_without_secret_or_stranger(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = load_config(tmp_path)
    reception = open_reception(config, [])
    for source in ("10.0.0.2", "10.31.7.77", "10.31.7.77"):
        reception.receiver.take(recorded.V2_LINK_DOWN, source)
    reception.receiver.take(recorded.V2_LINK_DOWN.replace(b"secret", b"SECRET"), "10.0.0.2")
    reception.tell()
    reception.tell()
    assert caplog.messages == ["traps that woke nothing: 2 unknown-sender, 1 wrong-community"]
    assert in_french(load(config.traps_file)) == (
        "entendus 1, expéditeur inconnu 2, mauvaise communauté 1"
    )
    assert reception.vitals() == {"traps_heeded_total": 1.0, "traps_refused_total": 3.0}
    kept = config.traps_file.read_text()
    assert not re.search("secret|10.31.7.77", kept + caplog.text, re.IGNORECASE)


def test_counts_that_cannot_be_kept_disturb_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = load_config(tmp_path, BASE.replace('data = "."', 'data = "nowhere"'))
    reception = open_reception(config, [])
    reception.receiver.take(b"", "10.0.0.2")
    reception.tell()
    assert "No such file or directory" in caplog.text


async def test_a_new_start_counts_from_nothing(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    save(config.traps_file, {Fate.HEEDED: 12})
    open_reception(config, []).tell()
    assert load(config.traps_file) == {}


@pytest.mark.parametrize("damage", ["", "[]", '{"heeded": -1}', '{"heeded": "x"}', "é"])
def test_damaged_counts_are_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "traps.json"
    path.write_text(damage, encoding="latin-1")
    assert load(path) == {}
    assert load(tmp_path / "absent") == {}


def test_every_fate_is_said_in_french_and_survives_its_file(tmp_path: Path) -> None:
    tally = Tally()
    for fate in reversed(Fate):
        tally.count(fate)
    save(tmp_path / "traps.json", tally.counts)
    assert list(load(tmp_path / "traps.json")) == list(Fate)
    assert len(set(IN_FRENCH.values())) == len(Fate)
