"""What agents say of now is shown, and nothing of it is stored."""

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.wire.messages import Now, Presence, Present, encode_now, encode_presence
from tests.collector.centre import INVENTORY, SITE, T0, TOPICS, Agent, Centre, dump


def test_the_present_and_the_presence_are_never_history(centre: Centre) -> None:
    agent = Agent()
    centre.takes(agent.hello(), agent.sends(agent.listing()))
    before, ledger = dump(centre.store), centre.ingest.ledger(T0)
    down = (Present("link", State.DOWN, Cause.TIMEOUT, T0),)
    now = Now(agent.run, agent.began, 7, T0, INVENTORY.digest, down)
    presence = Presence(online=True, run=agent.run, version="0.1.0")
    for leaf, payload in (("now", encode_now(now)), ("presence", encode_presence(presence))):
        assert centre.takes((TOPICS.up(SITE, leaf), payload)) == {}
    states = {r.resource.id: r.state for r in centre.board.snapshot(T0).sites[SITE].resources}
    assert states["link"] is State.DOWN
    assert dump(centre.store) == before
    assert centre.ingest.ledger(T0) == ledger, "not even a commit"
