"""The samples of all but rates and single resources, as (label values, value) by metric name."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Final

from numlycee import __version__
from numlycee.domain.devices import FEW, Measure
from numlycee.domain.durations import MINUTE
from numlycee.domain.kinds import ResourceClass
from numlycee.picture import Picture
from numlycee.rates.model import REGION
from numlycee.wire.messages import VITALS

Sample = tuple[tuple[str, ...], float]
Source = Callable[[Picture], Iterator[Sample]]

OUTCOMES = (
    "expected", "stored", "late", "duplicate", "refused", "missing", "declared_lost", "conflict",
)  # fmt: skip


def build_info(_: Picture) -> Iterator[Sample]:
    """Give the centre's version."""
    yield (__version__,), 1


def site_info(picture: Picture) -> Iterator[Sample]:
    """Give each lycée's name and place."""
    for site in picture.sites.values():
        place = site.department
        yield (
            (site.uai, site.name, site.commune, place.code, place.academy, site.operator),
            1,
        )


def site_label(picture: Picture) -> Iterator[Sample]:
    """Give each lycée's labels."""
    for site in picture.sites.values():
        for name, value in site.labels:
            yield (site.uai, name, value), 1


def site_location(picture: Picture) -> Iterator[Sample]:
    """Give each lycée's latitude and longitude."""
    for site in picture.sites.values():
        yield (site.uai, "latitude"), site.latitude
        yield (site.uai, "longitude"), site.longitude


def outage_start(picture: Picture) -> Iterator[Sample]:
    """Give each open outage's first sign."""
    for outage in picture.outages.open:
        resource = outage.resource
        yield (
            (
                outage.site.uai,
                resource.id,
                resource.kind,
                outage.state,
                outage.cause,
                outage.owner,
                outage.site.department.code,
            ),
            outage.since / 1000,
        )


def agent_up(picture: Picture) -> Iterator[Sample]:
    """Tell of every lycée of the fleet whether its agent is heard."""
    for uai in picture.sites:
        live = picture.board.sites.get(uai)
        yield (uai,), int(live is not None and live.last_seen is not None and not live.silent)


def agent_info(picture: Picture) -> Iterator[Sample]:
    """Give each agent's version."""
    for live in picture.board.sites.values():
        if live.version:
            yield (live.uai, live.version), 1


def agent_last_report(picture: Picture) -> Iterator[Sample]:
    """Give when each agent was heard."""
    for live in picture.board.sites.values():
        if live.last_seen is not None:
            yield (live.uai,), live.last_seen / 1000


def agent_clock_offset(picture: Picture) -> Iterator[Sample]:
    """Give how far each agent's clock is from ours."""
    for live in picture.board.sites.values():
        if live.last_seen is not None:
            yield (live.uai,), live.clock_offset / 1000


def agent_vital(name: str) -> Source:
    """Return the source of one thing that the agents say of themselves."""

    def source(picture: Picture) -> Iterator[Sample]:
        for live in picture.board.sites.values():
            if name in live.vitals:
                yield (live.uai,), live.vitals[name]

    return source


def ledger_records(picture: Picture) -> Iterator[Sample]:
    """Give each site's line of the ledger."""
    for line in picture.ledger.sites.values():
        for outcome in OUTCOMES:
            yield (line.uai, outcome), getattr(line, outcome)


def ledger_rejected(picture: Picture) -> Iterator[Sample]:
    """Give what could not be a record of any site."""
    for reason, count in picture.ledger.rejected.items():
        yield (reason,), count


def fleet_devices(picture: Picture) -> Iterator[Sample]:
    """Give how many mobile devices, at least and at most; a count of 1 to 4 is not told."""
    for uai, fleet in picture.fleets.items():
        for measure in Measure:
            told = fleet[measure]
            if told != FEW:
                yield (uai, measure, "low"), told.low
                yield (uai, measure, "high"), told.high


def fleet_day(picture: Picture) -> Iterator[Sample]:
    """Give the school day on which each site counted its mobile devices."""
    for uai, fleet in picture.fleets.items():
        yield (uai,), datetime.combine(fleet.day, time(), UTC).timestamp()


def objectives(picture: Picture) -> Iterator[Sample]:
    """Give the targets that hold for the whole Region."""
    for name in ResourceClass:
        if objective := picture.promised(REGION, name):
            target = objective.target
            yield (name, objective.calendar, objective.owner), target.numerator / target.denominator


def burn_rates(picture: Picture) -> Iterator[Sample]:
    """Give how fast the Region's budgets are spent, for certain and at worst."""
    for spending in picture.spendings:
        objective = spending.objective
        for length, burn in spending.burns.items():
            for bound, rate in (("certain", burn.certain), ("possible", burn.possible)):
                if rate.value is not None:
                    of = objective.resource_class, objective.calendar, spelt(length), bound
                    yield of, rate.value


def budget_alerts(picture: Picture) -> Iterator[Sample]:
    """Give whether a budget burns too fast."""
    for spending in picture.spendings:
        objective = spending.objective
        for severity, fires in (("page", spending.page), ("ticket", spending.ticket)):
            yield (objective.resource_class, objective.calendar, severity), int(fires)


def spelt(length: int) -> str:
    """Return a length in milliseconds as Prometheus spells durations: « 5m », « 6h »."""
    minutes = length // MINUTE
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


def single(value: Callable[[Picture], float]) -> Source:
    """Return the source of a metric without labels."""

    def source(picture: Picture) -> Iterator[Sample]:
        yield (), value(picture)

    return source


SOURCES: Final[Mapping[str, Source]] = {
    "numlycee_build_info": build_info,
    "numlycee_simulated": single(lambda p: int(p.simulated)),
    "numlycee_picture_timestamp_seconds": single(lambda p: p.at / 1000),
    "numlycee_rates_as_of_timestamp_seconds": single(lambda p: p.rates.as_of / 1000),
    "numlycee_site_info": site_info,
    "numlycee_site_label": site_label,
    "numlycee_site_location_degrees": site_location,
    "numlycee_outage_start_timestamp_seconds": outage_start,
    "numlycee_outages_opened_total": single(lambda p: p.outages.opened),
    "numlycee_outages_closed_total": single(lambda p: p.outages.closed),
    "numlycee_agent_up": agent_up,
    "numlycee_agent_info": agent_info,
    "numlycee_agent_last_report_timestamp_seconds": agent_last_report,
    "numlycee_agent_clock_offset_seconds": agent_clock_offset,
    **{f"numlycee_agent_{name}": agent_vital(name) for name in VITALS},
    "numlycee_ledger_records": ledger_records,
    "numlycee_ledger_rejected_records": ledger_rejected,
    "numlycee_ledger_epoch": single(lambda p: p.ledger.epoch),
    "numlycee_ledger_commit": single(lambda p: p.ledger.commit),
    "numlycee_fleet_devices": fleet_devices,
    "numlycee_fleet_day_timestamp_seconds": fleet_day,
    "numlycee_objective_ratio": objectives,
    "numlycee_error_budget_burn_ratio": burn_rates,
    "numlycee_error_budget_alert": budget_alerts,
}
