"""One device asked once, from the command line: whether it answers, what it is, what it sees."""

from contextlib import closing
from dataclasses import dataclass, field

from numlycee.clock import Clock
from numlycee_agent.build import Means
from numlycee_agent.discovery.neighbours import read_surroundings
from numlycee_agent.discovery.records import Surroundings
from numlycee_agent.discovery.sensors import Sensor, read_sensors
from numlycee_agent.ports import Observation
from numlycee_agent.probes.icmp import PingTarget
from numlycee_agent.probes.reach import Attempt
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Credentials, Target
from numlycee_agent.snmp.identity import Identity, identify
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import Grounds, SnmpError, SnmpRefused, SnmpTimeout

_GROUNDS = {
    Grounds.VIEW: "il ne lui montre rien de cela",
    Grounds.LEVEL: "il ne lui accorde pas ce niveau de sécurité",
    Grounds.CLOCK: "il n'accepte pas l'heure qu'il dit lui-même (redémarrages épuisés ?)",
    Grounds.USER: "il ne connaît pas cet utilisateur",
    Grounds.ENGINE: "il n'accepte pas le moteur qu'il nomme lui-même",
    Grounds.AUTH_KEY: "mauvais mot de passe, ou protocole, d'authentification",
    Grounds.PRIV_KEY: "mauvais mot de passe, ou protocole, de chiffrement",
    Grounds.OTHER: "il ne dit pas pourquoi",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What SNMP tells of one device."""

    identity: Identity
    state: Observation
    around: Surroundings = field(default_factory=Surroundings)
    sensors: tuple[Sensor, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one device answered; `fault` says why SNMP told nothing."""

    host: str
    ping: Attempt
    told: Answers | None
    fault: str = ""

    @property
    def answers(self) -> bool:
        """Tell whether the device gave any sign of life."""
        return self.ping.answered or self.told is not None


async def inquire(target: Target, credentials: Credentials, clock: Clock) -> Finding:
    """Ask one device by ping and SNMP; a device that does not answer is a finding too."""
    with closing(Means(clock)) as means:
        ping = await PingTarget(means.pinger, target.host, clock).attempt()
        told, fault = await _ask(means, target, credentials, clock)
    return Finding(target.host, ping, told, fault)


async def _ask(
    means: Means, target: Target, credentials: Credentials, clock: Clock
) -> tuple[Answers | None, str]:
    try:
        client = means.engines.open_client(target, credentials)
        with closing(client):
            return await _interview(client, clock), ""
    except SnmpTimeout:
        return None, "aucune réponse : SNMP éteint, filtré, ou accès inconnu de l'équipement"
    except SnmpRefused as refusal:
        return None, f"l'équipement répond, et refuse cet accès : {_GROUNDS[refusal.grounds]}"
    except SnmpError as error:
        return None, str(error) or type(error).__name__


async def _interview(client: SnmpClient, clock: Clock) -> Answers:
    identity = await identify(client)
    state = await SnmpStateProbe(client, identity.kind, clock).observe()
    around = await read_surroundings(client, learnt=False)
    return Answers(identity, state, around, await read_sensors(client))
