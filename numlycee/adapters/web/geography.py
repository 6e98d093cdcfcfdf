"""The map: outlines of the départements and where a lycée stands on them."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from numlycee.domain.sites import Site


@dataclass(frozen=True, slots=True)
class Outlines:
    """The SVG paths of the départements by code, within a view box."""

    view_box: str
    paths: Mapping[str, str]


@lru_cache(maxsize=1)
def outlines() -> Outlines:
    """Return the outlines of Occitanie (svg-maps, CC BY 4.0: see NOTICE)."""
    content = json.loads(Path(__file__).with_name("outlines.json").read_text(encoding="utf-8"))
    return Outlines(content["viewBox"], content["outlines"])


def place(site: Site) -> tuple[float, float]:
    """Return the place of a lycée in the view box: Mercator, fitted to the outlines."""
    north = math.degrees(math.log(math.tan(math.pi / 4 + math.radians(site.latitude) / 2)))
    x = 215.7097 + 41.5235 * site.longitude
    y = 2465.6944 - 41.3432 * north
    return round(x, 1), round(y, 1)
