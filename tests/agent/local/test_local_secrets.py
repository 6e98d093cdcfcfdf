"""Passwords, sessions and tries: what is kept, what is compared, how often one may try."""

import asyncio
import io
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent.local import password
from numlycee_agent.local.attempts import MOST_PEERS, Allowance
from numlycee_agent.local.door import Answer, Door
from numlycee_agent.local.password import Hash, load, make, store
from numlycee_agent.local.sessions import IDLE, LONGEST, MOST, Sessions
from tests.agent.virtual import VirtualClock

SECRET = "un mot de passe à rallonge"


def cheap(secret: str = SECRET) -> Hash:
    """A hash that costs nothing to check."""
    salt = b"s" * 16
    return Hash(2, 1, 1, salt, password._derive(secret, 2, 1, 1, salt))


def test_a_password_leaves_only_its_hash_in_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "local.password"
    hashed = make(SECRET)
    store(path, hashed)
    store(path, hashed)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in path.read_text()
    assert [item.name for item in tmp_path.iterdir()] == ["local.password"]
    assert load(path) == hashed
    assert hashed.fits(SECRET)


def test_only_the_password_fits() -> None:
    hashed = cheap()
    assert hashed.fits(SECRET)
    for other in (f"{SECRET}!", SECRET.upper(), "", "\udc80 a lone surrogate"):
        assert not hashed.fits(other)


def test_a_hash_is_never_printed() -> None:
    hashed = cheap()
    assert str(hashed.digest) not in repr(hashed)
    assert "digest" not in repr(hashed)


@pytest.mark.parametrize("secret", ["", "too short", "x" * 257])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="12 to 256 characters"):
        make(secret)


class Terminal(io.StringIO):
    """A stream at which someone sits."""

    def isatty(self) -> bool:
        return True


def test_a_new_password_is_typed_twice_or_piped() -> None:
    typed = iter([SECRET, SECRET, SECRET, "a slip of the pen"])
    assert password.ask(Terminal(), lambda _: next(typed)) == SECRET
    with pytest.raises(ValueError, match="differ"):
        password.ask(Terminal(), lambda _: next(typed))
    assert password.ask(io.StringIO(f"{SECRET}\r\n")) == SECRET


SALT, DIGEST = (b64encode(b"x" * size).decode() for size in (16, 32))


@pytest.mark.parametrize(
    "line",
    [
        "the password itself",
        f"bcrypt$16384$8$5${SALT}${DIGEST}",
        f"scrypt$16384$8$5${SALT}",
        f"scrypt$16384$8$x${SALT}${DIGEST}",
        f"scrypt$16383$8$5${SALT}${DIGEST}",
        f"scrypt$1$8$5${SALT}${DIGEST}",
        f"scrypt$-2$8$5${SALT}${DIGEST}",
        f"scrypt$1048576$8$5${SALT}${DIGEST}",
        f"scrypt$16384$8$1000${SALT}${DIGEST}",
        f"scrypt$16384$8$5$é${DIGEST}",
        f"scrypt$16384$8$5${SALT}${SALT}",
        f"scrypt$16384$8$5$eA==${DIGEST}",
    ],
)
def test_a_file_that_holds_no_hash_is_refused_without_showing_it(tmp_path: Path, line: str) -> None:
    path = tmp_path / "local.password"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match="numlycee-agent password") as refusal:
        load(path)
    assert line not in str(refusal.value)


async def test_one_peer_may_try_five_times_then_every_half_minute() -> None:
    clock = VirtualClock()
    allowance = Allowance(clock, 5, 30.0)
    assert [allowance.take("10.0.0.9") for _ in range(7)] == [True] * 5 + [False] * 2
    assert allowance.take("10.0.0.8"), "another peer has tries of its own"
    await clock.advance(29)
    assert not allowance.take("10.0.0.9")
    await clock.advance(1)
    assert [allowance.take("10.0.0.9") for _ in range(2)] == [True, False]
    await clock.advance(3600)
    assert [allowance.take("10.0.0.9") for _ in range(6)] == [True] * 5 + [False]


def test_addresses_of_one_network_or_one_host_share_their_tries() -> None:
    allowance = Allowance(VirtualClock(), 1, 30.0)
    assert allowance.take("fd00::1")
    assert not allowance.take("fd00::2")
    assert allowance.take("fd00:0:0:1::1")
    assert allowance.take("10.0.0.9")
    assert not allowance.take("::ffff:10.0.0.9")
    assert allowance.take("fe80::1%eth0")


def test_no_more_peers_are_remembered_than_memory_allows() -> None:
    allowance = Allowance(VirtualClock(), 1, 30.0)
    for n in range(MOST_PEERS + 50):
        assert allowance.take(f"10.1.{n // 250}.{n % 250}")
    assert len(allowance._spent) == MOST_PEERS


async def test_the_right_password_costs_no_try() -> None:
    door = Door(cheap(), VirtualClock())
    assert {await door.try_password("10.0.0.9", SECRET) for _ in range(20)} == {Answer.RIGHT}
    wrong = [await door.try_password("10.0.0.9", "no") for _ in range(6)]
    assert wrong == [Answer.WRONG] * 5 + [Answer.TOO_OFTEN]
    assert await door.try_password("10.0.0.9", SECRET) is Answer.TOO_OFTEN
    assert await door.try_password("10.0.0.8", SECRET) is Answer.RIGHT
    assert await door.try_password("10.0.0.8", SECRET * 100) is Answer.WRONG


class Working(VirtualClock):
    """A clock by which every check takes a fifth of a second."""

    def __init__(self) -> None:
        super().__init__()
        self.readings = 0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        self.readings += 1
        return self.readings / 5

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))


async def test_wrong_passwords_leave_the_machine_to_the_probes() -> None:
    clock = Working()
    door = Door(cheap(), clock)
    for n in range(4):
        assert await door.try_password(f"10.0.0.{n}", "no") is Answer.WRONG
    assert clock.slept == [0.6] * 4
    assert await door.try_password("10.0.0.9", SECRET) is Answer.RIGHT
    assert len(clock.slept) == 4, "whoever knows the password does not wait"


async def test_many_tries_at_once_are_no_more_tries() -> None:
    door = Door(cheap(), VirtualClock())
    answers = await asyncio.gather(*(door.try_password("10.0.0.9", "no") for _ in range(40)))
    assert answers.count(Answer.WRONG) == 5


@pytest.mark.parametrize(
    "given", ["", "Basic", "Basic é", "Basic !!!", "Bearer dTpw", "Basic dXA="]
)
async def test_what_is_no_basic_authorization_is_wrong_without_a_try(given: str) -> None:
    door = Door(cheap(), VirtualClock())
    assert {await door.try_basic("10.0.0.9", given) for _ in range(9)} == {Answer.WRONG}
    good = b64encode(f"technicien:{SECRET}".encode()).decode()
    assert await door.try_basic("10.0.0.9", f"basic {good}") is Answer.RIGHT


async def test_a_session_ends_by_idleness_by_age_and_by_leaving() -> None:
    clock = VirtualClock()
    sessions = Sessions(clock)
    token = sessions.begin()
    assert sessions.of(token)
    assert sessions.of("another") is None
    await clock.advance(IDLE)
    assert sessions.of(token), "just seen"
    await clock.advance(IDLE + 1)
    assert sessions.of(token) is None
    token = sessions.begin()
    for _ in range(round(LONGEST / IDLE)):
        assert sessions.of(token)
        await clock.advance(IDLE)
    assert sessions.of(token)
    await clock.advance(1)
    assert sessions.of(token) is None
    token = sessions.begin()
    sessions.end(token)
    sessions.end("nobody's")
    assert sessions.of(token) is None


def test_the_session_unseen_for_longest_gives_way() -> None:
    sessions = Sessions(VirtualClock())
    tokens = [sessions.begin() for _ in range(MOST)]
    assert sessions.of(tokens[0])
    sessions.begin()
    assert sessions.of(tokens[1]) is None
    assert sessions.of(tokens[0])


def test_a_form_is_only_its_session_s() -> None:
    sessions = Sessions(VirtualClock())
    one, other = (sessions.of(sessions.begin()) for _ in range(2))
    assert one
    assert other
    assert one.vouches(one.form)
    assert not one.vouches(other.form)
    assert not one.vouches("")
    assert not one.vouches("\udc80")
    assert one.form not in repr(one)
