"""What a published table is made of."""

from dataclasses import dataclass

from numlycee.domain.tallies import Rate

Cell = str | int | Rate | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a kind: file name, what it holds, its columns, and cells in their order.

    A column that ends in `_ms` counts milliseconds, in `_eleves_ms` pupils × milliseconds, one that
    begins with `taux` or `borne`, and `couverture`, are percentages, truncated to two decimals and
    empty when not measured; instants are ISO 8601 with offset.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


HOURS = "heures"
"""The column that says on which calendar a line stands: « service » or « 24/7 »."""
