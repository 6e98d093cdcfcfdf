"""Where the account is kept, as people write it."""

from pathlib import Path

import pytest

from numlycee.config import Config, read
from numlycee.settings import SettingsError

HEAD = 'sites = "s.csv"\nsecret_file = "k"\n'
TABLE = '[postgresql]\nurl = "postgresql://numlycee@bd.example:5433/compte"\n'


def _read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "numlycee.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read(path)


def test_a_file_beside_the_settings_unless_a_server_is_named(tmp_path: Path) -> None:
    assert _read(tmp_path, "").store_url == f"sqlite:///{tmp_path / 'numlycee.db'}"
    assert _read(tmp_path, TABLE).store_url == "postgresql://numlycee@bd.example:5433/compte"


def test_the_password_is_read_from_its_file_and_spelt_for_an_address(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("p@ss/word\n", encoding="utf-8")
    config = _read(tmp_path, f'{TABLE}password_file = "secret"\n')
    assert config.store_url == "postgresql://numlycee:p%40ss%2Fword@bd.example:5433/compte"
    assert "p@ss" not in repr(config)


def test_a_password_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    config = _read(tmp_path, f'{TABLE}password_file = "nowhere"\n')
    with pytest.raises(SettingsError, match=r"nowhere: postgresql.password_file: cannot be read"):
        _ = config.store_url


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("mysql://a@b/c", "write postgresql://user@host/database"),
        ("postgresql://user@host", "write postgresql://user@host/database"),
        ("postgresql://user:secret@host/base", "leave the password out"),
    ],
)
def test_an_address_that_cannot_be_is_refused_without_its_secret(
    tmp_path: Path, url: str, remedy: str
) -> None:
    with pytest.raises(SettingsError, match=remedy) as error:
        _read(tmp_path, f'[postgresql]\nurl = "{url}"\n')
    assert "postgresql.url" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("name", ["a/b", "#", "a+b"])
def test_a_group_that_topics_do_not_allow_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"mqtt.shared: .* is no name"):
        _read(tmp_path, f'[mqtt]\nshared = "{name}"\n')
