"""How hard the tests try: as hard as Hypothesis was told to, whatever a test asks for itself."""

import os

from hypothesis import settings

USUAL = 100
"""Hypothesis's own number of examples, which `--hypothesis-profile=quick` lowers."""


def examples(many: int) -> int:
    """Return `many` examples, or as many fewer as the profile in force says.

    NUMLYCEE_TIMES, which `make endure` sets, makes them so many times as many.
    """
    profile = settings.default
    assert profile is not None
    times = int(os.environ.get("NUMLYCEE_TIMES", "1"))
    return max(1, many * times * profile.max_examples // USUAL)
