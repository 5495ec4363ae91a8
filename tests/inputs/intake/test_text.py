"""CSV files as people bring them: in any encoding, cut at commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from core.inputs.intake.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, IntakeError
from core.inputs.intake.text import SEPARATORS, read_text, reread

ROWS = (("chip_id", "price"), ("a", "1,5"), ("b", "2"))


def refusal(content: bytes) -> str:
    with pytest.raises(IntakeError) as refused:
        read_text("prices.csv", content)
    return str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_table_is_read_whatever_its_encoding_separator_and_ends_of_lines(
    separator: str, encoding: str, end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(ROWS)
    grid = read_text("prices.csv", text.getvalue().encode(encoding))
    assert grid.rows == ROWS
    assert grid.separators[0] == separator
    assert len(grid.encodings) == 1, "Unicode says what it is"


def test_text_that_is_not_unicode_says_in_what_it_can_be_read() -> None:
    content = "name;price\nMémoire;1\n".encode("cp1252")
    grid = read_text("a.csv", content)
    assert grid.rows[1][0] == "Mémoire"
    assert grid.encodings[:2] == ("cp1252", "latin-1") and "mac_roman" in grid.encodings
    assert "not written in Unicode" in grid.remarks[0]
    assert reread("a.csv", content, "mac_roman", ";").rows[1][0] == "MÈmoire"


def test_an_encoding_or_separator_that_does_not_fit_is_refused() -> None:
    with pytest.raises(IntakeError, match="cannot be read as cp1252; expected one of utf-8"):
        reread("a.csv", b"a,b\n", "cp1252", ",")
    with pytest.raises(IntakeError, match="comma, semicolon or tab"):
        reread("a.csv", b"a,b\n", "utf-8", "|")


def test_a_text_that_can_be_cut_in_two_ways_says_both() -> None:
    grid = read_text("a.csv", b"id;price\na;1,5\nb;2,5\n")
    assert grid.separators == (";",), "the header has no comma, so commas give rows of different length"
    both = read_text("a.csv", b"id,x;price,y\na,1;2,5\n")
    assert set(both.separators) == {",", ";"}
    assert reread("a.csv", b"id,x;price,y\na,1;2,5\n", "utf-8", ";").rows[1] == ("a,1", "2,5")


def test_decimal_commas_leave_no_doubt_where_semicolons_cut_every_row() -> None:
    grid = read_text("a.csv", b"id;price\n" + b"a;1,5\n" * 20)
    assert grid.separators == (";",) and grid.rows[1] == ("a", "1,5")


def test_a_row_that_no_separator_cuts_evenly_leaves_both_possible() -> None:
    grid = read_text("a.csv", b"id;price, USD\n" + b"a;1,5\n" * 20 + b"Total;;3,0\n")
    assert set(grid.separators) == {",", ";"}


def test_a_first_line_that_names_the_separator_settles_it() -> None:
    assert read_text("a.csv", b"sep=;\nid,x;price,y\na,1;2,5\n").separators == (";",)


def test_control_characters_do_not_make_utf8_another_encoding() -> None:
    assert read_text("a.csv", "id,é\na\x85,1\n".encode()).encodings == ("utf-8",)


def test_one_column_is_a_table_too() -> None:
    assert read_text("a.csv", b"id\na\nb\n").rows == (("id",), ("a",), ("b",))


def test_cells_may_have_line_breaks_and_quotation_marks() -> None:
    grid = read_text("a.csv", b'id,note\r\n"a","one\r\ntwo, ""three"""\r\n')
    assert grid.rows[1] == ("a", 'one\r\ntwo, "three"')


def test_commas_at_the_ends_of_rows_make_no_column_and_are_told() -> None:
    grid = read_text("a.csv", b"id,price,,\na,1,,\nb,2,,\n")
    assert grid.rows == (("id", "price"), ("a", "1"), ("b", "2"))
    assert grid.remarks == ("Its last 2 columns are empty in every row and left out.",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n\n  \n", "prices.csv: is empty; expected a header and rows"),
        (b"a\0b,c\n" * 3, "bytes of zero"),
        (b'id,note\na,"never closed\nb,2\n', "quotation marks that are closed"),
        (b"id,price,note\na,1,x\nb,2,y\nc,3", "ends in the middle of a row: 2 of 3 cells; expected the whole file"),
        ("id,é\n".encode("utf-16")[:-1], "broken off"),
        (b"\xef\xbb\xbfid,price\na,\xc3", "broken off"),
        (b"id\n" + b"x" * (LONGEST_CELL + 1), "more than 32,767 characters"),
        (b"id\n" + b"x" * (LONGEST_CELL * 5), "field larger than field limit"),
        (b",,,\n,,\n", "is empty"),
        ("id,price\nMémoire,1\né".encode()[:-1], "line 3: ends in the middle of a letter, as if it were broken off"),
        ("id,né\né,1\n".encode() + b"\xe9,2\n", "line 3: has a letter that is not UTF-8, as most of it is"),
        ("id,price\na\0,1\n".encode("utf-16"), "prices.csv: "),
        (bytes(i * 37 % 251 + 1 for i in range(3000)), "is no text in any encoding that is known here"),
        (b"id|price\na|1,5\nb|2,5\n", "has | between its cells; expected comma, semicolon or tab"),
        (b"sep=|\nid|price\n", "line 1: says that | stands between its cells"),
        (b"x," * (MOST_COLUMNS + 1) + b"\n", "more than 200 columns"),
    ],
)
def test_what_is_no_whole_table_is_refused_in_words(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_ten_million_rows_are_refused_while_they_are_counted() -> None:
    said = refusal(b"a\n" * 10_000_000)
    assert said == f"prices.csv: has more than {MOST_ROWS:,} rows; expected a table of at most {MOST_ROWS:,} rows"


letters = some.characters(codec="cp1252", exclude_categories=["Cc", "Cs"])
tables = some.integers(2, 5).flatmap(
    lambda width: some.lists(
        some.lists(some.text(letters, min_size=1, max_size=8).filter(str.strip), min_size=width, max_size=width),
        min_size=2, max_size=6,
    )
)  # fmt: skip


@given(
    tables,
    some.sampled_from(SEPARATORS),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    some.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_table_comes_back_as_written_or_is_said_to_be_uncertain(
    table: list[list[str]], separator: str, encoding: str, end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_MINIMAL).writerows(table)
    content = text.getvalue().encode(encoding)
    assume(not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or encoding != "cp1252")
    written = tuple(map(tuple, table))
    grid = read_text("a.csv", content)
    if grid.rows != written:
        assert len(grid.encodings) > 1 or len(grid.separators) > 1, "another table was read and nobody was asked"
        known = encoding if encoding in grid.encodings else grid.encodings[0]
        assert reread("a.csv", content, known, separator).rows == written
