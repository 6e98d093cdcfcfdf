"""One device asked once, from the command line: whether it answers, and what it is."""

from contextlib import closing
from dataclasses import dataclass

from numlycee.clock import Clock
from numlycee_agent.build import Means
from numlycee_agent.ports import Observation
from numlycee_agent.probes.icmp import PingTarget
from numlycee_agent.probes.reach import Attempt
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Credentials, Target
from numlycee_agent.snmp.identity import Identity, identify
from numlycee_agent.snmp.values import SnmpError


@dataclass(frozen=True, slots=True)
class Finding:
    """What one device answered."""

    ping: Attempt
    identity: Identity | None
    state: Observation | None
    fault: str = ""

    @property
    def answers(self) -> bool:
        """Tell whether the device gave any sign of life."""
        return self.ping.answered or self.identity is not None

    def rows(self) -> list[tuple[str, str]]:
        """Return what is known, label by label."""
        rtt = self.ping.rtt
        rows = [("ping", f"sans réponse ({self.ping.cause})" if rtt is None else _ms(rtt))]
        if self.identity is None:
            return [*rows, ("SNMP", self.fault)]
        rows += [
            ("constructeur", self.identity.vendor),
            ("modèle", self.identity.model),
            ("nature", self.identity.kind),
            ("nom", self.identity.name),
            ("numéro de série", self.identity.serial),
            ("version", self.identity.version),
            ("sysObjectID", self.identity.sys_object_id),
            ("sysDescr", self.identity.description),
        ]
        if self.state is not None:
            cause = f" ({self.state.cause})" if self.state.cause else ""
            rows.append(("état", f"{self.state.health}{cause}"))
            rows += [(name, f"{value:g}") for name, value in self.state.gauges.items()]
        return [(label, value) for label, value in rows if value]


async def inquire(target: Target, credentials: Credentials, clock: Clock) -> Finding:
    """Ask one device by ping and SNMP; a device that does not answer is a finding too."""
    with closing(Means(clock)) as means:
        ping = await PingTarget(means.pinger, target.host, clock).attempt()
        try:
            client = means.engines.open_client(target, credentials)
            identity = await identify(client)
        except SnmpError as error:
            return Finding(ping, None, None, str(error) or type(error).__name__)
        state = await SnmpStateProbe(client, identity.kind, clock).observe()
        client.close()
    return Finding(ping, identity, state)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms".replace(".", ",")
