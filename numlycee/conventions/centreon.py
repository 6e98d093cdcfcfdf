"""Centreon MBI: the availability of hosts and of services."""

from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import SAMPLING, Eyes, Sight, see

HOST = Eyes(silence=Sight.NOTHING, shadow=Sight.UNREACHABLE)
SERVICE = SAMPLING


def host(case: Case) -> Account:
    """Count Up over Up and Down, outside planned downtime."""
    return _account(case, HOST)


def service(case: Case) -> Account:
    """Count OK and Warning over OK, Warning and Critical, outside planned downtime."""
    return _account(case, SERVICE)


def _account(case: Case, eyes: Eyes) -> Account:
    seen = see(case, eyes)
    asked = case.life - case.maintenance
    good = seen.of(Sight.OK, Sight.WARNING) & asked
    return Account(good, good | (seen.of(Sight.DOWN) & asked))


_SOURCE = Source(
    "https://docs.centreon.com/docs/24.10/reporting/concepts",
    "Centreon MBI 24.10",
    Evidence.DOCUMENTATION,
)

CONVENTIONS = (
    Convention(
        key="centreon-host",
        name="Centreon MBI, hôte",
        rule=host,
        counts="Up ÷ (Up + Down), 24 h sur 24 ; ni « injoignable » ni arrêt planifié",
        sees="un collecteur au lycée : éteint, il ne note rien ; derrière un parent, Unreachable",
        source=_SOURCE,
    ),
    Convention(
        key="centreon-service",
        name="Centreon MBI, service",
        rule=service,
        counts="(OK + Warning) ÷ (OK + Warning + Critical), 24 h sur 24 ; ni Unknown ni arrêt",
        sees=(
            "un collecteur au lycée : éteint, il ne note rien ; un service n’a pas d’état "
            "« injoignable », derrière un parent en panne il est Critical"
        ),
        source=_SOURCE,
    ),
)
