"""A little school in memory: three switches, a printer, what each tells of the others."""

from numlycee.domain.kinds import Kind
from numlycee_agent.discovery.ports import UP, Port, Ports
from numlycee_agent.discovery.records import Neighbour, Protocol, Surroundings
from numlycee_agent.discovery.sweep import Found
from numlycee_agent.snmp.identity import Identity

AGENT = "02:00:00:00:00:99"


def mac(number: int) -> str:
    return f"00:1e:58:00:00:{number:02x}"


def says(port: str, of: int | str, far: str = "", **more: object) -> Neighbour:
    chassis = mac(of) if isinstance(of, int) else ""
    name = of if isinstance(of, str) else ""
    told = {"protocol": Protocol.LLDP, "chassis": chassis, "name": name, **more}
    return Neighbour(port=port, far=(far,) if far else (), **told)  # type: ignore[arg-type]


def switch(number: int, *neighbours: Neighbour, **learnt: str) -> Surroundings:
    """Switch `number` with ports p1 … p9; `learnt` maps « n3 » to the port that knows MAC 3."""
    return Surroundings(
        mac(number),
        frozenset({mac(number)}),
        frozenset({address(number)}),
        f"sw{number}",
        Ports(Port(at, f"p{at}", f"Port {at} on Unit 1", oper=UP, type=6) for at in range(1, 10)),
        neighbours,
        {AGENT if who == "agent" else mac(int(who[1:])): port for who, port in learnt.items()},
    )


def host(number: int) -> Surroundings:
    return Surroundings(mac(number), frozenset({mac(number)}), frozenset({address(number)}))


def address(number: int) -> str:
    return f"10.31.0.{number}"


def found(around: Surroundings, kind: Kind = Kind.SWITCH, serial: str = "") -> Found:
    identity = Identity("D-Link", "DGS-1510", kind, serial, "1.0", around.name, "1.3.6.1.4.1.171")
    return Found(min(around.addresses), identity, "default", around)
