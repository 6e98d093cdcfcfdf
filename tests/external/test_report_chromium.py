"""The annual report in a real browser."""

from pathlib import Path

import pytest

from numlycee.adapters.report_html import write_report
from tests.annual.year import generated, order, rates, region
from tests.external.servers import Browser

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    sites = region(20)
    write_report(rates(generated(sites), sites), order(sites), tmp_path / "rapport")
    return tmp_path / "rapport" / "rapport.html"


@pytest.mark.parametrize(("width", "name"), [(1280, "wide"), (500, "narrow")])
def test_the_report_is_drawn(chromium: Browser, page: Path, width: int, name: str) -> None:
    picture = SHOTS / f"annual-report-{name}.png"
    chromium.screenshot(page.as_uri(), picture, width, 2400)
    assert picture.stat().st_size > 40_000


def test_the_browser_reads_the_whole_report(chromium: Browser, page: Path) -> None:
    document = chromium.text(page.as_uri())
    assert document.count("<h2") == 9
    assert document.count("<table") == page.read_text(encoding="utf-8").count("<table")
    assert "Données simulées" in document
