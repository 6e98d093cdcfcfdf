"""Several collectors around one broker and one PostgreSQL, and small lycées that write to them."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiomqtt

from numlycee.clock import SystemClock
from numlycee.config import DAYS
from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.wire.messages import Now, Present, encode_now
from numlycee.wire.receipts import decode_receipt, site_key
from numlycee.wire.records import Record, batch, encode
from tests.collector.centre import TOPICS, Agent
from tests.external.house import PATHS, Collector
from tests.external.servers import HOST, free_port

UAIS = ("0310036W", "0310044E", "0340038G", "0310024H", "0340039H", "0660010C")
SECRET = b"0123456789abcdef" * 4
CENTRE = """\
sites = "sites.csv"
secret_file = "master.secret"
rates_seconds = 2
[postgresql]
url = "{database}"
[mqtt]
host = "{host}"
port = {broker}
client_id = "{name}"
shared = "centre"
[http]
host = "{host}"
port = {http}
[alerting]
alertmanagers = ["{alertmanager}"]
[service.hours]
{hours}
"""
WEBHOOK = """\
route: {{receiver: team, group_by: [alertname, uai], group_wait: 0s, group_interval: 1s}}
receivers:
  - name: team
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


def collectors(
    folder: Path, count: int, database: str, broker: int, alertmanager: str
) -> list[Collector]:
    """Return collectors that differ by their names and ports; none is started."""
    heading = "uai;nom;commune;code_departement;departement;academie"
    lines = [f"{uai};Lycée {i};Ville {i};31;Haute-Garonne;Toulouse" for i, uai in enumerate(UAIS)]
    (folder / "sites.csv").write_text("\n".join((heading, *lines)), encoding="utf-8")
    (folder / "master.secret").write_bytes(SECRET)
    made = []
    for number in range(count):
        name, http = f"collector-{number}", free_port()
        settings = folder / f"{name}.toml"
        settings.write_text(
            CENTRE.format(
                database=database, host=HOST, broker=broker, name=name, http=http,
                alertmanager=alertmanager,
                hours="\n".join(f'{day} = [["00:00", "24:00"]]' for day in DAYS),
            ),
            encoding="utf-8",
        )  # fmt: skip
        run = (sys.executable, "-m", "numlycee", "run", "-c", settings.name)
        made.append(Collector(name, run, folder, http, PATHS, health="/-/healthy"))
    return made


def leads(collector: Collector) -> bool:
    """Tell whether a collector is in charge; one that does not answer is not."""
    try:
        return collector.metric("numlycee_collector_leading") == 1
    except OSError:
        return False


@dataclass
class Lycee:
    """One agent of a few lines: it offers what is not confirmed, again and again."""

    uai: str
    began: int
    records: list[Record] = field(default_factory=list)
    settled: int = 0
    link_is_down_since: int | None = None
    agent: Agent = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an inventory."""
        run = f"{UAIS.index(self.uai):016x}"
        self.agent = Agent(self.uai, run, self.began, end=self.began)
        self.records.append(self.agent.listing())

    def lives_on(self, bulletins: int) -> None:
        """Write bulletins; the link is down now and then."""
        self.records += [self.agent.bulletin() for _ in range(bulletins)]

    @property
    def all_is_confirmed(self) -> bool:
        """Tell whether the centre has receipted everything."""
        return self.settled >= len(self.records)

    async def talk(self, broker: int, at: "asyncio.Event") -> None:
        """Say hello, listen to receipts, offer and show the present until the event is set."""
        async with aiomqtt.Client(HOST, broker, identifier=self.uai) as client:
            await client.subscribe(TOPICS.down(self.uai, "receipt"), qos=1)
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen(client))
                while not at.is_set():
                    await self._speak(client)
                    await asyncio.sleep(0.3)
                listening.cancel()

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            receipt = decode_receipt(message.payload, site_key(SECRET, self.uai))
            mark = receipt.runs.get(self.agent.run)
            self.settled = max(self.settled, mark.contiguous if mark else 0)

    async def _speak(self, client: aiomqtt.Client) -> None:
        _, hello = self.agent.hello("one connection")
        await client.publish(TOPICS.up(self.uai, "now"), encode_now(self._now()), qos=0)
        await client.publish(TOPICS.up(self.uai, "hello"), hello, qos=1)
        for at in range(self.settled, min(self.settled + 12, len(self.records)), 3):
            payload = batch([encode(record) for record in self.records[at : at + 3]], self.began)
            await client.publish(TOPICS.up(self.uai, "bulletin"), payload, qos=1)

    def _now(self) -> Now:
        down = self.link_is_down_since
        states = () if down is None else (Present("link", State.DOWN, Cause.TIMEOUT, down),)
        agent = self.agent
        at = SystemClock().now()
        return Now(agent.run, self.began, agent.seq, at, agent.inventory.digest, states)


@dataclass
class Pager:
    """Keeps what Alertmanager notifies: (status, alert name, UAI), in order."""

    port: int
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where to notify."""
        return f"http://{HOST}:{self.port}/"

    def of(self, uai: str) -> list[str]:
        """Return what was notified of the link of a lycée."""
        return [
            status for status, name, site in self.notes if (name, site) == ("LienTHDCoupe", uai)
        ]


@contextmanager
def pager() -> Iterator[Pager]:
    """Serve a webhook."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for alert in body["alerts"]:
                labels = alert["labels"]
                kept.notes.append((alert["status"], labels["alertname"], labels.get("uai", "")))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Hook)
    kept = Pager(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def leaders(all_of_them: Sequence[Collector]) -> list[Collector]:
    """Return the collectors in charge among those that run."""
    return [one for one in all_of_them if one.process and leads(one)]
