"""From an order to a proposal: what to sweep and with what, then the graph, then the inventory."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from numlycee.clock import Clock
from numlycee.domain.french import plural
from numlycee.settings import SettingsError
from numlycee_agent import config
from numlycee_agent.build import Means
from numlycee_agent.config import DEFAULT_SNMP, Equipment
from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.position import here, root
from numlycee_agent.discovery.proposal import Ids, Network, additions, check, propose
from numlycee_agent.discovery.sweep import Access, Explorer, Found, addresses, sweep
from numlycee_agent.discovery.tree import Branch, grow
from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.values import SnmpError
from numlycee_agent.terminal import progress


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for; without a configuration one community opens everything."""

    subnets: tuple[str, ...]
    configuration: Path | None
    community: str
    port: int
    with_pings: bool = False
    root: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An order that can be carried out: the hosts, the accesses, and what is listed already."""

    order: Order
    hosts: Sequence[str]
    accesses: Sequence[Access]
    text: str = ""
    listed: Sequence[Equipment] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What to show of an expedition, and the two forms of its proposal."""

    tree: Sequence[Branch]
    summary: str
    additions: str
    whole: str


def plan(order: Order, out: Path | None) -> Plan:
    """Return what to do; raises `SettingsError` for what cannot be done, before anything is sent.

    The configuration in force is never overwritten: putting a proposal in force is for people.
    """
    try:
        hosts = addresses(order.subnets)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    path = order.configuration
    if path is None:
        access = Access(DEFAULT_SNMP, Community(order.community), order.port)
        return Plan(order, hosts, [access])
    if out is not None and out.resolve() == path.resolve():
        raise SettingsError(f"{out}: is in force; write the proposal elsewhere, then review it")
    settings = config.read(path)
    names = sorted(settings.snmp, key=lambda name: name != DEFAULT_SNMP)
    tables = ((name, settings.snmp[name]) for name in names)
    accesses = [Access(name, table.credentials(), table.port) for name, table in tables]
    return Plan(order, hosts, accesses, path.read_text("utf-8"), settings.equipment)


async def explore(plan: Plan, clock: Clock) -> Result:
    """Sweep, draw and propose; nothing is written."""
    with closing(Means(clock)) as means, progress("balayage", len(plan.hosts)) as passed:
        check_accesses(means, plan)
        explorer = Explorer(means, clock, plan.accesses, lambda: dict(here().spoken))
        found = await sweep(plan.hosts, explorer.look, passed)
    return report(plan, found)


def check_accesses(means: Means, plan: Plan) -> None:
    """Refuse an access that no library here can use: every device would look silent."""
    for access in plan.accesses:
        try:
            means.engines.open_client(Target("127.0.0.1"), access.credentials).close()
        except SnmpError as error:
            raise SettingsError(f"[snmp.{access.name}]: {error}") from error


def report(plan: Plan, found: Sequence[Found]) -> Result:
    """Return what a sweep means for the inventory."""
    listed = {item.address for item in plan.listed}
    shown = [
        one
        for one in found
        if one.identity or plan.order.with_pings or one.around.addresses & listed
    ]
    around = [one.around for one in found]
    position = here()
    graph = draw(around, position.macs)
    told = plan.order.root
    place = next((it.key for it in around if told in it.addresses), None) if told else None
    if told and place is None:
        raise SettingsError(f"--root: {told} did not answer, or is in none of these subnets")
    network = Network(plan.order.subnets, shown, graph, place or root(position, around, graph))
    whole = propose(network, plan.text, plan.listed)
    try:
        check(whole)
    except ValueError as error:
        raise SettingsError(f"{plan.order.configuration}: {error}") from error
    tree = grow(network, Ids(network, plan.listed))
    return Result(tree, _summary(plan, found, tree), additions(network, plan.listed), whole)


def _summary(plan: Plan, found: Sequence[Found], tree: Sequence[Branch]) -> str:
    new = sum(branch.new for branch in tree)
    told = [plural(len(plan.hosts), "adresse"), plural(len(tree), "équipement")]
    told.append(plural(new, "proposition"))
    if silent := len(found) - len(tree):
        told.append(f"{plural(silent, 'hôte')} au ping seulement (« --ping » les propose)")
    return " ; ".join(told) + "."
