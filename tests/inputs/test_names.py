"""Text that misleads whoever reads it, or a program that does, is refused; text in any writing is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.inputs.data import load
from core.inputs.declaration import resources
from tests.support.spoilt import messages, problems, put, rows_of

NAME = (
    "a name of at most 80 characters, on one line: plain text that does not begin with = + - or @ and has none of "
    "< > [ ] $ * ~ | \\ `"
)
UNSEEN, MARKUP = "has a character that cannot be seen", "has markup in it"
FORMULA, BLANK = "begins like a formula", "begins or ends with a blank"


@pytest.mark.parametrize(
    ("name", "shown", "wrong"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>", MARKUP),
        ("AMD<br>", "AMD<br>", MARKUP),
        ("![x](http://evil.test/p.png)", "![x](http://evil.test/p.png)", MARKUP),
        ("see http://evil.test", "see http://evil.test", MARKUP),
        ("www.evil.test", "www.evil.test", MARKUP),
        (":material/home:", ":material/home:", MARKUP),
        (":red[AMD]", ":red[AMD]", MARKUP),
        ("a :smile: b", "a :smile: b", MARKUP),
        ("US$ and $", "US$ and $", MARKUP),
        ("*AMD*", "*AMD*", MARKUP),
        ("# AMD", "# AMD", MARKUP),
        ("&lt;AMD&gt;", "&lt;AMD&gt;", MARKUP),
        ("`AMD`", "`AMD`", MARKUP),
        ("A | B", "A | B", MARKUP),
        ('=HYPERLINK("http://evil.test")', '=HYPERLINK(\\"http://evil.test\\")', FORMULA),
        ("+1", "+1", FORMULA),
        ("-AMD", "-AMD", FORMULA),
        ("@SUM(1)", "@SUM(1)", FORMULA),
        ("\t=1+1", "\\t=1+1", UNSEEN),
        (" =1+1", " =1+1", BLANK),
        ("AMD ", "AMD ", BLANK),
        ("\u00a0AMD", "\\u00a0AMD", BLANK),
        ("AMD\u202eDIVN", "AMD\\u202eDIVN", UNSEEN),
        ("AMD\u2067", "AMD\\u2067", UNSEEN),
        ("A\u200bMD", "A\\u200bMD", UNSEEN),
        ("AM\u00adD", "AM\\u00adD", UNSEEN),
        ("A\ufeffMD", "A\\ufeffMD", UNSEEN),
        ("AMD\nNVIDIA", "AMD\\nNVIDIA", UNSEEN),
        ("AMD\u2028NVIDIA", "AMD\\u2028NVIDIA", UNSEEN),
        ("AMD\x00", "AMD\\u0000", UNSEEN),
        ("AMD\x1b[31m", "AMD\\u001b[31m", UNSEEN),
        ("AMD\x7f", "AMD\\u007f", UNSEEN),
        ("\u3164", "\u3164", UNSEEN),
        ("AMD\U000e0041", "AMD\\udb40\\udc41", UNSEEN),
        ("A\u0300\u0301\u0302\u0303MD", "A\u0300\u0301\u0302\u0303MD", UNSEEN),
        ("A" * 81, f"{'A' * 37}...", "has 81 characters"),
        ("A" * 10_000, f"{'A' * 37}...", "has 10000 characters"),
    ],
)  # fmt: skip
def test_a_name_that_misleads_is_refused(example: Path, name: str, shown: str, wrong: str) -> None:
    put(example, "suppliers.csv", 3, name=name)
    assert messages(example) == [f'suppliers.csv line 3, name: "{shown}" {wrong}; expected {NAME}']


@pytest.mark.parametrize(
    "name",
    [
        "Ljus & Mörker", "7 Hills", "英伟达", "Ťukan-Øst", "Ünï \u0055\u0308", "ไม้เอก", "تهران", "AT&T", "R&D / labs",
        'Tern "Semi", 100 %', "C#", "A_B_c", "1.2.3", "A: b", "(in brackets)", "O'Neill", "x" * 80, "a = b", "½ · µ",
    ],
)  # fmt: skip
def test_a_name_in_any_writing_is_taken(example: Path, name: str) -> None:
    put(example, "suppliers.csv", 3, name=name)
    assert load(example).supplier_names[1] == name


def named_columns() -> list[tuple[str, str]]:
    return [
        (resource["path"], field["name"])
        for resource in resources()
        for field in resource["schema"]["fields"]
        if field.get("text") == "name"
    ]


def test_every_column_of_names_is_read_as_one(example: Path) -> None:
    named = named_columns()
    assert {column for _, column in named} == {"name", "short_name", "family_name", "unit", "group"}
    assert {file for file, column in named if column == "name"} == {
        f"{table}.csv" for table in (
            "suppliers", "workloads", "chips", "regions", "programme", "commitments", "calibration_targets",
            "company_facts", "presets",
        )
    }  # fmt: skip
    spoilt = [(file, column) for file, column in named if (example / file).exists() and rows_of(example, file)]
    spoilt = [(file, column) for file, column in spoilt if column in rows_of(example, file)[0]]
    for file, column in spoilt:
        put(example, file, 2, **{column: "<b>"})
    assert {(problem.file, problem.column) for problem in problems(example) if problem.wrong == MARKUP} == set(spoilt)


# --- Lines and notes


@pytest.mark.parametrize(
    ("column", "text", "wrong"),
    [
        ("title", "=1+1", FORMULA),
        ("title", "A title\nof two lines", UNSEEN),
        ("title", "A title\u202e", UNSEEN),
        ("title", "A" * 501, "has 501 characters"),
        ("publisher", "@SUM(1)", FORMULA),
        ("licence", "\u200b", UNSEEN),
        ("url", "javascript:alert(1)", "is not of the right form"),
        ("url", "https://a b", "is not of the right form"),
    ],
)
def test_a_source_is_told_on_plain_lines(example: Path, column: str, text: str, wrong: str) -> None:
    put(example, "sources.csv", 2, **{column: text})
    [problem] = problems(example)
    assert (problem.file, problem.line, problem.column, problem.wrong) == ("sources.csv", 2, column, wrong)


@pytest.mark.parametrize("title", ["<b> tags & $ are a title's own", "Q4: $27bn [draft]", "*"])
def test_a_title_may_hold_what_its_publication_has_in_it(example: Path, title: str) -> None:
    put(example, "sources.csv", 2, title=title)
    assert load(example).tables["sources"]["title"][0] == title


@pytest.mark.parametrize(
    ("note", "wrong"),
    [
        ("of two lines\nand\ttabs: = + - @ <b> ![x](y) $", None),
        ("turned \u202e round", UNSEEN),
        ("\x1b[31mred", UNSEEN),
        ("in the \ufeff middle", UNSEEN),
        ("=HYPERLINK(1)", f"{FORMULA}, which a spreadsheet would run"),
        ("\n @SUM(A1)", f"{FORMULA}, which a spreadsheet would run"),
        ("-2+3+cmd|' /C calc'!A0", f"{FORMULA}, which a spreadsheet would run"),
        ("+IMPORTXML(1)", f"{FORMULA}, which a spreadsheet would run"),
        ("- a point\n- another (of two)", None),
        ("-5 % against the year before", None),
        ("n" * 500, None),
        ("n" * 501, "has 501 characters"),
    ],
)
def test_a_note_may_be_anything_that_can_be_seen(example: Path, note: str, wrong: str | None) -> None:
    put(example, "chips.csv", 4, note=note)
    if wrong is None:
        assert load(example).tables["chips"]["note"][2] == note
    else:
        assert [(problem.line, problem.column, problem.wrong) for problem in problems(example)] == [(4, "note", wrong)]


# --- A byte order mark where none belongs


def put_mark(folder: Path, file: str, before: str) -> list[str]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, f"\ufeff{before}"), encoding="utf-8")
    return messages(folder)


def test_a_byte_order_mark_in_the_middle_of_a_file_is_made_seen(example: Path) -> None:
    """So it stands there where two files were put together."""
    assert (
        'suppliers.csv line 4, supplier_id: "\\ufeffnvidia" is not of the right form; expected text like maker_a'
        in put_mark(example, "suppliers.csv", "nvidia,NVIDIA")
    )


def test_a_byte_order_mark_in_a_header_is_made_seen(example: Path) -> None:
    assert put_mark(example, "power_capacity.csv", "mw_it,") == [
        "power_capacity.csv line 1, mw_it: the column is missing; expected the columns year, mw_it, grade, source_id, "
        "note",
        'power_capacity.csv line 1: "\\ufeffmw_it" is not a known column; expected the columns year, mw_it, grade, '
        "source_id, note",
    ]


def test_a_byte_order_mark_in_a_figure_is_made_seen(example: Path) -> None:
    put(example, "power_capacity.csv", 3, mw_it="\ufeff490")
    assert messages(example) == [
        'power_capacity.csv line 3, mw_it: "\\ufeff490" is not a number; expected a number from 0.001 to 1,000,000'
    ]


def test_a_column_that_is_there_twice_is_quoted_as_safely_as_a_cell(example: Path) -> None:
    path = example / "power_capacity.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    twice = ["\u202ex" + "y" * 1000] * 2
    path.write_text("\n".join(",".join([lines[0], *twice] if n == 0 else [line, "", ""])
                              for n, line in enumerate(lines)), encoding="utf-8")  # fmt: skip
    assert all(len(message) < 300 and "\u202e" not in message for message in messages(example))
