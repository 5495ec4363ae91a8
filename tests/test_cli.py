"""`python -m core`: figures for what is sound, a complete refusal for what is not; backups made and brought back."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import MANY, evaluate_json, main
from core.inputs.borne_out import findings, summary
from core.inputs.data import DATA_VARIABLE, Inputs, load
from core.inputs.description import description
from core.model.report import report
from core.store import database as db
from core.store.records import Search
from core.store.store import Store
from core.upkeep.examined import as_lines, moved
from core.upkeep.odd import oddities
from tests.support.frozen import BASE, EXAMPLE, EXAMPLE_FOLDER, FROZEN, INPUTS
from tests.support.spoilt import keep, put, rows_of
from tests.support.stores import KINDS, fresh_address, key, snapshot

ROOT = Path(__file__).resolve().parent.parent
SHORT = {"horizon_year": 2028}


class Answer:
    """What a run of the command line left: exit status, standard output and standard error."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def problems(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(text: str | bytes) -> Answer:
        content = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        status = main(["evaluate"])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


def assert_refused(answer: Answer, *problems: str) -> None:
    """Each of `problems` begins a line of its own; nothing else is said and nothing is answered."""
    assert answer.status == 2
    assert answer.out == ""
    assert len(answer.problems) == len(problems), answer.err
    for line, problem in zip(answer.problems, problems, strict=True):
        assert line.startswith(problem), line


# --- Answers


def test_a_single_scenario_gives_a_single_result(run: Any, inputs: Inputs) -> None:
    answer = run(json.dumps({"pue": 1.2, **SHORT}))
    assert (answer.status, answer.err) == (0, "")
    assert json.loads(answer.out) == json.loads(json.dumps(report(inputs, INPUTS.scenario({"pue": 1.2, **SHORT}))))


def test_an_empty_object_is_the_base_scenario(run: Any, inputs: Inputs) -> None:
    told = json.loads(run("{}").out)
    assert told["levers"] == dict(BASE)
    assert told["metrics"]["npv_usd"] == pytest.approx(21_398_447_728.97, abs=1.0)


def test_a_list_gives_a_list_in_its_own_order(run: Any) -> None:
    costs = [1.3, 0.8, 1.3, 1.0]
    told = json.loads(run(json.dumps([{"custom_cost": cost, **SHORT} for cost in costs])).out)
    assert [result["levers"]["custom_cost"] for result in told] == costs
    assert told[0] == told[2] != told[1]


def test_a_list_of_one_stays_a_list_and_of_none_too(run: Any) -> None:
    assert len(json.loads(run(json.dumps([SHORT])).out)) == 1
    assert json.loads(run("[]").out) == []


def test_the_answer_is_strict_json_in_plain_ascii(run: Any) -> None:
    def refuse(token: str) -> float:
        raise AssertionError(token)

    answer = run(
        json.dumps(
            {"baseline": "exit", **{f"adoption_{w}": 0 for w in ("rr_inference", "rr_training", "genai_inference")}}
        )
    )
    told = json.loads(answer.out, parse_constant=refuse)
    assert told["metrics"]["npv_per_programme_usd"] is None or isinstance(
        told["metrics"]["npv_per_programme_usd"], float
    )
    assert answer.out.isascii()


def test_what_is_written_out_can_be_read_in_again(run: Any) -> None:
    first = json.loads(run(json.dumps({"custom_cost": 0.1 + 0.2 + 0.3, **SHORT})).out)
    assert json.loads(run(json.dumps(first["levers"])).out) == first


def test_a_byte_order_mark_and_blanks_around_do_no_harm(run: Any) -> None:
    assert json.loads(run(b"\xef\xbb\xbf \r\n{}\r\n").out)["levers"] == dict(BASE)


def test_whole_floats_do_for_whole_levers(run: Any) -> None:
    assert json.loads(run('{"horizon_year": 2028.0}').out)["levers"]["horizon_year"] == 2028


# --- Refusals


def test_every_problem_of_a_scenario_is_named(run: Any) -> None:
    bad = {
        "pue": 3,
        "colour": 1,
        "tax_rate": "0.2",
        "spares": True,
        "baseline": 1,
        "horizon_year": 2030.5,
        "headroom": None,
    }
    assert_refused(run(json.dumps(bad)), *(f"scenario: {name}: " for name in bad))


def test_problems_of_a_list_are_named_with_the_number_of_their_item(run: Any) -> None:
    answer = run('[{"pue": 3}, {}, {"colour": 1, "pue": "x"}, 7, null]')
    assert_refused(
        answer,
        "scenario 1: pue: ",
        "scenario 3: colour: ",
        "scenario 3: pue: ",
        "scenario 4: 7 is",
        "scenario 5: None is",
    )


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 5000, "-1", "1.0000000000000002e0", "true", "[]", '"1"'],
)
def test_numbers_that_are_none_or_out_of_bounds_are_refused(run: Any, number: str) -> None:
    # 1.0000000000000002 is the first number above 1, the upper bound
    assert_refused(run(f'{{"adoption_rr_inference": {number}}}'), "scenario: adoption_rr_inference: ")


@pytest.mark.parametrize(
    "text", ["", " \n", "{", "[{}", "{}{}", "{'pue': 1}", '{"pue": 1,}', "pue=1", '{"pue": 01}', "\x00"]
)
def test_what_is_not_json_is_refused_with_its_place(run: Any, text: str) -> None:
    assert_refused(run(text), "standard input, line ")


@pytest.mark.parametrize("text", ["7", '"base"', "null", "true", "1.5"])
def test_json_that_is_neither_object_nor_list_is_refused(run: Any, text: str) -> None:
    assert_refused(run(text), "scenario: ")


def test_a_lever_given_twice_is_refused(run: Any) -> None:
    assert_refused(run('{"pue": 1.1, "pue": 1.2}'), "pue: given twice")
    assert_refused(run('[{}, {"pue": 1.1, "pue": 1.1}]'), "pue: given twice")


def test_text_that_is_not_utf_8_is_refused_with_the_byte(run: Any) -> None:
    assert_refused(run('{"é": 1}'.encode("latin-1")), "standard input: byte 3 is not UTF-8")
    assert_refused(run('{"pue": 1.2}'.encode("utf-16")), "standard input: byte 1 is not UTF-8")


def test_nesting_without_end_is_refused(run: Any) -> None:
    assert_refused(run("[" * 200_000), "standard input: nested too deep")


@pytest.mark.parametrize("name", ["\\u001b[31m", "\\ud800", "<b>", "a\\nb", "é", "x" * 5000])
def test_a_hostile_name_takes_one_short_line(run: Any, name: str) -> None:
    answer = run(f'{{"{name}": 1}}')
    assert_refused(answer, "scenario: ")
    assert len(answer.err) < 120 and answer.err.rstrip("\n").isprintable()


def test_one_bad_scenario_keeps_the_others_from_being_answered(run: Any) -> None:
    assert_refused(run('[{}, {"pue": 9}]'), "scenario 2: pue: ")


# --- The command itself


def command(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "core", *arguments], input=stdin, capture_output=True, cwd=ROOT, check=False
    )


def test_a_reader_who_has_seen_enough_is_no_failure_to_tell_about() -> None:
    whole = [sys.executable, "-m", "core", "evaluate"]
    with subprocess.Popen(
        whole, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"{}")
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_the_command_answers_on_standard_output() -> None:
    done = command("evaluate", stdin=b'[{"horizon_year": 2028}]')
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)[0]["levers"]["horizon_year"] == 2028


def test_many_scenarios_are_told_as_few_are() -> None:
    """More than MANY are worked out in processes of their own; the text is that of one process, to the letter."""
    wanted = [{"horizon_year": 2028, "pue": 1.0 + number / MANY} for number in range(MANY)]
    done = command("evaluate", stdin=json.dumps(wanted).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    few = command("evaluate", stdin=json.dumps(wanted[-2:]).encode())
    assert done.stdout.endswith(few.stdout.removeprefix(b"[\n"))
    assert [one["levers"]["pue"] for one in json.loads(done.stdout)] == [one["pue"] for one in wanted]


def test_the_command_refuses_on_standard_error() -> None:
    done = command("evaluate", stdin=b'[{"pue": NaN}, {"tax": 1}]')
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines() == [
        "scenario 1: pue: nan is not a finite number; use a number from 1 to 2 (ratio)",
        "scenario 2: tax: there is no such lever",
    ]


def test_a_command_it_does_not_know_gets_usage_and_status_2() -> None:
    done = command("evaluat")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"usage: python -m core" in done.stderr


UNKNOWN = [(), ("evaluate", "--fast"), ("data",), ("data", "chek"), ("data", "check", "a", "b")]


@pytest.mark.parametrize("arguments", UNKNOWN)
def test_too_little_too_much_or_what_it_does_not_know_gets_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    assert "usage: python -m core" in said.err


def test_the_function_behind_it_keeps_the_shape_of_what_it_is_given() -> None:
    assert isinstance(evaluate_json(b'{"horizon_year": 2028}'), dict)
    assert isinstance(evaluate_json(b'[{"horizon_year": 2028}]'), list)


# --- Data checked


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Any:
    def check(*arguments: Path | str) -> Answer:
        status = main(["data", "check", *map(str, arguments)])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return check


def test_sound_data_are_told_in_a_paragraph(check: Any) -> None:
    answer = check(FROZEN)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(f"{description(INPUTS)}\n{summary(INPUTS)}:\n")


def test_rows_that_are_not_borne_out_are_listed_up_to_forty_or_all_on_request(check: Any) -> None:
    lines = [str(one) for one in findings(INPUTS)]
    assert len(lines) > 40
    some, every = check(FROZEN).out.splitlines(), check(FROZEN, "--all").out.splitlines()
    assert some[2:] == [*lines[:40], f"and {len(lines) - 40} more, which --all lists"]
    assert every[2:] == lines


def test_a_strict_check_fails_on_them_and_on_nothing_else(check: Any, tmp_path: Path) -> None:
    assert check(FROZEN, "--strict").status == 1
    assert check(FROZEN, "--strict").out == check(FROZEN).out
    shutil.copytree(EXAMPLE_FOLDER, tmp_path, dirs_exist_ok=True)
    price = {"grade": "estimate", "source_id": "eia-epm-2026"}
    for line in range(2, 2 + len(rows_of(tmp_path, "power_prices.csv"))):
        put(tmp_path, "power_prices.csv", line, **price)
    uncited = {one.row for one in findings(EXAMPLE) if one.file == "sources.csv"} - {price["source_id"]}
    keep(tmp_path, "sources.csv", lambda row: row["source_id"] not in uncited)
    answer = check(tmp_path, "--strict")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.endswith("\nEvery row is borne out by what it cites.\n")


def test_what_may_not_have_been_meant_is_noted_below(check: Any) -> None:
    odd = [f"Odd: {one}" for one in oddities(EXAMPLE, INPUTS)]
    assert odd
    answers = as_lines(moved(INPUTS, EXAMPLE))
    assert check(EXAMPLE_FOLDER).out.splitlines()[: 3 + len(odd) + len(answers)] == [
        description(EXAMPLE),
        "Note: Without levers.csv every belief is the model's own, and its source is `assumption`.",
        *odd,
        *answers,
        f"{summary(EXAMPLE)}:",
    ]


def test_how_the_answer_differs_is_told_against_the_data_in_use_or_others(check: Any, tmp_path: Path) -> None:
    shutil.copytree(FROZEN, tmp_path, dirs_exist_ok=True)
    put(tmp_path, "power_capacity.csv", 2, mw_it="5100")
    changed = load(tmp_path)
    told = as_lines(moved(INPUTS, changed))
    assert "\n".join(told) in check(tmp_path).out
    assert told[0] == f"1 change from data {INPUTS.data_version} to {changed.data_version}."
    assert "\n".join(as_lines(moved(changed, INPUTS))) in check(FROZEN, "--against", tmp_path).out
    assert "hold the same as the data before" in check(FROZEN, "--against", FROZEN).out
    refused = check(FROZEN, "--against", tmp_path / "nowhere")
    assert refused.status == 2 and f"{tmp_path / 'nowhere'} holds no data that can be used" in refused.err


def test_without_a_folder_the_data_are_those_that_the_product_would_work_on(check: Any) -> None:
    assert check().out == check(FROZEN).out


def test_all_that_is_wrong_with_data_is_told_at_once_a_line_each(check: Any, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE_FOLDER, tmp_path, dirs_exist_ok=True)
    put(tmp_path, "suppliers.csv", 3, name="<b>AMD</b>\n")
    put(tmp_path, "power_capacity.csv", 4, mw_it="lots")
    assert_refused(
        check(tmp_path),
        'power_capacity.csv line 4, mw_it: "lots" is not a number; expected ',
        'suppliers.csv line 3, name: "<b>AMD</b>\\n" has a character that cannot be seen; expected ',
    )


@pytest.mark.parametrize("name", ["nowhere", "a file"])
def test_what_is_no_folder_is_said(check: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").touch()
    assert_refused(
        check(tmp_path / name), f"{tmp_path / name}: there is no such folder or file; expected a folder of CSV files"
    )


def test_the_folder_that_a_variable_names_is_checked_before_anything_is_served(tmp_path: Path) -> None:
    environment = {**os.environ, DATA_VARIABLE: str(tmp_path / "gone")}
    done = subprocess.run(
        [sys.executable, "-m", "core", "data", "check"], env=environment, capture_output=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith('CROSSOVER_DATA: "')


# --- Backup and restore


class Shelf:
    """A store that the environment names, and the command line beside it."""

    def __init__(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self._capsys = store, capsys

    def save(self, *names: str) -> None:
        for name in names:
            self.store.save_new("Ann", name, snapshot(), request_key=key())

    @property
    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.store.library(Search()).entries)

    def run(self, *arguments: object) -> Answer:
        status = main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return Answer(status, captured.out, captured.err)


@pytest.fixture(params=KINDS)
def shelf(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Shelf]:
    """The store stays open throughout, as it is while the product runs."""
    address = fresh_address(request.param, tmp_path)
    if request.param == "sqlite":
        monkeypatch.delenv("CROSSOVER_DATABASE_URL", raising=False)
        monkeypatch.setenv("CROSSOVER_FOLDER", str(Path(address.database or "").parent))
    else:
        monkeypatch.setenv("CROSSOVER_DATABASE_URL", address.render_as_string(hide_password=False))
    store = Store.open(address)
    yield Shelf(store, capsys)
    store.close()


def test_a_backup_says_how_much_it_wrote_and_where(shelf: Shelf, tmp_path: Path) -> None:
    shelf.save("A")
    assert vars(shelf.run("backup", tmp_path / "1.db")) == vars(
        Answer(0, f"1 scenario written to {tmp_path}/1.db\n", "")
    )
    shelf.save("B")
    assert shelf.run("backup", tmp_path / "2.db").out == f"2 scenarios written to {tmp_path}/2.db\n"


def test_a_restore_brings_the_backup_back_and_says_where_it_kept_what_was_there(shelf: Shelf, tmp_path: Path) -> None:
    shelf.save("A")
    shelf.run("backup", tmp_path / "a.db")
    shelf.save("B")
    answer = shelf.run("restore", tmp_path / "a.db")
    assert (answer.status, answer.err) == (0, "")
    first, second = answer.out.splitlines()
    assert first == f"1 scenario brought back from {tmp_path}/a.db"
    assert shelf.names == ["A"]
    kept = Path(second.removeprefix("What was saved before is in "))
    assert kept.parent == tmp_path and kept.name.startswith("before-restore-")
    assert shelf.run("restore", kept, "--keep", tmp_path / "mine.db").out.splitlines() == [
        f"2 scenarios brought back from {kept}",
        f"What was saved before is in {tmp_path}/mine.db",
    ]
    assert shelf.names == ["A", "B"]
    shelf.save("C")
    assert shelf.names == ["A", "B", "C"]


def test_a_restore_into_an_empty_store_keeps_nothing_and_says_nothing_of_it(shelf: Shelf, tmp_path: Path) -> None:
    other = Store.open(fresh_address("sqlite", tmp_path / "other"))
    other.save_new("Ann", "A", snapshot(), request_key=key())
    other.close()
    answer = shelf.run("restore", tmp_path / "other" / "store" / "crossover.db")
    assert answer.out == f"1 scenario brought back from {tmp_path}/other/store/crossover.db\n"
    assert shelf.names == ["A"]


def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    shelf.save("A")
    (tmp_path / "mine").write_text("mine")
    shelf.run("backup", tmp_path / "a.db")
    for arguments, words in (
        (("backup", tmp_path / "mine"), "exists already; name a file that does not"),
        (("backup", tmp_path / "nowhere" / "b.db"), "name a file in a folder that can"),
        (("restore", tmp_path / "none.db"), "is not there; name the file of a backup"),
        (("restore", tmp_path / "mine"), "is damaged or no backup"),
        (("restore", tmp_path / "a.db", "--keep", tmp_path / "mine"), "exists already; name a file that does not"),
    ):
        answer = shelf.run(*arguments)
        assert (answer.status, answer.out, len(answer.problems)) == (2, "", 1)
        assert words in answer.err
    assert shelf.names == ["A"]
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_damaged_store_is_put_right_as_its_message_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CROSSOVER_DATABASE_URL", raising=False)
    monkeypatch.setenv("CROSSOVER_FOLDER", str(tmp_path / "var"))
    store = Store.open()
    store.save_new("Ann", "A", snapshot(), request_key=key())
    assert main(["backup", str(tmp_path / "a.db")]) == 0
    store.close()
    file = tmp_path / "var" / "crossover.db"
    file.write_bytes(b"\x00" * 5000)
    capsys.readouterr()
    assert main(["restore", str(tmp_path / "a.db")]) == 2
    assert "Move it and the files beside it that begin with its name away" in capsys.readouterr().err
    file.rename(tmp_path / "damaged.db")
    assert main(["restore", str(tmp_path / "a.db")]) == 0
    assert Store.open().library(Search()).total == 1


def test_the_command_backs_up_and_restores_beside_a_running_product(tmp_path: Path) -> None:
    environment = {**os.environ, "CROSSOVER_DATABASE_URL": "", "CROSSOVER_FOLDER": str(tmp_path / "var")}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        whole = [sys.executable, "-m", "core", *arguments]
        return subprocess.run(whole, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    store = Store.open(db.file_address(tmp_path / "var" / db.FILE_NAME))
    store.save_new("Ann", "A", snapshot(), request_key=key())
    done = command("backup", str(tmp_path / "a.db"))
    assert (done.returncode, done.stderr) == (0, "")
    store.save_new("Ann", "B", snapshot(), request_key=key())
    done = command("restore", str(tmp_path / "a.db"))
    assert (done.returncode, done.stderr) == (0, "")
    assert [entry.name for entry in store.library(Search()).entries] == ["A"]
    store.close()
