"""The calendars on which the centre counts."""

from collections.abc import Mapping

from numlycee.adapters.calendars import service_calendar
from numlycee.config import Config
from numlycee.domain.calendars import Calendar


def calendars(config: Config) -> Mapping[str, Calendar]:
    """Return the calendar of service hours under the name that every site shares."""
    service = config.service
    weekly = service.hours.hours()
    return {"": service_calendar("service", weekly, service.school_zone, service.zone)}
