"""A site's very-high-speed access, judged by several targets beyond it and by its own network."""

import asyncio
from collections.abc import Sequence

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.quality import LinkQuality
from numlycee_agent.probes.reach import Attempt, Stopwatch, Target


class LinkProbe:
    """Asks targets outside and references on the LAN at once, and accuses the link with care.

    `failed`: no outside target answers while the LAN does. LAN silent too: `unknown`, cause `lan`.
    `degraded`: an outside target answers, but loss, latency or jitter is over its limit.
    """

    def __init__(
        self,
        outside: Sequence[Target],
        lan: Sequence[Target],
        clock: Clock,
        quality: LinkQuality | None = None,
    ) -> None:
        if not outside or not lan:
            raise ValueError(
                "a link needs one target outside and one reference on the LAN at least"
            )
        self._outside = tuple(outside)
        self._lan = tuple(lan)
        self._clock = clock
        self._quality = quality or LinkQuality()

    async def observe(self) -> Observation:
        """Observe once; the gauges are `rtt_seconds`, `packet_loss_ratio` and `jitter_seconds`."""
        watch = Stopwatch(self._clock)
        attempts = await _all(self._outside + self._lan)
        outside, lan = attempts[: len(self._outside)], attempts[len(self._outside) :]
        answered = [attempt for attempt in outside if attempt.answered]
        if answered:
            self._note(outside)
            return self._judge(min(answered, key=lambda attempt: attempt.ended))
        health, cause = _why_silent(outside, lan)
        if health is Health.UNKNOWN:
            return watch.observe(health, cause)
        self._note(outside)
        return watch.observe(health, cause, {"packet_loss_ratio": 1.0})

    def _judge(self, first: Attempt) -> Observation:
        """Date the observation by the first answer: the slowest target must not blur it."""
        complaint = self._quality.complaint()
        health = Health.DEGRADED if complaint else Health.OK
        gauges = self._quality.figures().gauges()
        return Observation(first.began, first.ended, health, complaint, gauges)

    def _note(self, outside: Sequence[Attempt]) -> None:
        rtts = {i: attempt.rtt for i, attempt in enumerate(outside) if attempt.is_evidence}
        self._quality.note(self._clock.now(), rtts)


async def _all(targets: Sequence[Target]) -> list[Attempt]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(target.attempt()) for target in targets]
    return [task.result() for task in tasks]


def _why_silent(outside: Sequence[Attempt], lan: Sequence[Attempt]) -> tuple[Health, Cause]:
    """Judge a silence; with the LAN alive, a route that has vanished is the link's silence too."""
    causes = [attempt.cause for attempt in outside]
    if all(cause is Cause.PROBE for cause in causes):
        return Health.UNKNOWN, Cause.PROBE
    if any(reference.answered for reference in lan):
        firm = [cause for cause in causes if cause not in {Cause.PROBE, Cause.LAN, None}]
        return Health.FAILED, firm[0] if firm and len(set(firm)) == 1 else Cause.TIMEOUT
    blind = all(reference.cause is Cause.PROBE for reference in lan)
    return Health.UNKNOWN, Cause.PROBE if blind else Cause.LAN
