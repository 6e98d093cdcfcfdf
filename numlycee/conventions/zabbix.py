"""Zabbix: the service level indicator of an SLA with a weekly schedule."""

from collections.abc import Iterator
from datetime import timedelta

from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import Eyes, Sight, see
from numlycee.domain.calendars import instant_of, local_date, zone_of
from numlycee.domain.durations import DAY, MINUTE, WEEK
from numlycee.domain.intervals import Interval, IntervalSet

EYES = Eyes(silence=None, shadow=None)


def schedule(case: Case) -> IntervalSet:
    """Return the weekly schedule over the whole period, to come included.

    Weeks follow one another by exactly 604 800 s from the local Sunday before the period: no
    holiday, no change of clocks.
    """
    return IntervalSet.of(_rows(case)).clip(case.start, case.end)


def _rows(case: Case) -> Iterator[Interval]:
    zone = zone_of(case.service.zone)
    day = local_date(case.start, zone)
    week = instant_of(day - timedelta(days=day.isoweekday() % 7), 0, zone)
    while week < case.end:
        for weekday, ranges in enumerate(case.service.week, start=1):
            midnight = week + weekday % 7 * DAY
            for opens, closes in ranges:
                yield midnight + opens * MINUTE, midnight + closes * MINUTE
        week += WEEK


def newer(case: Case) -> Account:
    """Count the scheduled time from creation until now, excluded downtimes taken out."""
    counted = (schedule(case) & case.life) - case.maintenance
    return Account(see(case, EYES).of(Sight.OK) & counted, counted, note=_drift(case))


def older(case: Case) -> Account:
    """Count the whole schedule; only scheduled time seen not OK outside a downtime is lost."""
    counted = schedule(case)
    fine = see(case, EYES).of(Sight.OK) | case.maintenance
    return Account(counted - (case.life - fine), counted, note=_drift(case))


def _drift(case: Case) -> str:
    drifts = bool(schedule(case) - case.service.weekly)
    return "L’horaire hebdomadaire ne suit pas le changement d’heure." if drifts else ""


_FILE = "https://github.com/zabbix/zabbix/blob/{}/ui/include/classes/api/services/CSla.php"
_NEWER = "34e19b964a97bc4ede057758017a031d4aafb077"
_OLDER = "01521557bb269e7304db7435114266f5c0110c19"
_SEES = (
    "un déclencheur garde son dernier état quand plus rien n’arrive, et quand celui dont il dépend "
    "est en alerte ; un état dégradé est un problème comme un autre"
)

CONVENTIONS = (
    Convention(
        key="zabbix",
        name="Zabbix, SLI (règle récente)",
        rule=newer,
        counts=(
            "service OK ÷ (OK + non OK) dans l’horaire hebdomadaire, de la création à maintenant, "
            "arrêts exclus retirés ; ni vacances ni changement d’heure"
        ),
        sees=_SEES,
        source=Source(_FILE.format(_NEWER), "calculateSli(), 34e19b9", Evidence.CODE),
    ),
    Convention(
        key="zabbix-older",
        name="Zabbix, SLI (règle antérieure)",
        rule=older,
        counts=(
            "(horaire − non OK) ÷ horaire : les arrêts exclus, l’avant-création et le temps à "
            "venir restent comptés comme du service"
        ),
        sees=_SEES,
        source=Source(_FILE.format(_OLDER), "calculateSli(), 0152155", Evidence.CODE),
    ),
)
