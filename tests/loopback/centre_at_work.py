"""A centre that takes in bulletins until it is killed, telling each receipt once it is given."""

import sys
from pathlib import Path

from tests.collector.centre import SITE, T0, Agent, Centre, HandClock, sqlite


def work(folder: Path, run: str) -> None:
    """Send a window of bulletins again and again, go on once it is confirmed."""
    clock = HandClock(T0 + 365 * 86_400_000)
    centre = Centre(sqlite(clock, folder), clock)
    agent = Agent(run=run, began=T0 + int(run, 16))
    centre.takes(agent.hello(), agent.sends(agent.listing()))
    while True:
        messages = [agent.sends(agent.bulletin()) for _ in range(5)]
        receipt = centre.takes(*messages, messages[0])[SITE]
        assert receipt.runs[run].contiguous == agent.seq
        sys.stdout.write(f"{run} {agent.seq} {receipt.commit}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2])
