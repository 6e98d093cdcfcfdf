"""Every defect of real SNMP agents that is known to us, each played by a simulated device."""

from collections.abc import AsyncIterator, Mapping
from itertools import pairwise

import pytest

from numlycee.adapters.snmp_devices import (
    Defects,
    Plain,
    SimulatedDevice,
    SimulatedDevices,
    Typed,
    User,
)
from numlycee.clock import SystemClock
from numlycee_agent.snmp.credentials import Community, Target, Usm
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import SnmpStatusError

SYSTEM = "1.3.6.1.2.1.1"
DESCR, UPTIME, LACKING = f"{SYSTEM}.1.0", f"{SYSTEM}.3.0", f"{SYSTEM}.99.0"
TABLE = "1.3.6.1.2.1.2.2.1"
NAME, STATE, TRAFFIC = f"{TABLE}.2", f"{TABLE}.8", f"{TABLE}.10"
COLUMNS = [f"{TABLE}.{column}" for column in (2, 3, 5, 7, 8, 10)]
NEIGHBOUR = "1.0.8802.1.1.2.1.4.1.1.9"
AFTER = "1.3.6.1.2.1.2.2.1.99.1"
ROWS = 60


class Agent:
    """A simulated device, and the client that the agent would use."""

    def __init__(self, device: SimulatedDevice, engines: Engines) -> None:
        self.device = device
        self._engines = engines
        self.client = self.again()

    def again(self, wait: float = 5.0) -> SnmpClient:
        """Return another client of the same device: all that is kept, is kept by the engines."""
        target = Target(self.device.host, self.device.port, (wait,))
        return self._engines.open_client(target, Community("public"))

    async def walk(self, *columns: str) -> list[int]:
        """Return how many rows each column has; each must be whole, and in its place."""
        rows = await self.client.walk(columns or COLUMNS)
        for column, cells in rows.items():
            assert all(value == expected(column, int(row)) for row, value in cells.items())
        return [len(cells) for cells in rows.values()]

    async def requests_of(self, *columns: str) -> int:
        """Return how many requests a walk takes."""
        before = self.device.requests
        await self.walk(*columns)
        return self.device.requests - before


def expected(column: str, row: int) -> object:
    return b"port %d" % row if column == NAME else row


def said(column: str, row: int) -> Plain:
    return f"port {row}" if column == NAME else row


def table(rows: int = ROWS) -> Mapping[str, Plain]:
    cells = [(column, row) for column in COLUMNS for row in range(1, rows + 1)]
    return {f"{column}.{row}": said(column, row) for column, row in cells}


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    clock = SystemClock()
    async with SimulatedDevices(clock) as devices, Engines() as engines:
        device = await devices.add({DESCR: "commutateur", AFTER: 0, **table()})
        yield Agent(device, engines)


WHOLE = [ROWS] * len(COLUMNS)


async def test_a_sound_agent_is_asked_for_forty_cells_at_a_time(agent: Agent) -> None:
    assert await agent.walk() == WHOLE
    # 360 cells; six columns of six repetitions fill an answer, the last one tells the ends.
    assert await agent.requests_of() == 11
    assert await agent.requests_of(NAME) == 3


async def test_printers_that_never_answer_a_getbulk(agent: Agent) -> None:
    agent.device.defects = Defects(bulk="silent")
    agent.client = agent.again(0.2)
    assert await agent.walk(NAME, STATE) == [ROWS] * 2
    # The next walk, by another client, does not wait for them again.
    agent.client = agent.again()
    assert await agent.requests_of(NAME, STATE) == ROWS + 1


async def test_agents_that_refuse_every_getbulk(agent: Agent) -> None:
    agent.device.defects = Defects(bulk="genErr")
    assert await agent.walk() == WHOLE
    assert await agent.requests_of() == ROWS + 1


async def test_routeros_says_too_big_with_an_empty_list(agent: Agent) -> None:
    agent.device.defects = Defects(most_repetitions=5)
    assert await agent.walk() == WHOLE
    assert await agent.requests_of() == 13  # five repetitions each, at once


async def test_an_empty_answer_is_not_the_end_of_a_table(agent: Agent) -> None:
    agent.device.defects = Defects(bulk="empty")
    assert await agent.walk() == WHOLE


async def test_a_stack_that_bears_five_repetitions_only(agent: Agent) -> None:
    agent.device.defects = Defects(most_repetitions=5)
    assert await agent.walk(NAME) == [ROWS]
    agent.client = agent.again()
    assert await agent.requests_of(NAME) == ROWS // 5 + 1


async def test_zyxel_skips_the_rows_of_a_getbulk_above_55(agent: Agent) -> None:
    # It tells nobody: what saves us is never to ask for so many.
    agent.device.defects = Defects(skips_beyond=40)
    assert await agent.walk() == WHOLE
    assert await agent.walk(NAME) == [ROWS]


async def test_an_answer_cut_short_anywhere(agent: Agent) -> None:
    for cells in (1, 5, 7, 13, 31):
        agent.device.defects = Defects(most_cells=cells)
        assert await agent.walk() == WHOLE


async def test_brother_answers_getbulk_otherwise_than_getnext(agent: Agent) -> None:
    agent.device.defects = Defects(bulk="repeats")
    assert await agent.walk() == WHOLE
    assert await agent.requests_of() == ROWS + 1  # GETNEXT from now on


async def test_an_agent_that_looks_at_the_first_names_only(agent: Agent) -> None:
    agent.device.defects = Defects(most_names=4, long="cut")
    assert await agent.walk() == WHOLE


@pytest.mark.parametrize("long", ["silent", "tooBig", "genErr"])
async def test_an_agent_that_bears_one_name_in_a_table_request(agent: Agent, long: str) -> None:
    agent.device.defects = Defects(most_names=1, long=long)  # type: ignore[arg-type]
    agent.client = agent.again(0.2)
    assert await agent.walk(NAME, STATE) == [ROWS] * 2


@pytest.mark.parametrize("long", ["silent", "tooBig", "genErr", "cut"])
@pytest.mark.parametrize("most", [1, 5, 8])
async def test_agents_that_bear_few_names_in_a_get(agent: Agent, most: int, long: str) -> None:
    agent.device.defects = Defects(most_names=most, long=long)  # type: ignore[arg-type]
    agent.client = agent.again(0.2)
    names = [f"{STATE}.{row}" for row in range(1, 12)]
    assert await agent.client.get(names) == {name: at + 1 for at, name in enumerate(names)}
    before = agent.device.requests
    assert len(await agent.client.get(names)) == 11
    assert agent.device.requests - before <= 11


@pytest.mark.parametrize("lack", ["noSuchInstance", "genErr", "octets"])
async def test_a_lack_is_told_in_three_ways(agent: Agent, lack: str) -> None:
    agent.device.defects = Defects(lack=lack)  # type: ignore[arg-type]
    names = [DESCR, LACKING, f"{STATE}.1", f"{STATE}.2"]
    found = await agent.client.get(names)
    assert found.pop(LACKING, b"") == b""
    assert found == {DESCR: b"commutateur", f"{STATE}.1": 1, f"{STATE}.2": 2}
    # It is not taken for a limit of the device.
    before = agent.device.requests
    await agent.client.get([f"{STATE}.{row}" for row in range(1, 31)])
    assert agent.device.requests - before == 1


async def test_an_agent_that_can_say_nothing_but_generr_fails(agent: Agent) -> None:
    agent.device.defects = Defects(lack="genErr")
    with pytest.raises(SnmpStatusError):
        await agent.client.get([LACKING, f"{SYSTEM}.98.0"])


async def neighbours(agent: Agent, *order: int) -> list[str]:
    agent.device.update({f"{NEIGHBOUR}.0.{row}.1": f"voisin {row}" for row in set(order)})
    agent.device[f"{NEIGHBOUR}9.1"] = 0
    names = [f"{NEIGHBOUR}.0.{row}.1" for row in order]
    first = {NEIGHBOUR: names[0]}
    agent.device.defects = Defects(follows=dict(pairwise(names)) | first)
    if len(set(order)) == len(order):
        agent.device.defects.follows[names[-1]] = f"{NEIGHBOUR}9.1"  # type: ignore[index]
    cells = (await agent.client.walk([NEIGHBOUR, NAME]))[NEIGHBOUR]
    return [text(value) for value in cells.values()]


async def test_zyxel_lists_its_lldp_neighbours_unsorted(agent: Agent) -> None:
    order = (1, 9, 3, 7, 2, 8, 5, 4, 6)
    assert await neighbours(agent, *order) == [f"voisin {row}" for row in order]
    assert await agent.requests_of(NAME) == 3  # and GETBULK is not to blame


async def test_a_table_that_comes_back_to_a_row_ends_there(agent: Agent) -> None:
    assert await neighbours(agent, 1, 2, 5, 3, 2) == [
        "voisin 1",
        "voisin 2",
        "voisin 5",
        "voisin 3",
    ]


async def test_an_agent_that_returns_one_name_for_ever(agent: Agent) -> None:
    assert await neighbours(agent, 1, 4, 4) == ["voisin 1", "voisin 4"]


async def test_a_table_without_end_stops_at_its_cap(agent: Agent) -> None:
    assert len((await agent.client.walk([NAME], max_rows=17))[NAME]) == 17
    assert len((await agent.client.walk([NAME], max_rows=17))[NAME]) == 17


async def test_indexes_reach_the_largest_arc(agent: Agent) -> None:
    largest = f"{TRAFFIC}.{2**32 - 1}.2147483648"
    agent.device[largest] = Typed("counter", 2**32 - 1)
    for _ in range(3):
        cells = (await agent.client.walk([TRAFFIC]))[TRAFFIC]
        assert len(cells) == ROWS + 1
        assert cells["4294967295.2147483648"] == 2**32 - 1


async def test_long_texts_are_asked_for_fewer_at_a_time(agent: Agent) -> None:
    agent.device.update({f"{NAME}.{row}": "x" * 200 for row in range(1, ROWS + 1)})
    assert len((await agent.client.walk([NAME]))[NAME]) == ROWS
    before = agent.device.requests
    assert len((await agent.client.walk([NAME]))[NAME]) == ROWS
    # Six of them fill a datagram of 1400 octets: nothing has to be put together from fragments.
    assert agent.device.requests - before == ROWS // 6 + 1


async def test_an_access_point_that_speaks_v1_only(agent: Agent) -> None:
    target = Target(agent.device.host, agent.device.port, (0.2,))
    async with Engines() as engines:
        agent.client = engines.open_client(target, Community("public", "1"))
        assert await agent.walk(NAME, STATE) == [ROWS] * 2
        assert set(await agent.client.get([DESCR, LACKING, UPTIME])) == {DESCR, UPTIME}


async def test_a_device_that_comes_to_its_senses_is_asked_for_more_again(agent: Agent) -> None:
    agent.device.defects = Defects(most_repetitions=2)
    await agent.walk(NAME)
    agent.device.defects = Defects()
    while await agent.requests_of(NAME) > 10:
        pass


async def test_rows_that_come_and_go_between_two_walks(agent: Agent) -> None:
    assert await agent.walk() == await agent.walk() == await agent.walk() == WHOLE
    for column in COLUMNS:
        del agent.device[f"{column}.30"], agent.device[f"{column}.60"]
    assert await agent.walk() == [ROWS - 2] * len(COLUMNS)
    agent.device.update(table(ROWS + 5))
    assert await agent.walk() == [ROWS + 5] * len(COLUMNS)


async def test_values_that_change_their_length_between_two_walks(agent: Agent) -> None:
    for value in (1, 127, 128, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63, 2**64 - 1, 0):
        agent.device[f"{TRAFFIC}.7"] = Typed("counter64", value)
        agent.device[f"{NAME}.7"] = "x" * (value % 7)
        for _ in range(2):
            rows = await agent.client.walk([NAME, TRAFFIC])
            assert rows[TRAFFIC]["7"] == value
            assert rows[NAME]["7"] == b"x" * (value % 7)


@pytest.mark.parametrize(
    "defects",
    [
        Defects(bulk="genErr"),
        Defects(bulk="empty"),
        Defects(most_repetitions=5),
        Defects(skips_beyond=40),
        Defects(most_cells=7),
        Defects(lack="genErr"),
    ],
    ids=repr,
)
async def test_users_bear_with_the_same_defects(defects: Defects) -> None:
    known = User("secret", "authentication", "confidential")
    async with SimulatedDevices(SystemClock(), users=[known]) as devices, Engines() as engines:
        device = await devices.add({DESCR: "commutateur", AFTER: 0, **table()})
        device.defects = defects
        user = Usm("secret", "authentication", "confidential")
        client = engines.open_client(Target(device.host, device.port, (10.0,)), user)
        for _ in range(2):
            rows = await client.walk(COLUMNS)
            assert rows == {
                column: {str(row): expected(column, row) for row in range(1, ROWS + 1)}
                for column in COLUMNS
            }
        assert (await client.get([DESCR, LACKING]))[DESCR] == b"commutateur"
