from collections.abc import Mapping

import pytest

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.model import AnnualReport
from tests.annual.year import generated, order, rates, region

SITES = region(20)


@pytest.fixture(scope="session")
def report() -> AnnualReport:
    """A year of twenty generated lycées, and one in the fleet that nobody ever heard of."""
    heard = SITES[:-1]
    return assemble(rates(generated(heard), SITES), order(SITES))


@pytest.fixture(scope="session")
def files(report: AnnualReport) -> Mapping[str, str]:
    """Its files by name."""
    return dict(documents(report))
