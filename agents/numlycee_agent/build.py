"""From the configuration to what is watched: each resource with its probe and its rhythm."""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from numlycee.clock import Clock
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import CORE_KINDS, Kind
from numlycee.settings import SettingsError
from numlycee.wire.records import InventoryRecord, Key, encode, inventory_of
from numlycee_agent import targets
from numlycee_agent.config import DEFAULT_SNMP, Config, Equipment, Link, Service
from numlycee_agent.credentials import SnmpAccess, read_secret
from numlycee_agent.ports import Holder, Journal, Probe, Watched
from numlycee_agent.probes.account import Account
from numlycee_agent.probes.addresses import Addresses
from numlycee_agent.probes.dns import DnsTarget
from numlycee_agent.probes.icmp import Pinger, PingTarget
from numlycee_agent.probes.link import Lines, LinkProbe
from numlycee_agent.probes.paced import PacedEquipment
from numlycee_agent.probes.quality import LinkQuality
from numlycee_agent.probes.reach import ReachProbe, Target
from numlycee_agent.probes.scenario import Scenario, Step
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.probes.tcp import TcpTarget
from numlycee_agent.snmp.credentials import Target as SnmpTarget
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import SnmpError
from numlycee_agent.spool.spool import LONGEST_RECORD

if TYPE_CHECKING:
    from numlycee_agent.local.service import Devices, LocalEnd
    from numlycee_agent.mobile.sightings import Sightings
    from numlycee_agent.traps.receiver import Hear
    from numlycee_agent.traps.reception import Reception

REACH_TIMEOUT = 0.7
GLANCE = 0.2
"""Seconds after which an address that has always answered is in doubt."""
SNMP_TIMEOUTS = (0.7, 1.0)
CONFIRMATIONS = (0.5, 1.0)
SERVICE_CONFIRMATIONS = (2.0, 5.0)
SERVICE_DOWN_PERIOD = 10.0
"""A portal in trouble is not helped by every lycée asking it each second."""


@dataclass(slots=True)
class Means:
    """What the probes of one agent share: sockets, names, engines; opened when first needed."""

    clock: Clock
    pinger: Pinger = field(init=False)
    addresses: Addresses = field(init=False)
    engines: Engines = field(default_factory=Engines)
    clients: dict[str, SnmpClient] = field(default_factory=dict)
    """How each equipment is asked by SNMP, by its id: one thing at a time, whoever asks."""
    chores: list[Callable[[], Coroutine[None, None, None]]] = field(default_factory=list)
    """What is to run beside the observations."""

    def __post_init__(self) -> None:
        """Share one pinger and one memory of names."""
        self.pinger = Pinger(self.clock)
        self.addresses = Addresses(self.clock)

    def close(self) -> None:
        """Close every socket."""
        self.pinger.close()
        self.engines.close()


def watched(config: Config, means: Means, before: Sequence[Watched] = ()) -> list[Watched]:
    """Return everything to watch; raises `SettingsError` for what cannot be.

    What is among those watched `before` keeps its probe.
    """
    found = list(_watched(config, means, {item.resource.id: item for item in before}))
    _check_size(found)
    return found


def reception(
    config: Config,
    wake: Callable[[str], None],
    clock: Clock,
    hear: "Hear" = lambda *_: (),
) -> "Reception | None":
    """Return what receives traps, where the site wants them; raises `SettingsError`."""
    if config.traps is None:
        return None
    from numlycee_agent.traps.reception import Reception  # noqa: PLC0415 (off by default)

    return Reception(config, config.traps, wake, clock, hear)


def mobile(config: Config, means: Means, dated: Callable[[], bool]) -> "Sightings | None":
    """Return what counts mobile devices, where the site wants it; raises `SettingsError`."""
    if config.mobile is None:
        return None
    from numlycee_agent.mobile.assembly import sightings  # noqa: PLC0415 (off by default)

    return sightings(config, config.mobile, means.clock, dated, means.engines)


def counted(found: "Sightings | None") -> Callable[[Journal], Journal]:
    """Return how a journal comes to take the counts of mobile devices, if there are any."""
    if found is None:
        return lambda journal: journal
    from numlycee_agent.mobile.journal import CountedJournal  # noqa: PLC0415 (off by default)

    return lambda journal: CountedJournal(journal, found.counting)


def local(config: Config, devices: "Devices | None", clock: Clock) -> "LocalEnd | None":
    """Return what serves the local page, where the site wants it; raises `SettingsError`."""
    if config.local is None:
        return None
    try:
        from numlycee_agent.local.service import LocalEnd  # noqa: PLC0415 (off by default)
    except ModuleNotFoundError as error:
        message = f"local: needs {error.name}; install numlycee-agent[http]"
        raise SettingsError(message) from error
    return LocalEnd(config.uai, config.local, devices, clock)


def _watched(config: Config, means: Means, kept: Mapping[str, Watched]) -> Iterator[Watched]:
    if config.link is not None:
        link = config.link
        yield kept.get(link.id) or _link(link, config, means)
    for service in config.service:
        period = service.period or config.periods.service
        yield kept.get(service.id) or _service(service, period, means)
    parents = {item.parent for item in (*config.equipment, *config.service, config.link) if item}
    for item in config.equipment:
        core = item.kind in CORE_KINDS or item.id in parents
        usual = config.periods.core if core else config.periods.equipment
        resource = _resource(item, item.period or usual, config)
        old = kept.get(item.id)
        yield replace(old, resource=resource) if old else _equipment(item, resource, config, means)


def _link(link: Link, config: Config, means: Means) -> Watched:
    outside = [_target(spelt, means) for spelt in link.outside]
    lan = [_target(spelt, means) for spelt in link.lan]
    lines = _lines(link, config, means)
    probe = LinkProbe(outside, lan, means.clock, LinkQuality(link.limits), lines)
    resource = Resource(
        link.id,
        Kind.LINK,
        link.name,
        link.parent or None,
        _ms(config.periods.link),
        _ms(CONFIRMATIONS[-1] + REACH_TIMEOUT),
    )
    return Watched(resource, probe, CONFIRMATIONS)


def _lines(link: Link, config: Config, means: Means) -> Lines | None:
    if link.wan is None:
        return None
    from numlycee_agent.lines import access_lines  # noqa: PLC0415 (off by default)

    lines = access_lines(link.wan, link.backup, config, means)
    means.chores.append(lines.run)
    return lines


def _target(spelt: str, means: Means) -> Target:
    mark = targets.parse(spelt)
    match mark.how:
        case targets.How.PING:
            return PingTarget(means.pinger, mark.host, means.clock, REACH_TIMEOUT)
        case targets.How.TCP:
            return _tcp(mark.host, mark.port, means)
        case targets.How.DNS:
            return DnsTarget(mark.host, mark.name, means.clock, timeout=REACH_TIMEOUT)


def _tcp(host: str, port: int, means: Means, patience: float = REACH_TIMEOUT) -> TcpTarget:
    return TcpTarget(host, port, means.clock, patience, means.addresses)


def _service(service: Service, period: float, means: Means) -> Watched:
    steps = tuple(
        Step(
            step.url,
            shows=step.shows,
            hides=step.hides,
            lands=step.lands,
            sign_in=step.sign_in,
        )
        for step in service.step
    )
    scenario = Scenario(steps, service.timeout, service.slow, service.certificate_days)
    resource = Resource(
        service.id,
        Kind.SERVICE,
        service.name,
        service.parent or None,
        _ms(period),
        _ms(SERVICE_CONFIRMATIONS[-1] + service.timeout),
    )
    probe = _http(scenario, service, means)
    return Watched(resource, probe, SERVICE_CONFIRMATIONS, SERVICE_DOWN_PERIOD)


def _http(scenario: Scenario, service: Service, means: Means) -> Probe:
    from numlycee_agent.probes.http import HttpProbe, trust  # noqa: PLC0415 (a mebibyte)

    try:
        context = trust(str(service.authority)) if service.authority else trust()
    except OSError as error:
        message = f"{service.authority}: authority of {service.id!r}: {error}"
        raise SettingsError(message) from error
    return HttpProbe(scenario, means.clock, context=context, account=_account(service))


def _account(service: Service) -> Account | None:
    if service.account is None:
        return None
    password = read_secret(service.account.password_file, "service.account.password_file")
    return Account(service.account.username, password, service.account.origin)


def _resource(item: Equipment, period: float, config: Config) -> Resource:
    by_snmp = _access(item, config) is not None
    wait = max(REACH_TIMEOUT, sum(SNMP_TIMEOUTS)) if by_snmp else REACH_TIMEOUT
    return Resource(
        item.id,
        item.kind,
        item.name,
        item.parent or None,
        _ms(period),
        _ms(CONFIRMATIONS[-1] + wait),
        item.vendor,
        item.model,
    )


def _equipment(item: Equipment, resource: Resource, config: Config, means: Means) -> Watched:
    reach = _reach(item, means)
    snmp = _snmp(item, config, means)
    every = config.periods.snmp
    if snmp is None:
        return Watched(resource, reach, CONFIRMATIONS)
    probe = PacedEquipment(snmp, reach, means.clock, every, _reach(item, means, GLANCE))
    return Watched(resource, probe, CONFIRMATIONS, hurry=probe.hurry)


def _reach(item: Equipment, means: Means, patience: float = REACH_TIMEOUT) -> Probe:
    if item.tcp is not None:
        return ReachProbe(_tcp(item.address, item.tcp, means, patience))
    return ReachProbe(PingTarget(means.pinger, item.address, means.clock, patience))


def open_client(item: Equipment, config: Config, means: Means) -> SnmpClient | None:
    """Return a client of an equipment, where it is asked by SNMP; raises `SettingsError`."""
    access = _access(item, config)
    if access is None:
        return None
    target = SnmpTarget(item.address, access.port, SNMP_TIMEOUTS)
    try:
        return means.engines.open_client(target, access.credentials())
    except SnmpError as error:
        raise SettingsError(f"equipment {item.id!r}: {error}") from error


def _snmp(item: Equipment, config: Config, means: Means) -> Holder | None:
    client = open_client(item, config, means)
    if client is None:
        return None
    means.clients[item.id] = client
    return SnmpStateProbe(client, item.kind, means.clock)


def _access(item: Equipment, config: Config) -> SnmpAccess | None:
    return config.snmp.get(item.snmp or DEFAULT_SNMP)


def _check_size(found: list[Watched]) -> None:
    """Refuse an inventory that no message could carry."""
    inventory = inventory_of([item.resource for item in found])
    key = Key(Vantage.SITE, "0" * 16, 10**12, 1)
    size = len(encode(InventoryRecord(key, inventory)))
    if size > LONGEST_RECORD - 200:
        most = len(found) * LONGEST_RECORD // size
        raise SettingsError(f"{len(found)} resources are too many for one agent: about {most} fit")


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
