"""The simulated lycée on which the agent is measured."""

from collections import Counter
from pathlib import Path

from numlycee.domain.kinds import Kind
from numlycee_agent import config
from numlycee_agent.snmp import ber
from numlycee_agent.snmp.message import GET, GET_BULK
from tests.benchmarks._devices import END_OF_VIEW, NO_INSTANCE, SYS_UPTIME, Mib, mib
from tests.benchmarks._lycee import Places, configuration, devices
from tests.benchmarks.peers.agent_exporter import ACCESS


def fields(repetitions: int, *names: str) -> bytes:
    binds = b"".join(ber.tlv(ber.SEQUENCE, ber.oid(name) + b"\x05\0") for name in names)
    return ber.integer(0) + ber.integer(repetitions) + ber.tlv(ber.SEQUENCE, binds)


def test_it_is_a_large_one_and_its_configuration_is_good(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    for alone in (False, True):
        path.write_text(configuration(Places(1161, 8443, 8883, tmp_path), alone=alone))
        read = config.read(path)
        kinds = Counter(item.kind for item in read.equipment)
        assert (len(read.equipment), kinds[Kind.SWITCH], kinds[Kind.ACCESS_POINT]) == (250, 60, 150)
        assert len({item.address for item in read.equipment}) == 250
        assert (read.link is None) == alone
    assert sum(device.secured for device in devices()) == 250 / 5
    assert set(ACCESS) == {"plain", "secured"}


def test_its_devices_answer_as_rfc_3416_says() -> None:
    said: Mib = mib(Kind.SWITCH)
    assert said.answer(GET, fields(0, SYS_UPTIME), 12.5).endswith(ber.integer(1250, ber.TICKS))
    assert said.answer(GET, fields(0, "1.3.9"), 0).endswith(NO_INSTANCE)
    assert said.answer(GET_BULK, fields(3, "1.3.9"), 0).count(END_OF_VIEW) == 3
    column = "1.3.6.1.2.1.2.2.1.8"
    found = said.answer(GET_BULK, fields(2, column), 0)
    assert ber.oid(f"{column}.1") in found
    assert ber.oid(f"{column}.2") in found
