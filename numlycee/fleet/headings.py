"""Tables of others: their columns are found by any of the headings that they are known to bear."""

import re
from collections.abc import Iterable, Mapping, Sequence

_YEAR = re.compile(r"effectifs?[ _](\d{4})[-/](\d{4})")


def found(headings: Iterable[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the heading of each column that is there; case and spaces around it do not count."""
    present = {heading.strip().lower(): heading for heading in headings}
    return {
        name: present[alias]
        for name, known in aliases.items()
        for alias in [next((alias for alias in known if alias in present), None)]
        if alias is not None
    }


def cells(row: Mapping[str, str | None], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the text of a row by the name of its columns; nothing where the row is too short."""
    return {name: (row.get(heading) or "").strip() for name, heading in columns.items()}


def years(headings: Iterable[str]) -> dict[int, str]:
    """Return the headings « effectif_2025-2026 » by the first civil year of their school year."""
    told = {heading: _YEAR.fullmatch(heading.strip().lower()) for heading in headings}
    return {
        int(match[1]): heading
        for heading, match in told.items()
        if match and int(match[2]) == int(match[1]) + 1
    }


def year_heading(first: int) -> str:
    """Return the heading of the pupils of a school year."""
    return f"effectif_{first}-{first + 1}"
