"""Four recorded switches that announce one another: what hangs from the core is excused by it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee_agent.config import Discovery
from numlycee_agent.discovery.places import Place
from numlycee_agent.snmp.ports import Session
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import Columns, Oid, VarBind
from tests.agent.discovery.campus import Campus, Device
from tests.agent.snmp.recorded import RecordedDevice
from tests.agent.virtual import running

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "snmp" / "recordings"
CLUSTER = ("dgs-3627g", "des-3526", "dgs-3420-28tc", "dgs-1510-28xmp-me")


class Switch(RecordedDevice):
    """A recorded device over the network of a site."""

    def __init__(self, device: Device) -> None:
        super().__init__(RECORDINGS / f"dlink_{CLUSTER[device.number - 1]}.snmprec")
        self.device = device

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        await self.device.cross(self.device.host)
        return await super().get(oids)

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        await self.device.cross(self.device.host)
        return await super().walk(columns, size, max_rows)


class Cluster(Campus):
    """The core, and three switches around it; the agent is plugged in the first of these."""

    def session(self, device: Device) -> Session:
        return Switch(device)


async def test_a_recorded_core_that_falls_excuses_what_is_behind_it(tmp_path: Path) -> None:
    if not RECORDINGS.exists():
        pytest.skip(f"the recorded devices are kept beside the project, in {RECORDINGS}")
    switch = Kind.SWITCH
    cluster = Cluster(
        tmp_path, (1, 2, 25, switch), (2, None, 0, switch), (3, 1, 3, switch), (4, 1, 6, switch)
    )
    cluster.begin(discovery=Discovery(root="d2"))
    cluster.fall(1, 200)
    async with running(cluster.agent.run()):
        await cluster.tours(2)
        assert cluster.parents() == {"d1": "d2", "d2": None, "d3": "d1", "d4": "d1"}
        assert cluster.roster.places.known == {
            "d1": Place("d2", "1/25", 25),
            "d2": Place(""),
            "d3": Place("d1", "1/3", 3),
            "d4": Place("d1", "1/6", 6),
        }
        await cluster.clock.advance(120)
        bad = {name: state for name, state in cluster.states().items() if not state.available}
        assert bad == {"d1": State.DOWN, "d3": State.UNREACHABLE, "d4": State.UNREACHABLE}
