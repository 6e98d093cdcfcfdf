"""What a row of the table of rules is: a rule of docs/wire.md, its tests, its deliberate bugs."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Bug:
    """A deliberate bug: in `file`, the only place that says `old` says `new` instead."""

    name: str
    file: str
    old: str
    new: str

    @property
    def path(self) -> Path:
        """Return the file that it would be in."""
        return ROOT / self.file

    def plant(self, text: str) -> str:
        """Return the text with the bug; raises `ValueError` unless there is one place for it."""
        if text.count(self.old) != 1:
            found = f"{text.count(self.old)} places say {self.old!r}"
            raise ValueError(f"{self.file}: {found}; « {self.name} » needs one: put it right")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered rule: the tests that hold it, the quickest first, and what they must catch.

    A test is named as pytest does, without its parameters: `tests/room/test_file.py::test_name`.
    """

    number: str
    tests: tuple[str, ...]
    bugs: tuple[Bug, ...]
