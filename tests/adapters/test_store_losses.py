"""What agents declared lost, by the year in which their runs began."""

from contextlib import closing
from pathlib import Path

from numlycee.adapters.sql import open_reader, open_store
from tests.collector.centre import OTHER, SITE, STEP, T0, Agent, Centre, HandClock


def test_losses_are_counted_by_site_and_by_when_their_run_began(tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path}/account.db", HandClock()
    with closing(open_store(url, clock)) as store:
        centre, agent, other = Centre(store, clock), Agent(), Agent(uai=OTHER)
        centre.takes(agent.sends(agent.bulletin(), agent.gap(agent.run, (3, 6))))
        centre.takes(other.sends(other.bulletin()))
        earlier = Agent(run="00000000000000ab", began=T0 - STEP, end=T0 - STEP)
        centre.takes(earlier.sends(earlier.bulletin(), earlier.gap(earlier.run, (8, 8))))
        unheard = agent.gap("00000000000000ac", (1, 9))
        centre.takes(agent.sends(unheard))
    reader = open_reader(url)
    assert reader.losses(T0, T0 + STEP) == {SITE: 3}
    assert reader.losses(T0 - STEP, T0 + STEP) == {SITE: 4}
    assert reader.losses(T0 + 1, T0 + STEP) == {}
