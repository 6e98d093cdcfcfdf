import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.wire.messages import GAUGES
from numlycee_agent.probes.quality import Figures, Limits, LinkQuality

PERIOD = 2_000


def play(quality: LinkQuality, probes: list[dict[int, float | None]], start: int = 0) -> int:
    for at, rtts in enumerate(probes, start):
        quality.note(at * PERIOD, rtts)
    return start + len(probes)


def steady(count: int, rtt: float | None = 0.010) -> list[dict[int, float | None]]:
    return [{0: rtt, 1: 0.020}] * count


def test_before_any_probe_nothing_is_measured() -> None:
    assert LinkQuality().figures() == Figures()
    assert LinkQuality().figures().gauges() == {}
    assert LinkQuality().complaint() is None


def test_a_steady_link_has_its_best_targets_figures() -> None:
    quality = LinkQuality()
    play(quality, steady(30))
    assert quality.figures() == Figures(loss=0.0, latency=0.010, jitter=0.0)
    assert quality.complaint() is None


def test_a_target_that_alone_is_dead_or_slow_does_not_accuse_the_link() -> None:
    quality = LinkQuality()
    play(quality, [{0: None, 1: 0.9, 2: 0.012}] * 30)
    assert quality.figures().loss == 0.0
    assert quality.figures().latency == 0.012
    assert quality.complaint() is None


def test_loss_on_every_target_is_the_links() -> None:
    quality = LinkQuality()
    lost_by_turns: list[dict[int, float | None]] = [{0: None, 1: 0.01}, {0: 0.01, 1: None}] * 5
    play(quality, lost_by_turns + steady(10))
    assert quality.figures().loss == 0.25
    assert quality.complaint() is Cause.LOSS


@pytest.mark.parametrize(
    ("rtts", "cause"),
    [
        ([0.2, 0.2], Cause.LATENCY),
        ([0.01, 0.09], Cause.JITTER),
        ([0.2, 0.01], Cause.JITTER),
        ([0.2, 0.3], Cause.LATENCY),
    ],
)
def test_latency_and_jitter_over_their_limits(rtts: list[float], cause: Cause) -> None:
    quality = LinkQuality()
    play(quality, [{0: rtt} for rtt in rtts * 8])
    assert quality.complaint() is cause


def test_one_lost_probe_is_not_a_complaint() -> None:
    quality = LinkQuality()
    play(quality, [*steady(29), {0: None, 1: None}])
    assert quality.complaint() is None


def test_too_few_samples_are_no_ground() -> None:
    quality = LinkQuality()
    play(quality, [{0: 0.9}] * 9)
    assert quality.complaint() is None
    quality.note(9 * PERIOD, {0: 0.9})
    assert quality.complaint() is Cause.LATENCY


def test_an_outage_is_not_loss_and_its_end_starts_afresh() -> None:
    quality = LinkQuality()
    after = play(quality, steady(30))
    after = play(quality, [{0: None, 1: None}] * 40, after)
    assert quality.figures() == Figures()
    play(quality, steady(15), after)
    assert quality.figures().loss == 0.0
    assert quality.complaint() is None


def test_a_limit_once_passed_holds_until_well_below() -> None:
    quality = LinkQuality(Limits(probes=10))
    after = play(quality, [{0: 0.160}] * 10)
    assert quality.complaint() is Cause.LATENCY
    after = play(quality, [{0: 0.140}] * 10, after)
    assert quality.complaint() is Cause.LATENCY
    after = play(quality, [{0: 0.115}] * 10, after)
    assert quality.complaint() is None
    play(quality, [{0: 0.140}] * 10, after)
    assert quality.complaint() is None


def test_old_probes_are_forgotten() -> None:
    quality = LinkQuality()
    after = play(quality, [{0: 0.9}] * 30)
    quality.note(after * PERIOD + Limits().age, {0: 0.01})
    assert quality.figures().latency == 0.01
    assert quality.complaint() is None


def test_each_target_has_its_own_loss_and_latency() -> None:
    quality = LinkQuality()
    play(quality, [{0: 0.01, 1: None, 9: 0.02}, {0: 0.03, 1: 0.05, 9: 0.02}])
    gauges = quality.gauges()
    assert gauges["target_1_packet_loss_ratio"] == 0
    assert gauges["target_1_rtt_seconds"] == pytest.approx(0.02)
    assert (gauges["target_2_packet_loss_ratio"], gauges["target_2_rtt_seconds"]) == (0.5, 0.05)
    assert set(gauges) < GAUGES, "the tenth target has no name there, and no figure"


@given(st.lists(st.dictionaries(st.integers(0, 3), st.none() | st.floats(0, 2)), max_size=80))
def test_figures_stay_in_their_ranges(probes: list[dict[int, float | None]]) -> None:
    quality = LinkQuality()
    play(quality, probes)
    figures = quality.figures()
    assert figures.loss is None or 0 <= figures.loss <= 1
    assert figures.latency is None or 0 <= figures.latency <= 2
    assert figures.jitter is None or 0 <= figures.jitter <= 2
