"""Plants one bug into this process: the file that it is in reads as if it were written there."""

import io
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.rules.table import ROOT, Bug

_ROOTS = (ROOT / "agents", ROOT)


def plant(bug: Bug) -> None:
    """Let every reading of the file find the bug; a module must not be loaded yet."""
    if bug.path.suffix != ".py":
        _spoil(bug)
        return
    name = module_of(bug.path)
    if name in sys.modules:
        raise RuntimeError(f"{name} is loaded already")
    sys.meta_path.insert(0, _Finder(name, bug))


def module_of(path: Path) -> str:
    """Return the name under which a file of ours is imported."""
    root = next(root for root in _ROOTS if path.is_relative_to(root))
    return ".".join(path.relative_to(root).with_suffix("").parts)


class _Finder(MetaPathFinder):
    def __init__(self, name: str, bug: Bug) -> None:
        self._name = name
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._bug)
        return spec_from_file_location(fullname, self._bug.path, loader=loader)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, bug: Bug) -> None:
        super().__init__(name, str(bug.path))
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        text = self._bug.plant(self._bug.path.read_text(encoding="utf-8"))
        return compile(text, self.path, "exec", dont_inherit=True)


def _spoil(bug: Bug) -> None:
    """Let `Path` read a file that is no module as if it had the bug."""
    text, plainly = bug.plant(bug.path.read_text(encoding="utf-8")), Path.open

    def read(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if self != bug.path:
            return plainly(self, mode, *more, **named)
        return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)

    Path.open = read  # type: ignore[method-assign]
