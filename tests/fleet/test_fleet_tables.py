"""Tables as others export them: marks, delimiters, cells of several lines, and honest refusals."""

from pathlib import Path

import pytest

from numlycee.fleet.tables import read_table
from numlycee.settings import SettingsError


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    return path


def test_records_of_several_lines_are_named_by_their_first(tmp_path: Path) -> None:
    text = '\ufeff"a";" b ";\r\n"1\nun";"x;y";\r\n\r\n"2";\r\n'
    table = read_table(_file(tmp_path, text))
    assert table.headings == ("a", "b", "")
    assert [(row.line, row.cells["a"], row.cells.get("b")) for row in table.rows] == [
        (2, "1\nun", "x;y"),
        (5, "2", ""),
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_of_the_header(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join("abc") + "\n" + delimiter.join("123") + "\n"
    assert read_table(_file(tmp_path, text), "").rows[0].cells == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a;b\n1;2;3\n", "line 2: 3 cells, 2 in the header; put a text"),
        ('a;b\n1;"2\n', "line 2: .*quotation mark left open"),
        ("a;a\n", "line 1: column 'a' stands twice"),
    ],
)
def test_what_would_lose_something_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        read_table(_file(tmp_path, text))


def test_a_file_in_another_encoding_is_said_how_to_save(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("Lycée".encode("latin-1"))
    with pytest.raises(SettingsError, match="save it again as « CSV UTF-8 »"):
        read_table(path)
    with pytest.raises(SettingsError, match=r"no\.csv: cannot be read"):
        read_table(tmp_path / "no.csv")
