"""Where this machine stands, as Linux tells it."""

from pathlib import Path

from numlycee_agent.discovery.position import Position, here

ROUTES = """\
Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
eth0\t00001F0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t01001F0A\t0003\t0\t0\t0\t00000000\t0\t0\t0
"""
SPOKEN = """\
IP address       HW type     Flags       HW address            Mask     Device
10.31.0.1        0x1         0x2         00:1e:58:5c:09:00     *        eth0
10.31.0.9        0x1         0x0         00:00:00:00:00:00     *        eth0
"""


def test_a_machine_knows_its_cards_its_gateway_and_whom_it_has_met(tmp_path: Path) -> None:
    for name, address in (("eth0", "a0:00:00:00:00:01\n"), ("lo", "00:00:00:00:00:00\n")):
        card = tmp_path / "sys/class/net" / name
        card.mkdir(parents=True)
        (card / "address").write_text(address)
    (tmp_path / "proc/self/net").mkdir(parents=True)
    (tmp_path / "proc/self/net/route").write_text(ROUTES)
    (tmp_path / "proc/self/net/arp").write_text(SPOKEN)
    position = here(tmp_path)
    assert position.macs == {"a0:00:00:00:00:01"}
    assert position.gateway == "10.31.0.1"
    assert position.mac_of("10.31.0.1") == "00:1e:58:5c:09:00"
    assert position.mac_of("10.31.0.9") == ""


def test_a_machine_that_tells_nothing_stands_nowhere(tmp_path: Path) -> None:
    assert here(tmp_path) == Position()
