"""The search for garbage goes on after it was held off, and only if it was on."""

import gc

import pytest

from numlycee.rates.hold import uncollected


def test_it_is_held_off_and_goes_on() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()
