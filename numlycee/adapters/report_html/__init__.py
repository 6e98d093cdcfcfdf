"""The annual report on disk: one self-contained page, tables and figures, same bytes each time."""

from numlycee.adapters.report_html.writing import write_report

__all__ = ["write_report"]
