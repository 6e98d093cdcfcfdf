"""Writes the annual report from the store alone, whether or not the collector runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from numlycee.adapters.report_html.shelf import check
from numlycee.adapters.report_html.writing import Written, write_report
from numlycee.adapters.sql import open_reader
from numlycee.annual.order import Order
from numlycee.app.cautions import tell_strangers
from numlycee.app.ground import Ground, ground
from numlycee.app.statements import covering
from numlycee.clock import Clock
from numlycee.config import Config, Judged
from numlycee.domain.calendars import school_year
from numlycee.domain.contracts import Contract
from numlycee.rates.windows import SETTLING
from numlycee.settings import SettingsError

__all__ = ["check", "report"]


def report(
    config: Config, year: str, folder: Path, clock: Clock, *, final: bool = False
) -> Written:
    """Write the report of a school year « 2025-2026 » into a folder, with a progress bar.

    A year that goes on is read three minutes ago; one that is over may be declared `final`. Raises
    `StoreError`, `SettingsError` also for what is not a year, `EditionError` where final editions
    stand in the way, `OSError` for a folder that cannot be written.
    """
    begins, ends = _span(year, config.service.zone, clock.now())
    footing = ground(config).at(begins)
    store = open_reader(config.store_url)
    order = Order(
        year=year,
        region=config.region,
        zone=config.service.zone,
        sites=footing.sites,
        calendars=footing.calendars,
        objectives=footing.promised.promises,
        simulated=config.simulated,
        register=footing.register,
        contracts=tuple(contracts(config, footing)),
        lost=store.losses(begins, ends),
    )
    with _bar() as bar:
        reading = bar.add_task("lecture de l'histoire", total=None)
        with store.history() as history:
            rates = footing.rates(history)
        tell_strangers(footing, rates)
        bar.update(reading, total=1, completed=1)
        writing = bar.add_task("rapport annuel", total=None)
        as_of = clock.now() - SETTLING
        steps = _steps(bar, writing)
        return write_report(rates, order, folder, as_of=as_of, final=final, progress=steps)


def contracts(config: Config, footing: Ground) -> Iterator[Contract]:
    """Yield the contracts as they stand for fleet and register; raises `SettingsError`."""
    known = {Judged.ALWAYS.value, Judged.SERVICE.value, *filter(None, footing.calendars)}
    for terms in config.contracts:
        if terms.calendar not in known:
            raise SettingsError(
                f"contracts: {terms.name}: unknown calendar {terms.calendar!r}; "
                f"write one of {', '.join(sorted(known))}"
            )
        yield covering(terms.contract(footing.sites), footing.register.equipment)


def _span(year: str, zone: str, now: int) -> tuple[int, int]:
    try:
        begins, ends = school_year(year, zone)
    except ValueError as error:
        raise SettingsError(f"--year: {error}") from error
    if now <= begins:
        raise SettingsError(f"--year: {year} has not begun yet: ask for an earlier school year")
    return begins, ends


def _steps(bar: Progress, task: int) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        bar.update(task, total=of, completed=done)  # type: ignore[arg-type]

    return tell


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
