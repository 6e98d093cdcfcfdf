"""What the agent says of itself is true, and within what the wire carries."""

from dataclasses import dataclass

from numlycee.wire.messages import VITALS
from numlycee_agent.vitals import Vitals, of_process, of_spool, together


@dataclass
class Shelf:
    size: int
    unconfirmed: int


def test_the_process_weighs_something_and_has_worked() -> None:
    first = of_process()
    ballast = bytearray(64 << 20)
    sum(range(300_000))
    second = of_process()
    assert second["resident_bytes"] - first["resident_bytes"] > len(ballast) / 2
    assert second["cpu_seconds_total"] > first["cpu_seconds_total"] > 0


def test_the_spool_is_looked_at_whenever_it_is_asked() -> None:
    shelf = Shelf(0, 0)
    vitals = of_spool(shelf)
    shelf.size, shelf.unconfirmed = 4096, 7
    assert vitals() == {"spool_bytes": 4096.0, "spool_waiting_records": 7.0}


def test_sources_added_later_count() -> None:
    sources: list[Vitals] = [of_process, of_spool(Shelf(1, 1))]
    vitals = together(sources)
    sources.append(lambda: {"traps_heeded_total": 2.0})
    assert vitals()["traps_heeded_total"] == 2
    assert vitals().keys() <= VITALS
