"""What a page tells the browser about itself, so that it can ask for what a move would make of it."""

from __future__ import annotations

from typing import Final

from core.exports.catalogue import PAGES
from core.inputs.checked import VIEW
from core.serve import cookies
from core.store.database import StoreError
from pages.parts.live import component
from pages.parts.widgets import figures, views
from pages.parts.work import dataset, identity, session

PAGE: Final = "page"


def draw(name: str) -> None:
    """Let the page of this name follow the sliders, if it can; call it once the page is drawn.

    What stands on data that somebody brought carries a pass, for the rights to them were checked when they were named.
    """
    if name not in PAGES or PAGES[name].looked_at is None:
        return
    data_version, key = "", identity.who().key
    if dataset.standing() is not None:
        data_version = dataset.in_use().data_version
    try:
        shown = cookies.data_pass(data_version, key) if data_version and key else ""
    except StoreError:
        return
    component.show(
        PAGE,
        PAGE,
        {
            "asks": {
                "page": name,
                "mode": figures.mode(),
                "data": data_version,
                "pass": shown,
                "levers": {lever: str(value) for lever, value in session.current().changes.items()},
                "looks": {one.removeprefix(VIEW): text for one, text in views.in_address().items()},
            }
        },
    )
