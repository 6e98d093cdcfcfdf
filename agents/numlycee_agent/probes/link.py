"""A site's very-high-speed access, judged by several targets beyond it and by its own network."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.quality import LinkQuality
from numlycee_agent.probes.reach import Attempt, Stopwatch, Target


class Lines(Protocol):
    """What is known of the access beside its targets: its lines, as their devices tell."""

    def complaint(self) -> Cause | None:
        """Return what is wrong with the lines of a link that works."""
        ...

    def gauges(self) -> Mapping[str, float]:
        """Return samples of the closed catalogue."""
        ...


class NoLines:
    """Nothing is known of the lines."""

    def complaint(self) -> Cause | None:
        """Complain of nothing."""
        return None

    def gauges(self) -> Mapping[str, float]:
        """Return no sample."""
        return {}


class LinkProbe:
    """Asks targets outside and references on the LAN at once, and accuses the link with care.

    | outside | LAN | verdict |
    |---|---|---|
    | one answers | whatever | ok, or degraded: by the lines first, then by the link's quality |
    | could not be asked | whatever | unknown, `probe` |
    | silent | one answers | failed, with the cause that all share, else `timeout` |
    | silent | silent | unknown, `lan` |
    | silent | could not be asked | unknown, `probe` |

    A name that is not resolved is no silence: the resolver may be the school's. Where nothing else
    was to be learnt, the verdict is unknown, `dns`. Without a route to a target the agent is cut
    off from it as surely as by a silence.
    """

    def __init__(
        self,
        outside: Sequence[Target],
        lan: Sequence[Target],
        clock: Clock,
        quality: LinkQuality | None = None,
        lines: Lines | None = None,
    ) -> None:
        if not outside or not lan:
            raise ValueError(
                "a link needs one target outside and one reference on the LAN at least"
            )
        self._outside = tuple(outside)
        self._lan = tuple(lan)
        self._clock = clock
        self._quality = quality or LinkQuality()
        self._lines = lines or NoLines()

    async def observe(self) -> Observation:
        """Observe once; the gauges are those of the quality, of each target and of the lines."""
        watch = Stopwatch(self._clock)
        attempts = await _all(self._outside + self._lan)
        outside, lan = attempts[: len(self._outside)], attempts[len(self._outside) :]
        answered = [attempt for attempt in outside if attempt.answered]
        if answered:
            self._note(outside)
            return self._judge(min(answered, key=lambda attempt: attempt.ended))
        health, cause = _why_silent(outside, lan)
        if health is Health.UNKNOWN:
            return watch.observe(health, cause, self._lines.gauges())
        self._note(outside)
        return watch.observe(health, cause, {"packet_loss_ratio": 1.0, **self._lines.gauges()})

    def _judge(self, first: Attempt) -> Observation:
        """Date the observation by the first answer: the slowest target must not blur it."""
        complaint = self._quality.complaint()
        complaint = self._lines.complaint() or complaint
        health = Health.DEGRADED if complaint else Health.OK
        gauges = {**self._quality.gauges(), **self._lines.gauges()}
        return Observation(first.began, first.ended, health, complaint, gauges)

    def _note(self, outside: Sequence[Attempt]) -> None:
        rtts = {i: attempt.rtt for i, attempt in enumerate(outside) if attempt.is_evidence}
        self._quality.note(self._clock.now(), rtts)


async def _all(targets: Sequence[Target]) -> list[Attempt]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(target.attempt()) for target in targets]
    return [task.result() for task in tasks]


def _why_silent(outside: Sequence[Attempt], lan: Sequence[Attempt]) -> tuple[Health, Cause]:
    causes = {attempt.cause for attempt in outside} - {Cause.PROBE}
    if not causes:
        return Health.UNKNOWN, Cause.PROBE
    if not any(reference.answered for reference in lan):
        blind = all(reference.cause is Cause.PROBE for reference in lan)
        return Health.UNKNOWN, Cause.PROBE if blind else Cause.LAN
    if causes == {Cause.DNS}:
        return Health.UNKNOWN, Cause.DNS
    firm = causes - {Cause.LAN}
    return Health.FAILED, firm.pop() or Cause.TIMEOUT if len(firm) == 1 else Cause.TIMEOUT
