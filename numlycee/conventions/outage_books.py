"""OpenNMS, LibreNMS and NAV: a period without the outages that stand in a book."""

from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import CENTRAL, Eyes, Sight, see
from numlycee.domain.intervals import NEVER, IntervalSet

OPENNMS = Eyes(silence=None, shadow=Sight.DOWN)
NAV = Eyes(silence=Sight.DOWN, shadow=Sight.OK)


def opennms(case: Case) -> Account:
    """Count the window without its outages, before the birth of the service too."""
    return Account(case.past - see(case, OPENNMS).of(Sight.DOWN), case.past)


def librenms(case: Case) -> Account:
    """Count the rolling days since insertion without outages, as if asked when the period ends.

    Only outages that have ended are found; without any, the current status is the whole answer.
    """
    down = see(case, CENTRAL).of(Sight.DOWN)
    ended = IntervalSet.of(s for s in down if case.start <= s[1] < case.until)
    ongoing = case.until - 1 in down
    if ended:
        note = "La panne en cours est ignorée tant qu’elle dure." if ongoing else ""
        return Account(case.life - ended, case.life, note=note)
    note = "Aucune panne terminée dans la période : l’état du moment fait tout le taux."
    return Account(NEVER if ongoing else case.life, case.life, note=note)


def nav(case: Case) -> Account:
    """Count the period without the time in boxDown, maintenance included."""
    return Account(case.past - see(case, NAV).of(Sight.DOWN), case.past)


def nav_maintenance(case: Case) -> Account:
    """Count as `nav`, then take all maintenance off the outages, down or not, never below zero."""
    plain = nav(case)
    lost = (plain.counted - plain.good).measure
    return Account(
        plain.good, plain.counted, credit=min((case.maintenance & case.past).measure, lost)
    )


_NAV_SEES = (
    "un contrôleur central : ce qui ne répond pas est boxDown ; derrière un parent en panne, "
    "boxShadow, qui ne compte pas"
)
_NAV_SOURCE = Source(
    "https://github.com/Uninett/nav/blob/00cf79f2c92bd88603c2ca082f77f964e089796c/python/nav/web/business/utils.py",
    "create_record(), 00cf79f",
    Evidence.CODE,
)

CONVENTIONS = (
    Convention(
        key="opennms",
        name="OpenNMS",
        rule=opennms,
        counts="1 − pannes ÷ durée de la fenêtre, 24 h sur 24 ; la formule ignore la maintenance",
        sees=(
            "un collecteur au lycée : muet, il n’ouvre aucune panne et la dernière reste ouverte "
            "(ce point n’a pas été relu dans le code) ; derrière un parent, en panne"
        ),
        source=Source(
            "https://github.com/OpenNMS/opennms",
            "getPercentAvailabilityInWindow.sql (2014)",
            Evidence.CODE,
        ),
        pools="moyenne des taux (rapport « Availability by Node »)",
    ),
    Convention(
        key="librenms",
        name="LibreNMS",
        rule=librenms,
        counts=(
            "1 − pannes terminées ÷ jours glissants (1, 7, 30 ou 365), depuis l’insertion ; sans "
            "panne terminée, 100 ou 0 selon l’état du moment"
        ),
        sees="un contrôleur central : ce qui ne répond pas, ou n’est pas joignable, est en panne",
        source=Source(
            "https://github.com/librenms/librenms/blob/00892eefac24a8526d8ca3e67243cace92542092/LibreNMS/Device/Availability.php",
            "Availability.php, 00892ee",
            Evidence.CODE,
        ),
    ),
    Convention(
        key="nav",
        name="NAV",
        rule=nav,
        counts="1 − boxDown ÷ durée, 24 h sur 24, maintenance et avant-création comprises",
        sees=_NAV_SEES,
        source=_NAV_SOURCE,
    ),
    Convention(
        key="nav-maintenance",
        name="NAV, option maintenance",
        rule=nav_maintenance,
        counts=(
            "1 − (boxDown − maintenance) ÷ durée : toute la maintenance est retranchée des pannes, "
            "même quand la ressource marchait"
        ),
        sees=_NAV_SEES,
        source=_NAV_SOURCE,
    ),
)
