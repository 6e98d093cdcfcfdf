"""The one picture: its figures rest on what the configuration and the register say now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from numlycee import config
from numlycee.adapters.prometheus.metrics import Metrics
from numlycee.app.ground import ground
from numlycee.app.painter import Painter
from numlycee.collector.board import Board
from numlycee.collector.model import LedgerSnapshot
from numlycee.domain.causes import Cause
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Verdict
from numlycee.domain.states import State
from numlycee.outages.watch import OutageWatch
from numlycee.picture import Picture
from numlycee.rates.model import Figures, Hours, Level, Scope
from numlycee.rates.ports import SpellRow
from tests.collector.centre import HandClock
from tests.rates.histories import ACCESS_POINT, DAY, ENT, HOUR, LINK, MONDAY, SWITCH, ListHistory

UAI = "0310036W"
SITES = (
    "uai;nom;commune;code_departement;departement;academie;latitude;longitude;effectif\n"
    f"{UAI};Lycée Bellevue;Toulouse;31;Haute-Garonne;Toulouse;43.5;1.4;1200\n"
)
HEAD = 'sites = "sites.csv"\nsecret_file = "secret"\nregister = "registre.toml"\n'
HEAD += '[service]\nschool_zone = "A"\n'  # where this week is no holiday
STRICT = f'[[promises]]\nclass = "link"\nsite = "{UAI}"\ntarget = "99.9"\n'
ANNOUNCED = f"""
[[maintenance]]
site = "{UAI}"
resource = "link"
start = 2026-03-04T10:00:00
end = 2026-03-04T11:00:00
announced = 2026-03-01T10:00:00
author = "M. Durand"
reason = "fibre"
"""


class Centre:
    """A painter over one week of a lycée whose link fell for an hour on Wednesday morning."""

    def __init__(self, folder: Path, promised: str = "") -> None:
        (folder / "sites.csv").write_text(SITES, encoding="utf-8")
        (folder / "numlycee.toml").write_text(HEAD + promised, encoding="utf-8")
        self.register = folder / "registre.toml"
        self.states("")
        settings = config.read(folder / "numlycee.toml")
        footing = ground(settings)
        clock = HandClock(MONDAY + 5 * DAY)
        board, watch = Board(footing.sites, clock), OutageWatch(footing.sites, 0, 0)
        self.painter = Painter(settings, footing, board, watch, clock)
        self.past = ListHistory()
        self.past.watched(UAI, (LINK, ENT, SWITCH, ACCESS_POINT), MONDAY, MONDAY + 5 * DAY)
        began = MONDAY + 2 * DAY + 10 * HOUR
        listed = self.past.covered[0]
        self.past.spelt.append(
            SpellRow(
                UAI, "link", listed.vantage, listed.run, 0, State.DOWN, Cause.TIMEOUT,
                began, began + HOUR,
            )
        )  # fmt: skip

    def states(self, text: str) -> None:
        self.register.write_text(text, encoding="utf-8")

    @contextmanager
    def _history(self) -> Iterator[ListHistory]:
        yield self.past

    async def picture(self) -> Picture:
        await self.painter.read_rates(self._history)
        await self.painter.read_ledger(lambda at: LedgerSnapshot(at, 1, 1, {}, {}))
        await self.painter.paint()
        assert self.painter.picture is not None
        return self.painter.picture

    async def link(self) -> Figures:
        rates = (await self.picture()).rates
        return rates.figures(Scope(Level.SITE, UAI), ResourceClass.LINK, "7d", Hours.SERVICE)


async def test_the_register_is_read_at_each_computation(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    assert (await centre.link()).contract.down == HOUR
    centre.states(ANNOUNCED)
    spared = await centre.link()
    assert spared.contract.down == 0
    assert spared.felt.down == HOUR
    centre.states("")
    assert (await centre.link()).contract.down == HOUR


async def test_a_mistake_in_the_register_is_told_once_and_changes_no_figure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    centre = Centre(tmp_path)
    centre.states(ANNOUNCED)
    assert (await centre.link()).contract.down == 0
    centre.states(ANNOUNCED.replace("author", "autor"))
    with caplog.at_level(logging.WARNING):
        assert (await centre.link()).contract.down == 0
        assert (await centre.link()).contract.down == 0
        (told,) = caplog.messages
        assert "line 8" in told
        assert "did you mean 'author'" in told
        centre.states("")
        assert (await centre.link()).contract.down == HOUR
    assert caplog.messages[1:] == ["register: can be read again"]


async def test_a_statement_about_what_nobody_ever_saw_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    centre = Centre(tmp_path)
    centre.states(ANNOUNCED.replace('"link"', '"lnik"'))
    for _ in range(2):
        assert (await centre.link()).contract.down == HOUR
    assert caplog.messages == [f"register: {UAI}/lnik was never observed; is it misspelt?"]


async def test_a_lycee_is_held_to_its_own_promise(tmp_path: Path) -> None:
    picture = await Centre(tmp_path, STRICT).picture()
    own = picture.promised(Scope(Level.SITE, UAI), ResourceClass.LINK)
    usual = picture.promised(Scope(Level.DEPARTMENT, "31"), ResourceClass.LINK)
    assert own is not None
    assert usual is not None
    assert own.verdict((await Centre(tmp_path, STRICT).link()).contract) is Verdict.MISSED
    assert own.target.value == 0.999
    assert usual.target.value == 0.995
    spent = [
        line
        for line in Metrics().render(picture).decode().splitlines()
        if line.startswith("numlycee_error_budget_remaining_ratio{") and 'class="link"' in line
    ]
    assert len({line.rpartition(" ")[2] for line in spent if 'window="24h"' not in line}) > 1


async def test_a_budget_that_burns_is_told_in_hours_of_service(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    text = Metrics().render(await centre.picture()).decode()
    told = dict(
        line.rsplit(" ", 1) for line in text.splitlines() if "numlycee_error_budget" in line
    )
    burn = 'numlycee_error_budget_burn_ratio{class="link",calendar="service",'
    # the fall began on Wednesday at 10 h: five days hold fifty-five hours of service
    assert float(told[burn + 'window="24h",bound="certain"}']) == 0.0
    assert float(told[burn + 'window="72h",bound="certain"}']) == pytest.approx(
        HOUR / (5 * 11 * HOUR) / 0.005
    )
    alert = 'numlycee_error_budget_alert{class="link",calendar="service",severity='
    assert {told[alert + f'"{severity}"}}'] for severity in ("page", "ticket")} == {"0"}


async def test_composites_are_counted_beside(tmp_path: Path) -> None:
    rates = (await Centre(tmp_path).picture()).rates
    scope = Scope(Level.SITE, UAI)
    whole = rates.figures(scope, ResourceClass.COMPOSITE, "7d", Hours.SERVICE)
    assert whole.contract.down == HOUR
    assert whole.lost_pupil_ms == 1200 * HOUR
