"""What the demonstration writes before it begins: the fleet, a secret, a configuration."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.sites import Site
from numlycee.fleet.keeping import write_sites

_CONFIG = """\
# Le centre de la démonstration : une configuration ordinaire, que l'on peut lire et reprendre.
region = "Occitanie simulée"
sites = "sites.csv"
secret_file = "secret"
store = "numlycee.db"
rates_seconds = 20
simulated = true

[mqtt]
port = {mqtt}
version = "3.1.1"

[http]
port = {http}
"""


class DemoError(Exception):
    """Why the demonstration cannot begin, and what to do."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a demonstration keeps everything."""

    path: Path

    @property
    def config(self) -> Path:
        """The configuration of the centre."""
        return self.path / "numlycee.toml"

    @property
    def store(self) -> Path:
        """The account of the centre."""
        return self.path / "numlycee.db"

    @property
    def journal(self) -> Path:
        """What the collector says."""
        return self.path / "collecteur.log"

    @property
    def report(self) -> Path:
        """Where the annual report is written."""
        return self.path / "rapport"

    @property
    def summary(self) -> Path:
        """What the demonstration says of itself at its end."""
        return self.path / "summary.json"

    @property
    def past_told(self) -> Path:
        """The mark that the centre has confirmed the whole past: it is not told again.

        Who tells the past speaks in the name of sites whose agents hold other records.
        """
        return self.path / "past-told"

    def spool(self, uai: str) -> Path:
        """The spool of one site's agent."""
        return self.path / "agents" / uai

    def began(self, seed: int, count: int, now: int) -> int:
        """Return when the demonstration of this folder first began: `now` in a new one.

        Raises `DemoError` when the folder holds another Region.
        """
        mark, mine = self.path / "region.json", {"seed": seed, "sites": count}
        if not mark.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            mark.write_text(json.dumps(mine | {"began": now}), encoding="utf-8")
        known = json.loads(mark.read_text(encoding="utf-8"))
        began: int = known.pop("began")
        if known != mine:
            message = (
                f"{self.path} garde une autre Région (--seed {known['seed']} "
                f"--sites {known['sites']}) ; reprenez-la, ou donnez un autre dossier à --keep"
            )
            raise DemoError(message)
        return began

    def prepare(self, sites: Sequence[Site], mqtt: int, http: int) -> bytes:
        """Write the fleet, the configuration and, unless it is there, the secret; return it."""
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.store.exists():
            self.past_told.unlink(missing_ok=True)
        write_sites(self.path / "sites.csv", sites)
        secret = self.path / "secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_hex(32), encoding="ascii")
        text = _CONFIG.format(mqtt=mqtt, http=http)
        self.config.write_text(text, encoding="utf-8")
        return secret.read_bytes()
