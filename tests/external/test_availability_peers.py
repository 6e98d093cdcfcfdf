"""A benchmark whose peers answered wrongly would measure nothing: each tells a truth known here."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from numlycee.domain.states import State
from tests.benchmarks.peers.past import DAY, Past
from tests.benchmarks.peers.peer import NotInstalledError, Peer, Shares, watched
from tests.benchmarks.peers.postgresql import postgresql
from tests.benchmarks.peers.prometheus import prometheus
from tests.benchmarks.peers.sqlite import sqlite
from tests.benchmarks.peers.victoria import victoria

START = 1_756_677_600_000
HOUR = DAY // 24
NAMES = ("always", "six-hours", "half-known", "across")
SPELLS = (
    ("half-known", START, START + 12 * HOUR, State.UNOBSERVED),
    ("half-known", START + 12 * HOUR, START + 18 * HOUR, State.DOWN),
    ("six-hours", START + 3 * HOUR, START + 5 * HOUR, State.DOWN),
    ("six-hours", START + 10 * HOUR, START + 14 * HOUR, State.DOWN),
    ("across", START - 9 * HOUR, START + 3 * HOUR, State.DOWN),
    ("across", START + 21 * HOUR, START + 30 * HOUR, State.DOWN),
)
PAST = Past.of(NAMES, SPELLS, START, START + DAY)
OF_SAMPLES = {"always": 1.0, "six-hours": 0.75, "half-known": 0.5, "across": 0.75}
OF_CHANGES = {**OF_SAMPLES, "half-known": 0.75}

Opening = Callable[[], AbstractContextManager[Peer]]


@pytest.mark.parametrize(
    ("opening", "truth"),
    [
        pytest.param(partial(prometheus, PAST, len(NAMES), 1), OF_SAMPLES, id="prometheus"),
        pytest.param(partial(victoria, PAST, len(NAMES), 1), OF_SAMPLES, id="victoria-metrics"),
        pytest.param(partial(postgresql, PAST), OF_CHANGES, id="postgresql"),
        pytest.param(partial(sqlite, PAST), OF_CHANGES, id="sqlite"),
    ],
)
def test_a_peer_answers_the_truth(opening: Opening, truth: Shares) -> None:
    try:
        with opening() as peer, watched(peer.pid) as held:
            answer = peer.ask()
    except NotInstalledError as missing:
        pytest.skip(str(missing))
    assert answer.shares == pytest.approx(truth, abs=1e-12)
    assert answer.cpu >= 0
    assert max(held) > 1_000_000
