"""A sound store breaks no invariant; each way of breaking one is found."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import open_reader, open_store
from numlycee.adapters.sql.checking import Finding
from numlycee.adapters.terminal.invariants import IN_FRENCH
from tests.collector.centre import OTHER, T0, Agent, Centre, HandClock, down


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "account.db"
    with closing(open_store(f"sqlite:///{path}", HandClock())) as store:
        centre, agents = Centre(store), [Agent(), Agent(uai=OTHER, run="00000000000000bb")]
        for agent in agents:
            centre.takes(agent.hello(), agent.sends(agent.listing()))
            for step in range(6):
                start = T0 + step * 30_000
                spell = down("link", start + 1_000, start + 9_000)
                record = agent.bulletin(*([spell] if step % 2 else []))
                if step != 3:
                    centre.takes(agent.sends(record))
            centre.takes(agent.sends(agent.gap(agent.run, (5, 5))))
    return path


def findings(path: Path) -> list[Finding]:
    with open_reader(f"sqlite:///{path}").checker() as checker:
        return list(checker.findings())


def test_a_sound_store_breaks_none(path: Path) -> None:
    found = findings(path)
    assert [finding.invariant for finding in found if finding.broken] == []
    assert {finding.invariant for finding in found} == set(IN_FRENCH)
    assert all(finding.looked_at for finding in found)


@pytest.mark.parametrize(
    ("damage", "invariant", "example"),
    [
        ("UPDATE standing SET epoch = 0", "standing", "epoch 0"),
        ("UPDATE run SET held = 'x'", "marks", "cannot be read"),
        ("UPDATE run SET held = '5,9,1,3'", "marks", "out of order"),
        ("UPDATE run SET lost = held", "marks", "both held and lost"),
        ("UPDATE run SET last = 2", "marks", "beyond 1–2"),
        ("UPDATE run SET held_count = 99", "marks", "do not agree"),
        ("UPDATE run SET refused = 99", "marks", "do not agree"),
        ("UPDATE entry SET seq = 99 WHERE seq = 2", "entries", "99–99 are not all held"),
        ("INSERT INTO entry VALUES (77, 1, x'00', NULL, 1)", "owners", "entry 77"),
        ("UPDATE coverage SET until = start", "coverage", "1 1795"),
        ("INSERT INTO coverage SELECT run_id, start + 1, until, 'x' FROM coverage",
         "coverage", "1 1795"),
        ("INSERT INTO spell SELECT run_id, resource, start + 1, until, state, cause FROM spell",
         "spells", "1 link"),
        ("UPDATE spell SET until = until + 999999999", "accounts", "run 1, link"),
        ("DELETE FROM coverage", "accounts", "run 1, link"),
        ("UPDATE spell SET state = 'tired'", "words", "tired timeout"),
        ("UPDATE spell SET cause = 'gremlins'", "words", "down gremlins"),
        ("UPDATE inventory SET resources = replace(resources, 'Borne', 'borne')",
         "inventories", "0310036W"),
        ("UPDATE inventory SET resources = '[[1]]'", "inventories", "0310036W"),
    ],
)  # fmt: skip
def test_what_is_broken_is_found_and_shown(
    path: Path, damage: str, invariant: str, example: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    (found,) = (finding for finding in findings(path) if finding.invariant == invariant)
    assert found.broken
    assert example in " ; ".join(found.examples)


def test_a_page_that_is_overwritten_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'spell_by_end'"
        )
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 600)
    (found,) = (finding for finding in findings(path) if finding.invariant == "pages")
    assert found.broken
