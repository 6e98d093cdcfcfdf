"""Keys, digests and ciphers of v3: as the standards give them, and as they must be in any case."""

import hashlib
from itertools import product
from types import ModuleType
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.type.univ import OctetString
from pysnmp.entity import config

from numlycee_agent.snmp.credentials import AuthProtocol, PrivProtocol, Usm
from numlycee_agent.snmp.usm import envelope, hazmat, openssl
from numlycee_agent.snmp.usm.envelope import Envelope, Opened
from numlycee_agent.snmp.usm.habit import Habit
from numlycee_agent.snmp.usm.sealing import Seal, level
from numlycee_agent.snmp.usm.user import User
from tests.proof import examples

ENGINE = bytes.fromhex("000000000000000000000002")
AUTH: tuple[AuthProtocol, ...] = get_args(AuthProtocol)
PRIV: tuple[PrivProtocol, ...] = get_args(PrivProtocol)
HASHES = {
    "MD5": hashlib.md5,
    "SHA": hashlib.sha1,
    "SHA-224": hashlib.sha224,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}

OPINIONS = {
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "DES": config.USM_PRIV_CBC56_DES,
    "AES-128": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": config.USM_PRIV_CFB192_AES,
    "AES-256-C": config.USM_PRIV_CFB256_AES,
}


@pytest.mark.parametrize(
    ("protocol", "key"),
    [
        ("MD5", "526f5eed9fcce26f8964c2930787d82b"),
        ("SHA", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_keys_are_those_of_rfc_3414_appendix_a3(protocol: AuthProtocol, key: str) -> None:
    assert User(Usm("u", "maplesyrup", None, protocol)).keys(ENGINE).auth.hex() == key


@pytest.mark.parametrize("protocol", AUTH)
def test_a_password_is_stretched_as_rfc_3414_appendix_a2_does(protocol: AuthProtocol) -> None:
    # Its C program hands the hash 64 octets at a time, which it takes round the password.
    password, work = b"maplesyrup", HASHES[protocol]()
    for start in range(0, 1 << 20, 64):
        work.update(bytes(password[at % len(password)] for at in range(start, start + 64)))
    master = work.digest()
    key = HASHES[protocol](master + ENGINE + master).digest()
    assert User(Usm("u", "maplesyrup", None, protocol)).keys(ENGINE).auth == key


@pytest.mark.parametrize(
    ("protocol", "size"),
    [("MD5", 12), ("SHA", 12), ("SHA-224", 16), ("SHA-256", 24), ("SHA-384", 32), ("SHA-512", 48)],
)
def test_digests_are_as_long_as_rfc_3414_and_7860_want(protocol: AuthProtocol, size: int) -> None:
    assert len(User(Usm("u", "maplesyrup", None, protocol)).digest(ENGINE, b"message")) == size


@pytest.mark.parametrize("priv", PRIV)
@pytest.mark.parametrize("auth", ["MD5", "SHA"])
def test_privacy_keys_are_those_of_a_second_opinion(auth: AuthProtocol, priv: PrivProtocol) -> None:
    opinion = config.PRIV_SERVICES[OPINIONS[priv]]
    signing = OPINIONS[auth]
    master = opinion.hash_passphrase(signing, b"maplesyrup")
    key = bytes(opinion.localize_key(signing, master, OctetString(ENGINE)))
    assert User(Usm("u", "authkey", "maplesyrup", auth, priv)).keys(ENGINE).priv == key


def test_one_password_for_both_is_one_key() -> None:
    keys = User(Usm("u", "maplesyrup", "maplesyrup")).keys(ENGINE)
    assert keys.priv == keys.auth[:16]


def test_keys_are_made_once_for_an_engine_and_the_engines_kept_are_bounded() -> None:
    user = User(Usm("u", "maplesyrup", "syrupmaple"))
    assert user.keys(ENGINE) is user.keys(ENGINE)
    for number in range(1100):
        user.keys(b"%05d" % number)
    assert len(user._known) <= 1024


def test_no_secret_is_printed() -> None:
    user = User(Usm("u", "maplesyrup", "syrupmaple"))
    keys = user.keys(ENGINE)
    told = f"{user!r} {keys!r} {keys.enciphering!r} {user.in_clear()!r}"
    for secret in ("syrup", keys.auth.hex(), keys.priv.hex(), repr(keys.priv)):
        assert secret not in told


SUITES = [*product(AUTH, PRIV)]
ALL = {suite: User(Usm("user", "auth-password", "priv-password", *suite)) for suite in SUITES}
LEVELS = [User(Usm("open")), User(Usm("signing", "auth-password")), *ALL.values()]
CLOCKS = st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
SALTS = st.binary(min_size=8, max_size=8)


@settings(max_examples=examples(300))
@given(st.sampled_from(SUITES), st.binary(max_size=300), CLOCKS, SALTS)
def test_what_is_enciphered_is_deciphered(
    suite: tuple[AuthProtocol, PrivProtocol], plain: bytes, clock: tuple[int, int], salt: bytes
) -> None:
    user = ALL[suite]
    secret = user.encipher(ENGINE, plain, clock, salt)
    padding = -len(plain) % 8 if suite[1] == "DES" else 0
    assert user.decipher(ENGINE, secret, clock, salt) == plain + bytes(padding)


@settings(max_examples=examples(300))
@given(
    st.sampled_from([("aes", 16), ("aes", 24), ("aes", 32), ("des", 16)]),
    st.binary(min_size=32, max_size=32),
    st.lists(st.tuples(st.binary(max_size=300), CLOCKS, SALTS), max_size=4),
)
def test_openssl_and_cryptography_agree(
    suite: tuple[str, int], key: bytes, told: list[tuple[bytes, tuple[int, int], bytes]]
) -> None:
    name, size = suite
    one, other = (getattr(module, name)(key[:size]) for module in (openssl, hazmat))
    for plain, clock, salt in told:
        secret = one.encipher(plain, clock, salt)
        assert other.encipher(plain, clock, salt) == secret
        assert one.decipher(secret, clock, salt) == other.decipher(secret, clock, salt)


@pytest.mark.parametrize("module", [openssl, hazmat])
def test_a_part_of_a_block_leaves_no_trace(module: ModuleType) -> None:
    cipher = module.des(bytes(range(16)))
    secret = cipher.encipher(b"sixteen octets..", (1, 1), b"saltsalt")
    for cut in (1, 9, 15):
        with pytest.raises(ValueError, match="block"):
            cipher.decipher(secret[:cut], (1, 1), b"saltsalt")
        assert cipher.decipher(secret, (1, 1), b"saltsalt") == b"sixteen octets.."


def test_what_is_longer_than_any_datagram_is_not_enciphered() -> None:
    cipher = openssl.aes(bytes(16))
    assert len(cipher.encipher(bytes(65_535), (1, 1), b"saltsalt")) == 65_535
    with pytest.raises(ValueError, match="datagram"):
        cipher.encipher(bytes(65_536), (1, 1), b"saltsalt")


@pytest.mark.parametrize("salt", [b"", b"short", b"much too long"])
def test_a_salt_has_eight_octets(salt: bytes) -> None:
    with pytest.raises(ValueError, match="salt"):
        ALL["SHA", "AES-128"].decipher(ENGINE, b"0" * 16, (1, 1), salt)


@settings(max_examples=examples(300))
@given(st.sampled_from(LEVELS), CLOCKS, st.integers(1 << 30, 2**31 - 1), SALTS, st.binary())
def test_a_seal_is_the_envelope_written_in_full(
    user: User, clock: tuple[int, int], identifier: int, salt: bytes, body: bytes
) -> None:
    salt = salt if user.enciphers else b""
    sealed = Seal(user, ENGINE, clock).close(identifier, salt, body)
    flags = level(user) | envelope.REPORTABLE
    about = Envelope(identifier, flags, ENGINE, clock, user.name, b"", salt)
    whole = envelope.signed(about, body, user) if user.authenticates else envelope.seal(about, body)
    assert sealed == whole


@settings(max_examples=examples(300))
@given(
    st.lists(
        st.tuples(st.integers(0, 2**31 - 1), CLOCKS, SALTS, st.binary(max_size=700)),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(LEVELS),
    st.binary(max_size=3),
)
def test_a_habit_reads_what_is_read_in_full(
    told: list[tuple[int, tuple[int, int], bytes, bytes]], user: User, after: bytes
) -> None:
    habit: Habit | None = None
    for identifier, clock, salt, body in told:
        about = Envelope(identifier, level(user), ENGINE, clock, user.name, b"", salt)
        data = (
            envelope.signed(about, body, user) if user.authenticates else envelope.seal(about, body)
        )
        in_full = envelope.unwrap(data)
        usual = habit.open(data) if habit else None
        assert usual is None or without_identifier(usual) == without_identifier(in_full)
        assert habit is None or habit.open(data + after + b"\0") is None
        habit = Habit(in_full, data)
        assert habit.open(data) == in_full


def without_identifier(opened: Opened) -> Opened:
    """An envelope without what whoever asked has compared already."""
    return opened._replace(envelope=opened.envelope._replace(identifier=0))
