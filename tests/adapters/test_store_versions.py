"""A store that heard agents of every version is sound."""

from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import open_reader, open_store
from tests.collector.centre import STEP, T0, Centre, HandClock
from tests.wire.test_versions import SAID, conversation


@pytest.mark.parametrize("version", SAID)
def test_what_any_version_says_breaks_no_invariant(version: str, tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path}/account.db", HandClock(T0 + 4 * STEP)
    with closing(open_store(url, clock)) as store:
        Centre(store, clock).takes(*conversation(version))
    with open_reader(url).checker() as checker:
        findings = list(checker.findings())
    assert [finding.invariant for finding in findings if finding.broken] == []
    assert {finding.invariant: finding.looked_at for finding in findings}["inventories"] == 1
