"""What keeps a collector from beginning is told in one line that names the place."""

import gc
import re
from pathlib import Path

import pytest

from numlycee import config
from numlycee.app import running
from numlycee.demo.folder import Folder
from numlycee.region.lycees import make_sites
from numlycee.settings import SettingsError


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.prepare(make_sites(1, 1), 1883, 0)
    return made


@pytest.mark.parametrize(
    ("mqtt", "place"),
    [
        ('password_file = "absent"', "absent: mqtt.password_file: cannot be read"),
        ('tls = {ca = "absent.pem"}', "absent.pem"),
    ],
)
def test_what_is_missing_is_named(folder: Folder, mqtt: str, place: str) -> None:
    text = folder.config.read_text(encoding="utf-8")
    folder.config.write_text(text.replace("[mqtt]", f"[mqtt]\n{mqtt}"), encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(place)) as told:
        running.run(config.read(folder.config))
    assert "http://" not in str(told.value)


def test_full_collections_are_rare_once_it_runs() -> None:
    before = gc.get_threshold()
    try:
        running.spare_the_loop()
        assert gc.get_freeze_count() > 0
        first, second, third = gc.get_threshold()
        assert first * second * third > 10_000_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
