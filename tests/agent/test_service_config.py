"""A service as `agent.toml` describes it: its pages, its certificate, the account that signs in."""

import re
from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent.build import SERVICE_DOWN_PERIOD, Means, watched
from numlycee_agent.config import Config, read
from tests.agent.virtual import VirtualClock

ENT = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[[service]]
id = "ent"
name = "ENT"
certificate_days = 30
[service.account]
origin = "https://cas.example.fr"
username = "sonde.lycee"
password_file = "ent.password"
[[service.step]]
url = "https://ent.example.fr/connexion"
[[service.step]]
sign_in = true
shows = ["Mon espace"]
"""


def load(directory: Path, text: str) -> Config:
    path = directory / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_an_account_is_read_and_never_printed(tmp_path: Path) -> None:
    service = load(tmp_path, ENT).service[0]
    assert service.account is not None
    assert service.account.username == "sonde.lycee"
    assert service.account.password_file == tmp_path / "ent.password"
    assert service.certificate_days == 30
    assert "sonde.lycee" not in repr(service)


async def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    config = load(tmp_path, ENT)
    means = Means(VirtualClock())
    with pytest.raises(SettingsError, match=r"ent\.password: service\.account\.password_file: can"):
        watched(config, means)
    (tmp_path / "ent.password").write_text("s3cret\n")
    (item,) = watched(config, means)
    assert item.down_period == SERVICE_DOWN_PERIOD
    assert "s3cret" not in repr(item)
    means.close()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("https://cas.", "http://cas.", "service.0.account.origin: 'http://cas.example.fr' must"),
        ("https://cas.example.fr", "https://cas.example.fr/login", "a host and nothing more"),
        ("https://cas.example.fr", "https://u@cas.example.fr", "a host and nothing more"),
        ("https://cas.example.fr", "https://cas.example.fr:x", "Port could not be cast"),
        ("sign_in = true", 'url = "https://x.fr"', "service.0.account: signs in nowhere"),
        ("sign_in = true", 'sign_in = true\nurl = "https://x"', "step.1.url: a step that signs in"),
        ("sign_in = true", "", "service.0.step.1.url: is missing; only a step with `sign_in`"),
        ('url = "https://ent.example.fr/connexion"', "sign_in = true", "needs a page before it"),
        ("days = 30", "days = -1", "certificate_days: must be 0 or more"),
        ('"sonde.lycee"', "31", "account.username: must be a text in quotes"),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        load(tmp_path, ENT.replace(before, after))


def test_a_sign_in_needs_an_account(tmp_path: Path) -> None:
    without = re.sub(r"\[service\.account\](?:\n\w.*)+", "", ENT)
    with pytest.raises(SettingsError, match=r"step\.1\.sign_in: needs an account"):
        load(tmp_path, without)
