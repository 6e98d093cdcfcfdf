"""What a person types wrongly is answered by one clear sentence and the documented exit code."""

from argparse import Namespace
from pathlib import Path

import pytest

from numlycee.cli import FAILED, MISUSED, main, outcome
from numlycee.fleet.directory import read_sites
from numlycee.settings import SettingsError
from numlycee_agent import cli as agent

HEAD = "uai;nom;commune;code_departement;departement;academie;latitude;longitude;effectif\n"
LYCEE = "0319901U;Lycée;Ville;31;Haute-Garonne;Toulouse;{};{};{}\n"


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> Path:
    (tmp_path / "sites.csv").write_text(HEAD + LYCEE.format(43, 1, 100), encoding="utf-8")
    (tmp_path / "secret").write_text("x" * 40, encoding="utf-8")
    path = tmp_path / "numlycee.toml"
    path.write_text('sites = "sites.csv"\nsecret_file = "secret"\n', encoding="utf-8")
    return path


@pytest.mark.parametrize("year", ["2025", "2025-2027", "hier", "2090-2091"])
def test_a_year_that_cannot_be_reported(
    year: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["report", "--year", year, "--out", str(config.parent / "r"), "-c", str(config)]

    assert main(arguments) == MISUSED
    said = capsys.readouterr().err
    assert said.startswith("numlycee : --year: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('service.school_zone = "D"', "service.school_zone"),
        ("mqtt.tls.ca = 'absent.pem'", "absent.pem"),
        ('mqtt.password_file = "absent"', "mqtt.password_file"),
    ],
)
def test_a_centre_that_cannot_start_as_it_is_told(
    line: str, key: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    assert main(["run", "-c", str(config)]) == MISUSED
    assert key in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [["--port", "70000"], ["--speed", "0"], ["--speed", "nan"], ["--duration", "-1"]]
)
def test_a_demonstration_that_cannot_be(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["demo", "--headless", *option])

    assert stopped.value.code == MISUSED
    assert f"argument {option[0]}: " in capsys.readouterr().err


def test_a_demonstration_kept_in_a_file(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--headless", "--keep", str(config)]) == FAILED
    assert "--keep" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("figures", "column"),
    [
        ((91, 1, 1), "latitude"),
        ((43, 181, 1), "longitude"),
        ((43, 1, "inf"), "effectif"),
        ((43, 1, "nan"), "effectif"),
        ((43, 1, -5), "effectif"),
    ],
)
def test_a_lycee_that_is_nowhere_or_holds_nobody(
    figures: tuple[object, ...], column: str, config: Path
) -> None:
    path = config.parent / "sites.csv"
    path.write_text(HEAD + LYCEE.format(*figures), encoding="utf-8")

    with pytest.raises(SettingsError, match=rf"line 2: {column}: .* must be from"):
        read_sites(path)


def test_an_agent_that_never_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _agent(tmp_path, "")

    assert agent.main(["status", "-c", str(path)]) == agent.FAILED
    assert "has the agent ever run?" in capsys.readouterr().err


def test_an_agent_checks_its_certificates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _agent(tmp_path, 'tls.ca = "receipt.key"')

    assert agent.main(["check", "-c", str(path)]) == agent.MISUSED
    assert "mqtt.tls: " in capsys.readouterr().err


def _agent(folder: Path, mqtt: str) -> Path:
    (folder / "receipt.key").write_text("ab" * 32, encoding="utf-8")
    path = folder / "agent.toml"
    path.write_text(
        'uai = "0319901U"\nreceipt_key_file = "receipt.key"\ndata = "data"\n'
        f'[mqtt]\nhost = "127.0.0.1"\n{mqtt}\n'
        '[[equipment]]\nid = "sw"\nkind = "switch"\nname = "sw"\naddress = "127.0.0.1"\n'
        'snmp = "none"\ntcp = 9\n',
        encoding="utf-8",
    )
    return path


def test_a_command_that_is_interrupted_has_not_succeeded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def long(_: Namespace) -> int:
        raise KeyboardInterrupt

    assert outcome(long, Namespace()) == FAILED
    assert capsys.readouterr().err == "numlycee : interrompu\n"
