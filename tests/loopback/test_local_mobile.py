"""From the list of devices to the page: what a beacon says is counted, and names nobody."""

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from numlycee.clock import SystemClock
from numlycee_agent import build
from numlycee_agent.cli import main
from numlycee_agent.config import read
from numlycee_agent.local import password
from numlycee_agent.mobile.assembly import counting
from tests.agent.local.pages import FakePublisher, FakeSite, FakeSpool
from tests.agent.local.test_beacon_script import SCRIPT
from tests.agent.local.test_local_beacon import KEY
from tests.agent.local.test_local_secrets import SECRET, cheap
from tests.agent.virtual import running

CONFIG = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
[local]
listen = "{host}:8443"
password_file = "local.password"
beacon = true
beacon_key_file = "beacon.key"
[mobile]
weekdays = [1, 2, 3, 4, 5, 6, 7]
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "127.0.0.1"
"""
SERIALS = [f"5CG{n:04}XYZ" for n in range(9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    host = f"127.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}.9"  # nobody else's
    (tmp_path / "agent.toml").write_text(CONFIG.format(host=host), encoding="utf-8")
    (tmp_path / "beacon.key").write_text(KEY)
    password.store(tmp_path / "local.password", cheap())
    rows = (f"{serial};En service\n" for serial in SERIALS)
    (tmp_path / "parc.csv").write_text("Numéro de série;Statut\n" + "".join(rows), "utf-8")
    return tmp_path


class Standing(SystemClock):
    """The machine's clock, but that no midnight comes while the test runs."""

    def __init__(self) -> None:
        self.began = super().now()

    def now(self) -> int:
        return self.began


async def send(url: str, key: Path, serial: str) -> int | None:
    """The exit code of the script, run for one device."""
    arguments = ("--url", url, "--clear", "--key-file", key, "--serial", serial)
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", SCRIPT, *arguments)
    return await asyncio.wait_for(process.wait(), 40)


async def test_a_beacon_is_counted_and_nothing_names_its_device(
    folder: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (
        main(["mobile", "import", "-c", str(folder / "agent.toml"), str(folder / "parc.csv")]) == 0
    )
    (folder / "parc.csv").unlink()
    config, clock = read(folder / "agent.toml"), Standing()
    assert config.local
    assert config.mobile
    count = counting(config.mobile_folder, config.mobile)
    end = build.local(config, count, clock)
    assert end
    address = f"http://{config.local.listen}"
    async with AsyncExitStack() as stack:
        work = running(end.run(FakeSite(at=clock.now()), FakeSpool(), FakePublisher()))
        serving = await stack.enter_async_context(work)
        browser = await stack.enter_async_context(
            aiohttp.ClientSession(address, cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        sent = [*SERIALS[:6], "STRANGER1"]
        key = folder / "beacon.key"
        codes = [await send(f"{address}/v1/beacon", key, serial) for serial in sent]
        assert codes == [0] * 7, "whether a device is known is never told"
        async with browser.post("/connexion", data={"password": SECRET}) as answer:
            page = await answer.text()
        async with browser.get("/api/state") as answer:
            state = await answer.text()
        assert not serving.done()
    assert "<dt>Vus ce jour-là</dt><dd>6</dd>" in page
    assert "<dt>Jamais vus</dt><dd>moins de 5</dd>" in page
    assert "<dt>Balises reçues</dt><dd>7</dd>" in page
    count.save()
    kept = [path.read_text() for path in (folder / "data").rglob("*") if path.is_file()]
    told = "".join([page, state, caplog.text, capsys.readouterr().out, *kept]).upper()
    assert [serial for serial in (*SERIALS, "STRANGER1") if serial in told] == []
    assert KEY.upper() not in told
