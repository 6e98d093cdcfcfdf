"""Tables of others: their columns are found by any of the headings that they are known to bear."""

from collections.abc import Iterable, Mapping, Sequence


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
