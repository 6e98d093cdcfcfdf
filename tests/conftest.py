from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

# A shared machine must not fail a proof for being slow. `make unit` tries fewer examples.
settings.register_profile(
    "numlycee", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("quick", settings.get_profile("numlycee"), max_examples=8)
# `make prove` plays many rounds, and keeps what it finds until it is put right.
settings.register_profile(
    "prove",
    settings.get_profile("numlycee"),
    database=DirectoryBasedExampleDatabase(Path(__file__).parents[1] / "build/hypothesis"),
)
settings.load_profile("numlycee")

#: Folders whose tests open sockets, all of them on 127.0.0.1.
LOOPBACK_ROOMS = {"external": "external", "loopback": "loopback", "wheels": "wheels"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests outside the unplugged leg are marked by where they live, and may open sockets."""
    here = config.rootpath / "tests"
    for item in items:
        room = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        if room in LOOPBACK_ROOMS:
            item.add_marker(getattr(pytest.mark, LOOPBACK_ROOMS[room]))
            item.add_marker(pytest.mark.enable_socket)
