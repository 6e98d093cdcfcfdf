import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.uai import UaiError, check_letter, is_uai, parse_uai

digits = st.integers(0, 9_999_999).map("{:07d}".format)


DIRECTORY = Path(__file__).parents[2].parent / "shared/data/lycees_occitanie.csv"


def test_every_lycee_of_the_official_directory_has_a_right_key() -> None:
    if not DIRECTORY.exists():
        pytest.skip(f"the directory is not beside the repository: {DIRECTORY}")
    with DIRECTORY.open(encoding="utf-8") as lines:
        codes = [row["uai"] for row in csv.DictReader(lines, delimiter=";")]
    assert len(codes) > 200
    assert [code for code in codes if not is_uai(code)] == []


def test_a_code_is_read_through_case_and_blanks() -> None:
    assert parse_uai(" 0310036w\n") == "0310036W"
    assert not is_uai("0310036w")


@given(digits)
def test_the_key_makes_a_code(number: str) -> None:
    code = number + check_letter(number)
    assert is_uai(code)
    assert parse_uai(code) == code


@given(digits, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not is_uai(wrong + check_letter(number))


def test_errors_say_what_is_wrong() -> None:
    with pytest.raises(UaiError, match="seven digits and a letter"):
        parse_uai("31-0036")
    with pytest.raises(UaiError, match="0310036 calls for W"):
        parse_uai("0310036A")
