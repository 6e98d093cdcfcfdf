"""When the epoch grows by itself: an agent that knows a later commit shows a roll-back."""

from collections.abc import Iterable

from numlycee.collector.ports import Standing
from numlycee.domain.durations import HOUR
from numlycee.wire.messages import Hello

RISE_EVERY = HOUR
"""One site may raise the epoch once an hour: a hostile one must not make all send all again."""


class Epochs:
    """Decides the standing of each commit."""

    def __init__(self) -> None:
        """Have raised nothing yet."""
        self._raised: dict[str, tuple[int, int]] = {}

    def next(self, standing: Standing, hellos: Iterable[tuple[str, Hello]], at: int) -> Standing:
        """Return the standing of the commit that follows, after these hellos."""
        epoch = standing.epoch
        for uai, hello in hellos:
            ahead = (hello.epoch, hello.commit) > (epoch, standing.commit)
            if ahead and self._may_raise(uai, standing.epoch, at):
                epoch = max(epoch, hello.epoch) + 1
                self._raised[uai] = (at, epoch)
        return Standing(epoch, standing.commit + 1)

    def _may_raise(self, uai: str, epoch: int, at: int) -> bool:
        """A store that stands below what was raised lost it: by a failed commit or a roll-back."""
        last, raised = self._raised.get(uai, (at - RISE_EVERY, 0))
        return at - last >= RISE_EVERY or epoch < raised
