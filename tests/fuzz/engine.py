"""`python -m tests.fuzz.engine FOLDER… -flag=…`: libFuzzer, guided by what the wire's code covers.

Its process is libFuzzer's until the end: `tests.fuzz.campaign` starts it and reads what it says.
"""

import importlib
import logging
import sys
from collections.abc import Callable
from random import Random

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["numlycee.wire", "numlycee.collector", "numlycee.domain"]):
    targets = importlib.import_module("tests.fuzz.targets")
    bending = importlib.import_module("tests.fuzz.bending")

NOISE = 0.15
"""Share of the cases whose bytes are changed blindly."""
ANOTHER = 0.05
"""Share of the cases that go to another target."""


def mutate(case: bytes, most: int, seed: int) -> bytes:
    """Return a case changed: fields of its payload as a rule, bytes now and then."""
    dice = Random(seed)
    name, _, payload = case.partition(b"\n")
    if dice.random() < ANOTHER or name.decode("latin-1") not in targets.TARGETS:
        name = dice.choice(list(targets.TARGETS)).encode()
    room = max(most - len(name) - 1, 1)
    if dice.random() < NOISE:
        payload = bytes(atheris.Mutate(payload, room))
    else:
        payload = bending.bend(payload, dice, dice.choice((1, 1, 1, 2, 4)))
    return bytes(name + b"\n" + payload[:room])


def main() -> None:
    """Fuzz until libFuzzer is told to stop, or finds something."""
    logging.disable()
    attempt: Callable[[bytes], None] = targets.attempt
    atheris.Setup(sys.argv, attempt, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
