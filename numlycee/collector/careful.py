"""One message that meets a fault of ours never stops the others."""

import logging
from collections.abc import Sequence

from numlycee.collector.ports import Intake, StoreUnavailableError

_log = logging.getLogger(__name__)

Message = tuple[str, bytes]


def carefully(intake: Intake, batch: Sequence[Message]) -> list[Message]:
    """Give an intake a batch, by halves when it fails, so that only what fails alone is lost.

    Returns what is to be published; raises `StoreUnavailableError` when something is to be given
    again, and whoever asks gives the whole batch again.
    """
    try:
        return list(intake.handle(batch))
    except StoreUnavailableError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, it is logged and only it is lost)
        if len(batch) == 1:
            _log.exception("a message on %r could not be handled", batch[0][0][:80])
            return []
    middle = len(batch) // 2
    return [*carefully(intake, batch[:middle]), *carefully(intake, batch[middle:])]
