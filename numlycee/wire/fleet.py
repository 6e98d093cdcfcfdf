"""The daily count of mobile devices as a bulletin spells it: cells of a day, never a total."""

from datetime import UTC, date, datetime
from typing import Any

from numlycee.domain.devices import MOST_DEVICES, SMALLEST_TOLD, Cell, Fleet
from numlycee.domain.durations import DAY
from numlycee.wire import reading
from numlycee.wire.errors import WireError

FEW = f"1–{SMALLEST_TOLD - 1}"
"""How a count of 1 to 4 is spelt."""


_EARLIEST = date(2020, 1, 1)


def spell_fleet(fleet: Fleet) -> dict[str, Any]:
    """Return the fields of a day's counts."""
    cells = {str(cell): FEW if told is None else told for cell, told in fleet.cells.items()}
    return {"day": fleet.day.isoformat(), "cells": cells}


def read_fleet(value: object, told_at: int) -> Fleet:
    """Return the counts of a day that ended, somewhere, before `told_at` in milliseconds.

    Raises `WireError`, also for a small count that was told.
    """
    fields = reading.table(value, "fleet")
    cells = reading.table(fields.get("cells"), "fleet.cells")
    latest = datetime.fromtimestamp((told_at + DAY) / 1000, UTC).date()
    return Fleet(_day(fields, latest), {cell: _read(cells.get(cell), cell) for cell in Cell})


def _read(value: object, cell: Cell) -> int | None:
    if value == FEW:
        return None
    where = f"fleet.cells.{cell}"
    told = reading.as_integer(value, where, 0, MOST_DEVICES)
    if 0 < told < SMALLEST_TOLD:
        raise WireError(where, f"a count of 1 to 4 must not be told: write {FEW}")
    return told


def _day(fields: reading.Fields, latest: date) -> date:
    spelt = reading.text(fields, "day", 10)
    try:
        day = date.fromisoformat(spelt)
    except ValueError:
        day = date.min
    if day.isoformat() != spelt or not _EARLIEST <= day <= latest:
        raise WireError("fleet.day", f"must be a day from 2020 to {latest}, as in 2026-11-24")
    return day
