"""The part of `numlycee.toml` that says where the account is kept, when it is not in a file."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from numlycee.settings import MisplacedError, SettingsError


@dataclass(frozen=True, slots=True)
class Postgresql:
    """A database of a PostgreSQL server: `url` without the password, which a file holds.

    Without a file the password is sought where libpq seeks it: PGPASSFILE, ~/.pgpass.
    """

    url: str
    password_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what is not such an address, and a password in it."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
            raise MisplacedError(("url",), "write postgresql://user@host/database")
        if parts.password is not None:
            raise MisplacedError(("url",), "leave the password out: name a file, password_file")

    def address(self) -> str:
        """Return the address with the password; raises `SettingsError` for an unreadable file."""
        parts = urlsplit(self.url)._replace(scheme="postgresql")
        if self.password_file is None:
            return parts.geturl()
        try:
            secret = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is not text"
            message = f"{self.password_file}: postgresql.password_file: cannot be read ({reason})"
            raise SettingsError(message) from None
        user, _, place = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{user}:{quote(secret, safe='')}@{place}").geturl()
