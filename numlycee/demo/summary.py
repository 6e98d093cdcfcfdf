"""What a demonstration leaves behind: the annual report and `summary.json`."""

import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from numlycee import config
from numlycee.adapters.sql import open_reader
from numlycee.app import report
from numlycee.clock import Clock
from numlycee.collector.model import LedgerLine
from numlycee.demo.folder import Folder
from numlycee.demo.past import past_year
from numlycee.demo.play import ZONE

_COUNTS = ("expected", "stored", "late", "duplicate", "refused", "missing", "declared_lost")


def conclude(folder: Folder, began: int, status: Mapping[str, Any], clock: Clock) -> None:
    """Write the report on the past school year and the summary, once everything has stopped."""
    settings = config.read(folder.config)
    year, _ = past_year(began, ZONE)
    report(settings, year, folder.report, clock)
    standing, lines = open_reader(f"sqlite:///{settings.store}").completeness()
    records = _totals(list(lines))
    url = f"http://{settings.http.host}:{settings.http.port}"
    summary = {
        "simulated": True,
        "sites": sum(status.get("lycees", {}).values()),
        "agents": status.get("agents", {}),
        "records": records,
        "commits": standing.commit,
        "resources": status.get("resources", {}),
        "outages": {
            "opened": status.get("outages_opened", 0),
            "closed": status.get("outages_closed", 0),
        },
        "addresses": {
            "page": f"{url}/",
            "metrics": f"{url}/metrics",
            "api": f"{url}/api/v1/status",
        },
        "collector_starts": status.get("collector_starts", 0),
        "report": str(folder.report / "rapport.html"),
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    folder.summary.write_text(text + "\n", encoding="utf-8")


def _totals(lines: list[LedgerLine]) -> dict[str, int]:
    columns = zip(*(astuple(line)[1:] for line in lines), strict=True)
    return dict(zip(_COUNTS, map(sum, columns), strict=False))
