"""The technician's password: only its scrypt hash is kept (RFC 7914)."""

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path
from typing import TextIO

from numlycee.settings import SettingsError
from numlycee_agent.credentials import read_secret

SHORTEST = 12
LONGEST = 256
_COST, _BLOCK, _TIMES, _SALT, _DIGEST = 1 << 14, 8, 5, 16, 32
_SCHEME = "scrypt"
_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_DEAREST, _LONGEST_TIMES = 1 << 26, 16
"""What a check may cost at most: bytes of memory, and passes over them."""


@dataclass(frozen=True, slots=True)
class Hash:
    """What a password leaves behind; checking one takes some 16 MiB and tenths of a second."""

    cost: int
    block: int
    times: int
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def fits(self, password: str) -> bool:
        """Tell whether this is the password, in a time that does not depend on how it differs."""
        digest = _derive(password, self.cost, self.block, self.times, self.salt)
        return hmac.compare_digest(digest, self.digest)

    def spell(self) -> str:
        """Return the line that a file holds."""
        salt, digest = (b64encode(part).decode() for part in (self.salt, self.digest))
        return f"{_SCHEME}${self.cost}${self.block}${self.times}${salt}${digest}"


def ask(stream: TextIO, prompt: Callable[[str], str] = getpass) -> str:
    """Return a new password, typed twice on a terminal, or read from a line that is piped in.

    Raises `ValueError` when the two differ.
    """
    if not stream.isatty():
        return stream.readline().rstrip("\r\n")
    typed = prompt("Mot de passe : ")
    if prompt("Le même : ") != typed:
        raise ValueError("the two passwords differ")
    return typed


def make(password: str) -> Hash:
    """Return the hash of a new password; raises `ValueError` for one that is no secret."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password needs {SHORTEST} to {LONGEST} characters")
    salt = secrets.token_bytes(_SALT)
    return Hash(_COST, _BLOCK, _TIMES, salt, _derive(password, _COST, _BLOCK, _TIMES, salt))


def load(path: Path) -> Hash:
    """Return the hash that a file holds; raises `SettingsError`."""
    line = read_secret(path, "local.password_file")
    try:
        hashed = _parse(line)
    except ValueError:
        hashed = None
    if hashed is None or not _is_sound(hashed):
        message = f"{path}: local.password_file: must be what « numlycee-agent password » makes"
        raise SettingsError(message)
    return hashed


def store(path: Path, hashed: Hash) -> None:
    """Write a hash into a file that its owner alone can read; raises `OSError`."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{hashed.spell()}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)


def give_memory_back() -> None:
    """Have the C library return large blocks at once: glibc keeps what a check took otherwise.

    Each thread that checks a password would hold 16 MiB for good. Elsewhere nothing is done.
    """
    import ctypes  # noqa: PLC0415 (where a password is checked only)

    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    if adjust is not None:
        adjust(_MMAP_THRESHOLD, 1 << 20)


def _parse(line: str) -> Hash | None:
    scheme, cost, block, times, salt, digest = line.split("$")
    if scheme != _SCHEME:
        return None
    return Hash(
        int(cost),
        int(block),
        int(times),
        b64decode(salt, validate=True),
        b64decode(digest, validate=True),
    )


def _is_sound(hashed: Hash) -> bool:
    """Tell whether a hash can be checked, at a bearable cost."""
    power = hashed.cost > 1 and hashed.cost & (hashed.cost - 1) == 0
    bearable = 0 < 128 * hashed.cost * hashed.block <= _DEAREST
    whole = len(hashed.salt) >= _SALT and len(hashed.digest) == _DIGEST
    return power and bearable and whole and 0 < hashed.times <= _LONGEST_TIMES


def _derive(password: str, cost: int, block: int, times: int, salt: bytes) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    most = 2 * _DEAREST
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=times, maxmem=most, dklen=_DIGEST)
