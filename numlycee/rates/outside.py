"""What the centre itself saw of the services that sites share: it decides where too few vote."""

from collections.abc import Collection, Iterator, Mapping

from numlycee.domain.kinds import Kind
from numlycee.domain.quorum import alone
from numlycee.domain.register import Key
from numlycee.domain.timeline import Timeline
from numlycee.rates.accounts import SiteAccount
from numlycee.rates.ports import SpellRow


def watched(accounts: Mapping[str, SiteAccount]) -> frozenset[Key]:
    """Return the services that the centre accounted for, each in some site's name."""
    return frozenset(_watched(accounts))


def _watched(accounts: Mapping[str, SiteAccount]) -> Iterator[Key]:
    for uai, account in accounts.items():
        for name, resource in account.resources.items():
            if resource.kind is Kind.SERVICE and account.covered(name, account.centre):
                yield uai, name


def outside(
    accounts: Mapping[str, SiteAccount], keys: Collection[Key], rows: Collection[SpellRow]
) -> dict[str, Timeline]:
    """Return one account of each service; told in the name of several sites, the first is read."""
    told: dict[str, list[Timeline]] = {}
    for uai, name in sorted(keys):
        own = (row for row in rows if (row.uai, row.resource) == (uai, name))
        told.setdefault(name, []).append(accounts[uai].outside(name, own))
    return {name: alone(views) for name, views in told.items()}
