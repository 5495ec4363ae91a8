"""The component that draws figures in the browser and redraws them while a slider is dragged: see assets/live.js.

Charts are drawn with the Vega that Streamlit brings along, which the browser has from its own charts: the files of
Streamlit's frontend are asked for by name, and each name holds a hash of its content.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.delta_generator_singletons import get_dg_singleton_instance
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.proto.BidiComponent_pb2 import BidiComponent

from core.story.drawn import as_json

HERE: Final = Path(__file__).resolve().parent
PACKAGE, NAME, ASSETS, SCRIPT = "crossover", "live", "assets", "live.js"
_FRONTEND: Final = Path(st.__file__).resolve().parent / "static"
_VEGA: Final = ("embed", "vega-interpreter")
"""Files of Streamlit's frontend: Vega with Vega-Lite, and what reads expressions without making code of them."""


class FrontendError(RuntimeError):
    """Streamlit's frontend is not the one that this was written for; the message says what is missing."""


def show(key: str, kind: str, data: dict[str, Any]) -> None:
    """Draw `data`, which is JSON, under a key: what becomes of it says `kind`, see assets/live.js.

    It is no widget, for nothing comes back from it: so it may be drawn again in the same run once more is known, and
    stays what it was in the browser.
    """
    message = BidiComponent()
    message.id = f"$$ID-{NAME}-{key}"
    message.component_name = f"{PACKAGE}.{NAME}"
    message.js_source_path = SCRIPT
    message.isolate_styles = False
    message.bytes = as_json({**data, "kind": kind, "vega": vega_files()})
    _register()
    get_dg_singleton_instance().main_dg._enqueue(
        "bidi_component", message, layout_config=LayoutConfig(width="stretch", height="content")
    )


def _register() -> None:
    """Let the server, of which tests have many, hand out the component's files."""
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{PACKAGE}.{NAME}") is None:
        manager.register_from_manifest(ComponentManifest(PACKAGE, "1", [ComponentConfig(NAME, ASSETS)]), HERE)


@cache
def vega_files() -> tuple[str, ...]:
    """Return the addresses of Vega and its reader of expressions; raises FrontendError if there are none."""
    found = []
    for name in _VEGA:
        files = sorted((_FRONTEND / "static" / "js").glob(f"{name}.*.js"))
        if len(files) != 1:
            raise FrontendError(f"Streamlit's frontend has {len(files)} files {name}.*.js where there should be one")
        found.append(f"/{files[0].relative_to(_FRONTEND).as_posix()}")
    return tuple(found)
