"""Write the dashboards: `python -m grafana.build`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from grafana.region import region

FOLDER = Path(__file__).parent / "dashboards"
DASHBOARDS: Mapping[str, Callable[[], Dashboard]] = {"vue-regionale.json": region}


def rendered(dashboard: Dashboard) -> str:
    """Return a dashboard as the JSON that Grafana provisions, keys sorted."""
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(dashboard) + "\n"


def main() -> int:
    """Write every dashboard into `dashboards/`."""
    for name, make in DASHBOARDS.items():
        (FOLDER / name).write_text(rendered(make()), encoding="utf-8")
        print(f"grafana/dashboards/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
