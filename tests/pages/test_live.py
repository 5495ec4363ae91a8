"""What pages show while a slider is dragged: the same, to the digit, that they show once it is let go."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import settings
from starlette.requests import Request
from starlette.responses import Response

from core.exports.catalogue import PAGES
from core.inputs import shares
from core.inputs.data import bundled
from core.inputs.evidence import data_date
from core.inputs.lever import Lever
from core.inputs.lever_table import adoption
from core.inputs.presets import name_of
from core.serve import cookies
from core.serve.rates import Rates
from core.serve.visitors import IS_KNOWN, VISITOR
from core.story.answer import Answer
from core.story.drawn import SAID, STRIP, as_json, drawn, drawn_head, part_in
from core.story.finding import evidence_line, subtitle
from core.story.lines import GUESSWORK, SUBTITLE
from pages.parts.kept import shelf
from pages.parts.live import route
from pages.parts.live.route import AskError, Live
from pages.parts.widgets import lever
from tests.support.pages import at_page, title
from tests.support.visit import handed, move

KEY = cookies.new_key()
LIVE = [name for name, page in PAGES.items() if page.looked_at is not None]
IS_LONG = settings.get_current_profile_name() == "long"
MOVES, LET_GO = (200, 20) if IS_LONG else (4, 1)
"""Random moves on each page: asked on the way, and let go."""
each_live_page = pytest.mark.parametrize("page", LIVE)


def ask(page: str, of: list[tuple[str, float]], *places: str, **others: Any) -> bytes:
    said = {
        "page": page, "mode": "light", "data": "", "pass": "", "levers": {}, "looks": {}, "name": "",
        "moved": [[lever.name(lever.SLIDER, bundled().levers[name]), value] for name, value in of],
        "figures": {place: [] for place in places},
    }  # fmt: skip
    return json.dumps({**said, **others}).encode()


def shown(body: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(as_json(route.shown(route.asked(body, KEY))))
    return answer


def numeric() -> list[Lever]:
    return [one for one in bundled().levers.values() if one.is_numeric]


def somewhere(one: Lever, dice: random.Random) -> float:
    """A value that the lever's slider can be at."""
    steps = round((one.maximum - one.minimum) / one.step)
    return round(one.minimum + dice.randint(0, steps) * one.step, 10)


@each_live_page
def test_a_page_follows_a_dragged_slider_with_the_words_and_figures_of_its_declarations(page: str) -> None:
    dice, inputs = random.Random(page), bundled()
    declared = PAGES[page]
    places = [STRIP, *([SAID] if declared.head.said else []), SUBTITLE, GUESSWORK, *declared.figures]
    shelf.clear()
    for _ in range(MOVES):
        one = dice.choice(numeric())
        value = somewhere(one, dice)
        said = shown(ask(page, [(one.id, value)], *places))
        scenario = shares.with_setting(inputs, inputs.base, one.id, one.value(value))
        assert declared.looked_at is not None
        view = declared.looked_at(Answer.of(inputs, scenario), lambda _, options, default: default, lambda *_: None)
        assert said["title"] == declared.head.title(view)
        assert said["figures"].get(STRIP) == (
            None if declared.head.waits else json.loads(as_json(drawn_head(declared.head, view)))
        )
        assert said["figures"][SUBTITLE]["text"] == subtitle(
            view.answer, name_of(inputs.presets, scenario), data_date(inputs)
        )
        assert said["figures"][GUESSWORK]["text"] == evidence_line(view.answer)
        if declared.head.said is not None:
            assert said["figures"][SAID]["text"] == declared.head.said(view)
        for name, figure in declared.figures.items():
            if figure.waits:
                assert name not in said["figures"]
                continue
            assert said["figures"][name] == json.loads(as_json(drawn(figure, view, "light"))), (name, one.id, value)


@pytest.mark.parametrize("page", [name for name in LIVE if name != "risk"])  # whose script ends with long work
def test_what_the_script_draws_when_the_slider_is_let_go_is_what_was_shown_on_the_way(page: str) -> None:
    at, dice = at_page(f"{page}.py"), random.Random(page)
    for _ in range(LET_GO):
        asks = next(one for one in handed(at) if one["kind"] == "page")["asks"]
        assert asks["page"] == page
        share = dice.choice([adoption(one) for one in bundled().workloads])
        value = somewhere(bundled().levers[share], dice)
        moved = [[lever.name(lever.SLIDER, bundled().levers[share]), value]]
        on_the_way = shown(json.dumps({**asks, "moved": moved, "figures": places_on(at)}).encode())
        move(at, share, value)
        if page != "explore":  # whose title says the odds once they are known
            assert title(at) == plain(on_the_way["title"])
        for one in handed(at):
            if one["kind"] == STRIP:
                on_page, before = one["metrics"], on_the_way["figures"][STRIP]["metrics"]
                assert [_figures(metric) for metric in on_page] == [_figures(metric) for metric in before]
            elif one["kind"] == "figure" and not PAGES[page].figures[part_in(one["name"])[1]].waits:
                same = {name: value for name, value in one.items() if name not in ("kind", "vega", "begins")}
                assert on_the_way["figures"][one["name"]] == same, one["name"]


def _figures(metric: Mapping[str, Any]) -> list[Any]:
    """What a headline figure says without its odds, which settle later."""
    return [metric[part] for part in ("label", "value", "change", "good")]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def places_on(at: Any) -> dict[str, list[str]]:
    return {one["name"]: [] for one in handed(at) if one["kind"] != "page"}


def test_what_a_reader_has_picked_is_looked_at_on_the_way_too() -> None:
    years = shown(ask("cost", [], "cash"))["figures"]["cash"]
    quarters = shown(ask("cost", [], "cash", looks={"cost_grain": "Quarters"}))["figures"]["cash"]
    assert len(quarters["charts"][0]["columns"]["period"]) == 4 * len(years["charts"][0]["columns"]["period"])
    unknown = shown(ask("cost", [], "cash", looks={"cost_grain": "Decades"}))["figures"]["cash"]
    assert unknown == years


def test_a_specification_that_the_page_has_is_not_sent_again() -> None:
    whole = shown(ask("explore", [], "spending"))["figures"]["spending"]["charts"][0]
    again = shown(ask("explore", [], figures={"spending": [whole["spec_name"]]}))["figures"]["spending"]["charts"][0]
    assert whole.pop("spec")["layer"]
    assert again == whole


def test_sliders_that_moved_after_each_other_are_set_in_that_order() -> None:
    first, second = [one.id for one in numeric()][:2]
    asked = route.asked(ask("explore", [(first, 0.2), (second, 0.3), (first, 0.4)]), KEY)
    assert asked.scenario == bundled().base.replace(**{first: 0.4, second: 0.3})
    assert route.asked(ask("explore", [], levers={first: "0.2"}), KEY).scenario[first] == 0.2


# --- What is refused


FIRST = next(iter(bundled().levers))
WRONG: Mapping[str, tuple[bytes, str]] = {
    "no JSON": (b"\xff{", "not JSON"),
    "too deep": (b"[" * 60_000, "not JSON"),
    "a list": (b"[]", "not an object"),
    "no page": (ask("nowhere", []), "no such page"),
    "a page that does not follow": (ask("compare", []), "no such page"),
    "no lever": (ask("explore", [], levers={"spare": "1"}), "'spare' is no lever"),
    "a lever out of bounds": (ask("explore", [], levers={FIRST: "7"}), "out of bounds"),
    "a slider out of bounds": (ask("explore", [(FIRST, -1)]), "out of bounds"),
    "a slider that is none": (ask("explore", [], moved=[["slider_x", 1]]), "nothing that moves a lever"),
    "not a number": (ask("explore", [(FIRST, True)]), "is not a number"),
    "a number that is none": (ask("explore", [(FIRST, float("nan"))]), "not a finite number"),
    "too many sliders": (ask("explore", [(FIRST, 0.5)] * 21), "at most a few"),
    "a figure of another page": (ask("explore", [], "lives"), "no figure of the name 'lives'"),
    "too many figures": (ask("explore", [], *map(str, range(99))), "more figures than the page has"),
    "another mode": (ask("explore", [], mode="sepia"), "no such page or mode"),
    "data without a pass": (ask("explore", [], data="57ed6ffc248e"), "not shown to this browser"),
    "somebody else's pass": (
        ask("explore", [], **{"data": "57ed6ffc248e", "pass": cookies.data_pass("57ed6ffc248e", cookies.new_key())}),
        "not shown to this browser",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_no_page_asks_is_refused_in_words(wrong: str) -> None:
    body, why = WRONG[wrong]
    with pytest.raises(AskError, match=why):
        shown(body)
    answer = asyncio.run(answered(Live(Rates(per_second=1, burst=9)), body))
    assert answer.status_code == 400
    assert why in bytes(answer.body).decode()


def request(body: bytes, known: bool = True, **headers: str) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request(
        {"type": "http", "method": "POST", "path": "/live", "headers": named, VISITOR: KEY, IS_KNOWN: known}, receive
    )


async def answered(live: Live, body: bytes, **settings: Any) -> Response:
    return await live.answer(request(body, **settings))


def test_only_a_browser_with_its_cookie_is_answered_and_not_without_end() -> None:
    live, body = Live(Rates(per_second=1 / 60, burst=2)), ask("explore", [], STRIP)

    async def several() -> list[int]:
        return [(await answered(live, body, known=known)).status_code for known in (False, True, True, True)]

    assert asyncio.run(several()) == [403, 200, 200, 429]


def test_one_browser_has_two_moves_under_way_at_most() -> None:
    live, body = Live(Rates(per_second=9, burst=9)), ask("explore", [], STRIP)

    async def at_once() -> list[int]:
        answers = await asyncio.gather(*(answered(live, body) for _ in range(4)))
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(at_once()) == [200, 200, 429, 429]
    assert asyncio.run(answered(live, body)).status_code == 200


def test_first_odds_are_drawn_ahead_where_a_thumb_rests_and_not_where_it_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = []
    monkeypatch.setattr(route.odds, "begin_first", lambda _, scenario: begun.append(scenario["custom_cost"]))
    live = Live(Rates(per_second=9, burst=9))

    async def asked(*bodies: bytes) -> list[float]:
        for body in bodies:
            await answered(live, body)
        await asyncio.sleep(4 * route.REST_SECONDS)
        return begun

    on_the_way = [ask("explore", [("custom_cost", value)], STRIP) for value in (0.9, 1.1, 1.2)]
    assert asyncio.run(asked(*on_the_way)) == [1.2]
    assert asyncio.run(asked(ask("explore", [("custom_cost", 99.0)], STRIP))) == [1.2], "what is refused rests nowhere"
    assert live._resting == {}


def test_an_answer_is_kept_by_nobody_and_packed_where_that_pays() -> None:
    live = Live(Rates(per_second=9, burst=9))
    small = asyncio.run(answered(live, ask("explore", [], STRIP), accept_encoding="gzip"))
    large = asyncio.run(answered(live, ask("explore", [], *PAGES["explore"].figures), accept_encoding="gzip, br"))
    assert "content-encoding" not in small.headers
    assert large.headers["content-encoding"] == "gzip"
    assert small.headers["cache-control"] == large.headers["cache-control"] == "no-store"
