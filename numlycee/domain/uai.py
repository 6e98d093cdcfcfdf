"""The UAI code that names every French school: seven digits and a check letter."""

import re

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SHAPE = re.compile(r"[0-9]{7}[A-Z]")


class UaiError(ValueError):
    """A text that is not a UAI code; the message says why and what the key should be."""


def check_letter(digits: str) -> str:
    """Return the check letter of seven digits: the number modulo 23, without I, O and Q."""
    return _LETTERS[int(digits) % 23]


def parse_uai(text: str) -> str:
    """Return the code in capitals, or raise `UaiError`; a valid key does not prove existence."""
    code = text.strip().upper()
    if not _SHAPE.fullmatch(code):
        message = f"{text!r} is not a UAI code: seven digits and a letter, as in 0310036W"
        raise UaiError(message)
    expected = check_letter(code[:7])
    if code[7] != expected:
        message = f"UAI code {code!r} has a wrong key: {code[:7]} calls for {expected}"
        raise UaiError(message)
    return code


def is_uai(text: str) -> bool:
    """Tell whether a text is a UAI code, in capitals and with a right key."""
    return _SHAPE.fullmatch(text) is not None and text[7] == check_letter(text[:7])
