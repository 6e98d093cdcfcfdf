"""Real messages, what was once found, and what this machine's fuzzer keeps, are all survived."""

from pathlib import Path

import pytest

from tests.fuzz.campaign import FOLDER
from tests.fuzz.targets import TARGETS, attempt, cases

MOST = 300
"""Cases of the machine's own corpus that are tried again."""


@pytest.mark.parametrize("name", sorted(cases()))
def test_a_real_message_is_understood(name: str) -> None:
    attempt(cases()[name])


def test_every_target_has_real_messages() -> None:
    assert {case.partition(b"\n")[0].decode() for case in cases().values()} == set(TARGETS)


@pytest.mark.parametrize("folder", [Path(__file__).with_name("found"), FOLDER / "found"])
def test_what_was_found_is_put_right(folder: Path) -> None:
    for path in sorted(folder.glob("*")):
        attempt(path.read_bytes())


def test_what_was_learnt_is_survived() -> None:
    for path in sorted((FOLDER / "corpus").glob("*"))[:MOST]:
        attempt(path.read_bytes())
