"""Checkmk: the availability table, as it comes and restricted to a service period."""

from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import Eyes, Sight, see

PLAIN = Eyes(silence=Sight.DOWN, shadow=Sight.UNREACHABLE)
MONITORED = Eyes(silence=Sight.NOTHING, shadow=Sight.UNREACHABLE)


def plain(case: Case) -> Account:
    """Count the share of Up; downtime and unreachable time are other shares of the whole."""
    up = see(case, PLAIN).of(Sight.OK, Sight.WARNING) & case.life
    return Account(up - case.maintenance, case.life)


def in_service_period(case: Case) -> Account:
    """Count the share of Up in the service period, downtime and unmonitored time dropped."""
    seen = see(case, MONITORED)
    asked = (case.service.owed & case.life) - case.maintenance
    counted = asked - seen.of(Sight.NOTHING)
    return Account(seen.of(Sight.OK, Sight.WARNING) & counted, counted)


_SOURCE = Source(
    "https://github.com/Checkmk/checkmk/blob/0112d9fcd07ff3995bba7fe1838493cef3c154f3/cmk/gui/availability.py",
    "compute_availability(), 0112d9f",
    Evidence.CODE,
)
_POOLS = "moyenne des taux (ligne « Summary »)"

CONVENTIONS = (
    Convention(
        key="checkmk",
        name="Checkmk, réglage d’origine",
        rule=plain,
        counts=(
            "part de l’état Up dans toute la période, 24 h sur 24 ; maintenance et « injoignable » "
            "sont des parts à part, au dénominateur"
        ),
        sees="un contrôleur central : ce qui ne répond pas est Down, derrière un parent Unreach",
        source=_SOURCE,
        pools=_POOLS,
    ),
    Convention(
        key="checkmk-period",
        name="Checkmk, période de service",
        rule=in_service_period,
        counts=(
            "part de l’état Up dans la période de service (supposée saisie à la main, vacances "
            "comprises), maintenance et temps non surveillé retirés"
        ),
        sees="un site Checkmk au lycée : éteint, le temps est « unmonitored »",
        source=_SOURCE,
        pools=_POOLS,
    ),
)
