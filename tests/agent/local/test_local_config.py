"""`[local]`: an address of the LAN, unless it is said otherwise, and nothing that serves nobody."""

from pathlib import Path
from typing import Any

import pytest

from numlycee.settings import MisplacedError
from numlycee_agent.config.local import LAN, Local, among


def local(listen: str = "10.31.0.5:8443", **changed: Any) -> Local:
    return Local(listen, **{"password_file": Path("local.password")} | changed)


@pytest.mark.parametrize(
    "listen", ["10.31.0.5:8443", "192.168.1.2:80", "[fd00::5]:8443", "127.0.0.1:1", "172.31.9.9:99"]
)
def test_an_address_of_the_lan_may_be_listened_on(listen: str) -> None:
    assert local(listen).address[1] == int(listen.rpartition(":")[2])


@pytest.mark.parametrize(
    ("listen", "reason"),
    [
        ("0.0.0.0:8443", "every address of the machine"),
        ("[::]:8443", "every address of the machine"),
        ("8.8.8.8:8443", "no LAN address"),
        ("[2001:db8::1]:443", "no LAN address"),
        ("10.31.0.5", "an address and a port"),
        ("localhost:80", "not an IP address"),
    ],
)
def test_the_world_is_not_listened_to_by_mistake(listen: str, reason: str) -> None:
    with pytest.raises(MisplacedError, match=reason) as refusal:
        local(listen)
    assert refusal.value.place == ("listen",)


def test_unless_it_is_said() -> None:
    assert local("[::]:8443", anywhere=True).address == ("::", 8443)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"certificate": Path("a.pem")}, "certificate"),
        ({"key": Path("a.key")}, "certificate"),
        ({"password_file": None}, "listen"),
        ({"beacon": True}, "beacon"),
        ({"peers": ("10.31.0.5/16",)}, "peers"),
        ({"beacon_peers": ("everyone",)}, "beacon_peers"),
        ({"zone": "Europe/Paname"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_key(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(MisplacedError) as refusal:
        local(**changed)
    assert refusal.value.place == (place,)


def test_only_who_is_served_something_is_let_in() -> None:
    page = local(peers=("10.31.0.0/24",))
    assert [str(one) for one in page.networks] == ["10.31.0.0/24"]
    both = local(
        peers=("10.31.0.0/24",),
        beacon=True,
        beacon_key_file=Path("k"),
        beacon_peers=("10.40.0.0/16",),
    )
    assert [str(one) for one in both.networks] == ["10.31.0.0/24", "10.40.0.0/16"]
    alone = local(password_file=None, beacon=True, beacon_key_file=Path("k"))
    assert alone.networks == LAN


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("10.0.0.1", True),
        ("::ffff:10.0.0.1", True),
        ("fe80::1%eth0", True),
        ("fd12::1", True),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("100.64.0.1", False),
        ("2001:db8::1", False),
        ("172.32.0.1", False),
    ],
)
def test_which_peers_are_of_the_lan(host: str, inside: bool) -> None:  # noqa: FBT001
    assert among(host, LAN) is inside
