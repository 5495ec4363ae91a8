"""Text that misleads whoever reads it, or a program that does, is refused; text in any writing is taken."""

from __future__ import annotations

from pathlib import Path

from core.inputs.data import load
from core.inputs.declaration import resources
from tests.support.spoilt import messages, problems, put, rows_of, write_rows

NAME = (
    "a name of at most 80 characters, on one line: plain text that does not begin with = + - or @ and has none of "
    "< > [ ] $ * ~ | \\ `"
)
UNSEEN, MARKUP = "has a character that cannot be seen", "has markup in it"
FORMULA, BLANK = "begins like a formula", "begins or ends with a blank"


MISLEADING = [
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
        ("AMD\u2028NVIDIA", "AMD\\u2028NVIDIA", UNSEEN),
        ("AMD\x00", "AMD\\u0000", UNSEEN),
        ("AMD\x1b[31m", "AMD\\u001b[31m", UNSEEN),
        ("AMD\x7f", "AMD\\u007f", UNSEEN),
        ("\u3164", "\u3164", UNSEEN),
        ("AMD\U000e0041", "AMD\\udb40\\udc41", UNSEEN),
        ("A\u0300\u0301\u0302\u0303MD", "A\u0300\u0301\u0302\u0303MD", UNSEEN),
        ("A" * 81, f"{'A' * 37}...", "has 81 characters"),
        ("A" * 10_000, f"{'A' * 37}...", "has 10000 characters"),
        ("AMD\nNVIDIA", "AMD\\nNVIDIA", UNSEEN),
]  # fmt: skip
"""A name, how it is shown, and what is wrong with it; last the one that takes two lines of its file."""


def test_every_name_that_misleads_is_refused(example: Path) -> None:
    like = rows_of(example, "chips.csv")[0]
    write_rows(example, "chips.csv", [
        like | {"chip_id": f"chip_{line}", "name": name} for line, (name, _, _) in enumerate(MISLEADING, start=2)
    ])  # fmt: skip
    assert [message for message in messages(example) if message.startswith("chips.csv")] == [
        f'chips.csv line {line}, name: "{shown}" {wrong}; expected {NAME}'
        for line, (_, shown, wrong) in enumerate(MISLEADING, start=2)
    ]


def test_a_supplier_s_name_that_misleads_is_refused_alone(example: Path) -> None:
    name, shown, wrong = MISLEADING[0]
    put(example, "suppliers.csv", 3, name=name)
    assert messages(example) == [f'suppliers.csv line 3, name: "{shown}" {wrong}; expected {NAME}']


NAMES = [
    "Ljus & Mörker", "7 Hills", "英伟达", "Ťukan-Øst", "Ünï \u0055\u0308", "ไม้เอก", "تهران", "AT&T", "R&D / labs",
    'Tern "Semi", 100 %', "C#", "A_B_c", "1.2.3", "A: b", "(in brackets)", "O'Neill", "x" * 80, "a = b", "½ · µ",
]  # fmt: skip


def test_a_name_in_any_writing_is_taken(example: Path) -> None:
    for line, name in enumerate(NAMES, start=2):
        put(example, "chips.csv", line, name=name)
    put(example, "suppliers.csv", 3, name=NAMES[0])
    put(example, "suppliers.csv", 4, name=NAMES[14])
    inputs = load(example)
    assert list(inputs.chips.name[: len(NAMES)]) == NAMES
    assert inputs.supplier_names[1:3] == (NAMES[0], NAMES[14])


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


def test_a_source_is_told_on_plain_lines(example: Path) -> None:
    lines = [
        ("title", "=1+1", FORMULA),
        ("title", "A title\nof two lines", UNSEEN),
        ("title", "A title\u202e", UNSEEN),
        ("title", "A" * 501, "has 501 characters"),
        ("publisher", "@SUM(1)", FORMULA),
        ("licence", "\u200b", UNSEEN),
        ("url", "javascript:alert(1)", "is not of the right form"),
        ("url", "https://a b", "is not of the right form"),
    ]
    rows = rows_of(example, "sources.csv")
    for row, (column, text, _) in zip(rows, lines, strict=False):
        row[column] = text
    write_rows(example, "sources.csv", rows)
    assert [(one.file, one.column, one.wrong) for one in problems(example)] == [
        ("sources.csv", column, wrong) for column, _, wrong in lines
    ]


def test_a_title_may_hold_what_its_publication_has_in_it(example: Path) -> None:
    titles = ["<b> tags & $ are a title's own", "Q4: $27bn [draft]", "*"]
    for line, title in enumerate(titles, start=2):
        put(example, "sources.csv", line, title=title)
    assert list(load(example).tables["sources"]["title"][: len(titles)]) == titles


NOTES = [
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
]
"""A note, and what is wrong with it."""


def test_a_note_may_be_anything_that_can_be_seen(example: Path) -> None:
    rows = rows_of(example, "chips.csv")
    write_rows(example, "chips.csv", _with_notes(rows, [note for note, _ in NOTES]))
    found = [(problem.column, problem.wrong) for problem in problems(example)]
    assert found == [("note", wrong) for _, wrong in NOTES if wrong is not None]
    taken = [note for note, wrong in NOTES if wrong is None]
    write_rows(example, "chips.csv", _with_notes(rows, taken))
    assert list(load(example).tables["chips"]["note"][: len(taken)]) == taken


def _with_notes(rows: list[dict[str, str]], notes: list[str]) -> list[dict[str, str]]:
    noted = [row | {"note": note} for row, note in zip(rows, notes, strict=False)]
    return [*noted, *rows[len(notes) :]]


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
