"""What a page tells the browser about itself, so that it can ask for what a move would make of it."""

from __future__ import annotations

from typing import Any, Final

from core.inputs.checked import VIEW
from core.serve import cookies
from core.store.database import StoreError
from pages.parts.live import component
from pages.parts.live.following import FOLLOWING
from pages.parts.widgets import figures, views
from pages.parts.work import dataset, identity, session
from pages.parts.work.steps import Step

PAGE: Final = "page"


def draw(name: str) -> None:
    """Let the page of this name follow the levers, if it can; call it once the page is drawn.

    What stands on data that somebody brought carries a pass, for the rights to them were checked when they were named.
    """
    if name not in FOLLOWING:
        return
    data_version, key = "", identity.who().key
    if dataset.standing() is not None:
        data_version = dataset.in_use().data_version
    try:
        shown = cookies.data_pass(data_version, key) if data_version and key else ""
    except StoreError:
        return
    asks = {
        "page": name,
        "mode": figures.mode(),
        "data": data_version,
        "pass": shown,
        "looks": {one.removeprefix(VIEW): text for one, text in views.in_address().items()} | views.beside_address(),
        **_asks(session.history().now),
    }
    component.show(PAGE, PAGE, {"asks": asks, "leads": _leads()})


def _asks(step: Step) -> dict[str, Any]:
    """Return what is asked of a step of the work: its levers off base, and the name of what it was made from."""
    levers = {lever: str(value) for lever, value in step.scenario.changes.items()}
    return {"levers": levers, "name": "" if step.origin is None else step.origin.name}


def _leads() -> dict[str, dict[str, Any]]:
    """Return what buttons lead to, by their keys; a step on other data is asked of the page's script alone."""
    steps = session.history()
    now, saved = steps.now, session.origin()
    found = {"undo": steps.past[-1:], "redo": steps.future[:1], "reset_all": (now.at(dataset.in_use().base),)}
    found["reset_to_saved"] = () if saved is None else (now.at(saved.scenario),)
    return {name: _asks(one) for name, some in found.items() for one in some if one.standing == now.standing}
