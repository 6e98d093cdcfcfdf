"""What a service manager is told (systemd's sd_notify), where there is one."""

import os
import socket
from collections.abc import Mapping

from numlycee.clock import Clock

IDLE = 3600.0


class Manager:
    """The service manager that started us, if any: READY, WATCHDOG and STOPPING reach it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._watchdog = int(environment.get("WATCHDOG_USEC", "0")) / 1e6

    def tell(self, state: str) -> None:
        """Send one state; nothing happens without a manager, or when it does not listen."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            try:
                sock.sendto(state.encode(), self._address)
            except OSError:
                return

    async def feed(self, clock: Clock) -> None:
        """Feed the watchdog for ever: the event loop that runs this is alive."""
        while True:
            if self._watchdog:
                self.tell("WATCHDOG=1")
            await clock.sleep(self._watchdog / 2 or IDLE)
