import re
from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent import targets
from numlycee_agent.config import Config, read
from numlycee_agent.credentials import receipt_key
from numlycee_agent.snmp.credentials import Community, Usm

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy/examples/agent.toml"

BASE = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[snmp.default]
version = "2c"
community = "s3cret"
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "10.0.0.1"
[[equipment]]
id = "sw-coeur"
kind = "switch"
name = "Cœur"
address = "10.0.0.2"
parent = "routeur"
"""


def load(directory: Path, text: str) -> Config:
    path = directory / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def complaint(directory: Path, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        load(directory, text)
    return re.sub(r"^.*agent\.toml", "agent.toml", str(error.value))


def test_the_example_loads_and_watches_something_of_everything() -> None:
    config = read(EXAMPLE)
    assert config.link is not None
    assert [service.id for service in config.service] == ["ent"]
    assert len({item.kind for item in config.equipment}) > 3


def test_paths_are_relative_to_the_file_and_the_rest_has_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, BASE)
    assert config.receipt_key_file == tmp_path / "receipt.key"
    assert (config.mqtt.port, config.periods.core, config.spool.mebibytes) == (8883, 2.0, 64)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("0310036W", "0310036X", "line 1: uai: UAI code '0310036X' has a wrong key"),
        ('parent = "routeur"', 'parent = "routeru"', "line 18: equipment.1.parent: 'routeru' is "),
        ('parent = "routeur"', 'parent = "routeru"', "did you mean 'routeur'?"),
        ('"sw-coeur"', '"routeur"', "line 14: equipment.1.id: 'routeur' is used twice"),
        ('"sw-coeur"', '"Switch Cœur"', "must be 1 to 64 of a-z 0-9"),
        ('"switch"', '"swicth"', "line 15: equipment.1.kind: 'swicth' is not one of"),
        ('"switch"', '"swicth"', "did you mean 'switch'?"),
        ('"switch"', '"link"', "a link has its own table, [link]"),
        ('"switch"', '"composite"', "the centre works a composite out: name its parts"),
        ('"10.0.0.2"', '"sw-coeur.lan"', "line 17: equipment.1.address: 'sw-coeur.lan' is not an"),
        ('name = "Cœur"', 'nmae = "Cœur"', "equipment.1.nmae: unknown key; did you mean 'name'?"),
        ('host = "', 'hots = "', "line 4: mqtt.hots: unknown key; did you mean 'host'?"),
        ('"2c"', '"2"', "line 6: snmp.default.version: '2' is not one of 1, 2c, 3"),
        ('"2c"', '"3"', "snmp.default.version: 3 needs a `user`"),
        ('"s3cret"', "12345", "line 7: snmp.default.community: must be a text in quotes"),
        ('community = "s3cret"', "", "1 and 2c need a `community`"),
        ('"10.0.0.1"', '"10.0.0.1"\nsnmp = "defualt"', "did you mean 'default'?"),
        ('"10.0.0.1"', '"10.0.0.1"\nparent = "sw-coeur"', "goes round in a circle: routeur ← sw"),
        ('"10.0.0.1"', '"10.0.0.1"\nperiod = 0.1', "must be from 0.5 to 60 seconds, not 0.1"),
        ('"10.0.0.1"', '"10.0.0.1"\nperiod = 61', "must be from 0.5 to 60 seconds, not 61"),
        ('"10.0.0.1"', '"10.0.0.1"\ntcp = 65536', "line 13: equipment.0.tcp: must be a port"),
        ("[mqtt]", "[mqtt]\nport = 0", "line 4: mqtt.port: must be a port, from 1 to 65535"),
        ('"2c"', '"2c"\nport = -1', "line 7: snmp.default.port: must be a port"),
        ('"Cœur"', '""', "line 16: equipment.1.name: must be a printable text of 1 to 200"),
        ('"Cœur"', '"Salle\u202f3"', "equipment.1.name: must be a printable text"),
        ('"Cœur"', '"Cœur"\nmodel = "a\\tb"', "equipment.1.model: must be a printable text"),
        ('"Cœur"', '"Cœur"\nvendor = "' + "x" * 201 + '"', "equipment.1.vendor: must be a"),
        ("[mqtt]", "[spool]\nmebibytes = 1\n[mqtt]", "line 4: spool.mebibytes: must be at least 4"),
        ("[mqtt]", '[link]\noutside = []\nlan = ["ping:10.0.0.1"]\n[mqtt]', "needs one target"),
        (
            "[mqtt]",
            '[link]\noutside = ["ping:example.fr"]\nlan = ["ping:10.0.0.1"]\n[mqtt]',
            "line 4: link.outside: 'example.fr' is not an IP address",
        ),
        (
            "[mqtt]",
            '[[service]]\nid = "ent"\nname = "ENT"\nstep = [{url = "ftp://x"}]\n[mqtt]',
            "'ftp://x' must begin with https://",
        ),
        (
            "[mqtt]",
            '[[service]]\nid = "ent"\nname = "ENT"\nstep = [{url = "http://x:99999/"}]\n[mqtt]',
            "'http://x:99999/': Port out of range 0-65535",
        ),
        (
            "[mqtt]",
            '[[service]]\nid = "e"\nname = "E"\ntimeout = 90\nstep = [{url = "http://x"}]\n[mqtt]',
            "service.0.timeout: must be from 0.5 to 60 seconds, not 90",
        ),
        (
            "[mqtt]",
            '[link]\noutside = ["dns:10.0.0.1:a..fr"]\nlan = ["ping:10.0.0.1"]\n[mqtt]',
            "link.outside: not a DNS name: 'a..fr'",
        ),
    ],
)
def test_a_fault_names_its_line_its_key_and_the_remedy(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    message = complaint(tmp_path, BASE.replace(before, after))
    assert message.startswith("agent.toml, line ")
    assert told in message
    assert "12345" not in message


def test_codes_and_addresses_are_kept_as_machines_spell_them(tmp_path: Path) -> None:
    text = BASE.replace("0310036W", " 0310036w").replace('"10.0.0.1"', '"[2001:DB8::1]"')
    config = load(tmp_path, text)
    assert (config.uai, config.equipment[0].address) == ("0310036W", "2001:db8::1")


def test_nothing_to_watch_is_a_fault(tmp_path: Path) -> None:
    assert "nothing to watch" in complaint(tmp_path, BASE.partition("[[equipment]]")[0])


def test_secrets_come_from_files_or_inline_and_are_never_printed(tmp_path: Path) -> None:
    (tmp_path / "auth.key").write_text("auth-secret\n")
    (tmp_path / "priv.key").write_text("priv-secret\n")
    v3 = 'version = "3"\nuser = "u"\nauth_key_file = "auth.key"\npriv_key_file = "priv.key"'
    inline = load(tmp_path, BASE)
    config = load(tmp_path, BASE.replace('version = "2c"\ncommunity = "s3cret"', v3))
    assert inline.snmp["default"].credentials() == Community("s3cret", "2c")
    assert config.snmp["default"].credentials() == Usm("u", "auth-secret", "priv-secret")
    printed = repr((inline, config, config.snmp["default"].credentials()))
    assert not re.search("s3cret|auth-secret|priv-secret", printed)


def test_a_missing_or_empty_secret_is_named(tmp_path: Path) -> None:
    access = load(tmp_path, BASE.replace('community = "s3cret"', 'community_file = "c.key"'))
    with pytest.raises(SettingsError, match=r"c\.key: community_file: cannot be read: No such"):
        access.snmp["default"].credentials()
    (tmp_path / "c.key").write_text("\n")
    with pytest.raises(SettingsError, match=r"c\.key: community_file: is empty"):
        access.snmp["default"].credentials()


def test_the_receipt_key_is_what_the_centre_prints(tmp_path: Path) -> None:
    path = tmp_path / "receipt.key"
    path.write_text("ab" * 32 + "\n")
    assert receipt_key(path) == b"\xab" * 32
    for wrong in ("ab" * 31, "not hexadecimal", "é"):
        path.write_text(wrong)
        with pytest.raises(SettingsError, match="numlycee key UAI") as error:
            receipt_key(path)
        assert wrong not in str(error.value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("ping:192.0.2.1", targets.Mark(targets.How.PING, "192.0.2.1")),
        ("ping:2001:db8::1", targets.Mark(targets.How.PING, "2001:db8::1")),
        ("tcp:www.example.fr:443", targets.Mark(targets.How.TCP, "www.example.fr", 443)),
        ("tcp:[2001:db8::1]:53", targets.Mark(targets.How.TCP, "2001:db8::1", 53)),
        ("dns:192.0.2.53:a.fr", targets.Mark(targets.How.DNS, "192.0.2.53", name="a.fr")),
        ("dns:[2001:db8::53]:a.fr", targets.Mark(targets.How.DNS, "2001:db8::53", name="a.fr")),
    ],
)
def test_targets_are_written_as_people_say_them(text: str, mark: targets.Mark) -> None:
    assert targets.parse(text) == mark


@pytest.mark.parametrize(
    "text", ["", "ping:", "ping:a.fr", "tcp:a.fr", "tcp:a.fr:0", "tcp::443", "dns:a.fr:b", "http:x"]
)
def test_a_wrong_target_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"target|address|port|host"):
        targets.parse(text)
