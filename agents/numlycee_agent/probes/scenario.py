"""What a service must do to be called working: steps, and the rules that each answer is held to."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from numlycee.domain.causes import Cause
from numlycee_agent.probes.content import Page

UNAVAILABLE = ("momentanément indisponible",)
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Step:
    """One page asked for, redirections followed, and what its answer must be.

    `status` is the set of right codes; `shows` and `hides` are words that a reader must and must
    not see; `lands` is how the final address must begin, as host or host/path. A step that is to
    `sign_in` has no address of its own: it posts the form of the page before.
    """

    url: str = ""
    status: frozenset[int] = frozenset(_OK)
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = UNAVAILABLE
    lands: str = ""
    sign_in: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps in order, one `timeout` for them all, in seconds.

    The service is degraded when it takes longer than `slow` seconds, and when a certificate met on
    the way has fewer than `certificate_days` left.
    """

    steps: tuple[Step, ...]
    timeout: float = 10.0
    slow: float = 4.0
    certificate_days: float = 14.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer is not right; `detail` is the code or marker that decided, fit to print."""

    cause: Cause
    detail: str = ""


def judge(step: Step, status: int, landed: str, page: Page) -> Fault | None:
    """Hold an answer to a step's rules; `landed` is the final address."""
    if status not in step.status:
        return Fault(Cause.HTTP_STATUS, str(status))
    for marker in step.hides:
        if page.shows(marker):
            return Fault(Cause.CONTENT, f"« {marker} »")
    if step.lands and not _is_within(place(landed), place(step.lands)):
        return Fault(Cause.CONTENT, place(landed))
    missing = next((marker for marker in step.shows if not page.holds(marker)), None)
    return Fault(Cause.CONTENT, f"no « {missing} »") if missing else None


def place(url: str) -> str:
    """Return host, port and path: no credentials, no query, no session written in the path."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    port = f":{parts.port}" if parts.port else ""
    return (parts.hostname or "") + port + parts.path.partition(";")[0]


def _is_within(landed: str, wanted: str) -> bool:
    return landed == wanted or landed.startswith(wanted.rstrip("/") + "/")
