"""How hard the tests try: as hard as Hypothesis was told to, whatever a test asks for itself."""

from hypothesis import settings

USUAL = 100
"""Hypothesis's own number of examples, which `--hypothesis-profile=quick` lowers."""


def examples(many: int) -> int:
    """Return `many` examples, or as many fewer as the profile in force says."""
    profile = settings.default
    assert profile is not None
    return max(1, many * profile.max_examples // USUAL)
