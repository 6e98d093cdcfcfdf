"""Modules that a library imports and that we never make it use: they wait until somebody does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


@contextmanager
def left_for_later(name: str) -> Iterator[None]:
    """Let what is imported meanwhile have this module of a package without loading it.

    It is loaded by the first look at anything in it, or by whoever imports it afterwards.
    """
    if name in sys.modules:
        yield
        return
    package, _, child = name.rpartition(".")
    parent = import_module(package)
    waiting = _Waiting(name)
    sys.modules[name] = waiting
    try:
        yield
    finally:
        if sys.modules.get(name) is waiting:
            del sys.modules[name]
            setattr(parent, child, waiting)


class _Waiting(ModuleType):
    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # asked by the machinery of imports itself
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)
