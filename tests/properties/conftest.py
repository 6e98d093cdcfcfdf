from pathlib import Path

import pytest

PATIENCE = 600
"""Seconds that one property may take: a shared machine must not fail a proof for being slow."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(PATIENCE))
