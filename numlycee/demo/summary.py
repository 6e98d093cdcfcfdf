"""What a demonstration leaves behind: the annual report and `summary.json`."""

import json
from collections.abc import Mapping
from typing import Any

from numlycee import config
from numlycee.app import report
from numlycee.clock import Clock
from numlycee.demo.account import account
from numlycee.demo.folder import Folder
from numlycee.demo.past import past_year
from numlycee.demo.play import ZONE


def conclude(folder: Folder, began: int, status: Mapping[str, Any], clock: Clock) -> None:
    """Write the report on the past school year and the summary, once everything has stopped."""
    settings = config.read(folder.config)
    year, _ = past_year(began, ZONE)
    report(settings, year, folder.report, clock)
    told = account(settings.store)
    url = f"http://{settings.http.host}:{settings.http.port}"
    summary = {
        "simulated": True,
        "sites": sum(status.get("lycees", {}).values()),
        "agents": status.get("agents", {}),
        "records": told.records,
        "commits": told.commits,
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
