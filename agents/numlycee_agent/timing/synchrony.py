"""Signs that the machine's wall clock can be believed, and which boot of the machine this is."""

import os
import secrets
import struct
from collections.abc import Mapping
from pathlib import Path

from numlycee.clock import Clock

UNSURE = 16_000_000
"""Microseconds of error from which Linux calls its clock unsynchronised (NTP_PHASE_LIMIT)."""
SAME = 2_000
"""Two clocks of one machine that agree to within these milliseconds show the same time."""
_TIMEX = struct.Struct("@Illlli")
_TIMEX_BYTES = 512
_FILTERED = "Seccomp:\t2"


class Machine:
    """The signs of one Linux machine, whose files are found under `root`."""

    def __init__(
        self, clock: Clock, root: Path = Path("/"), environment: Mapping[str, str] = os.environ
    ) -> None:
        self._clock = clock
        self._root = root
        said = environment.get("NUMLYCEE_BOOT") or self._text("proc/sys/kernel/random/boot_id")
        self.boot = said.replace("-", "")[:16] or secrets.token_hex(8)
        """Sixteen hexadecimal digits; where the boot has no name, that of this process alone."""

    def synchronised(self, since: int = 0) -> bool:
        """Tell whether a time server has set the wall clock, at a time it now shows as past.

        systemd-timesyncd dates its file whenever it has; the kernel forgets whenever somebody else
        sets the clock.
        """
        return since <= self._timesyncd() <= self._clock.now() or self._disciplined()

    def kept(self) -> bool:
        """Tell whether the wall clock agrees with a hardware clock, which runs while all is off."""
        try:
            times = [int(path.read_text()) for path in self._hardware_clocks()]
        except (OSError, ValueError):
            return False
        return any(abs(at * 1000 - self._clock.now()) <= SAME for at in times)

    def _timesyncd(self) -> int:
        try:
            status = (self._root / "run/systemd/timesync/synchronized").stat()
        except OSError:
            return -1
        return status.st_mtime_ns // 1_000_000

    def _hardware_clocks(self) -> list[Path]:
        return sorted((self._root / "sys/class/rtc").glob("rtc*/since_epoch"))

    def _disciplined(self) -> bool:
        """Ask the kernel, unless a filter of system calls might kill whoever asks."""
        return _FILTERED not in self._text("proc/self/status") and largest_error() < UNSURE

    def _text(self, path: str) -> str:
        try:
            return (self._root / path).read_text().strip()
        except OSError:
            return ""


def largest_error() -> int:
    """Return by how many microseconds the kernel thinks its clock may be wrong, at most."""
    import ctypes  # noqa: PLC0415 (most machines are asked nothing)

    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    asked = getattr(ctypes.CDLL(None), "adjtimex", None)
    if asked is None or asked(timex) < 0:
        return UNSURE
    error: int = _TIMEX.unpack_from(timex)[3]
    return error
