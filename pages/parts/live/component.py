"""The component that draws figures in the browser and redraws them while a slider is dragged: see assets/live.js.

Charts are drawn with the Vega that Streamlit brings along, which the browser has from its own charts: the files of
Streamlit's frontend are asked for by name, and each name holds a hash of its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.delta_generator import DeltaGenerator
from streamlit.delta_generator_singletons import get_dg_singleton_instance
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import register_widget
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

from core.serve.frontend import SCRIPTS, VEGA, address
from core.story.drawn import as_json

HERE: Final = Path(__file__).resolve().parent
PACKAGE, NAME, ASSETS, SCRIPT = "crossover", "live", "assets", "live.js"
_FRONTEND: Final = Path(st.__file__).resolve().parent / "static"
_TELLS: Final = "__events"
"""What Streamlit calls the widget that stands for all that a component tells."""


def show(
    key: str,
    kind: str,
    data: dict[str, Any],
    on_pick: Callable[[], None] | None = None,
    at: DeltaGenerator | None = None,
) -> DeltaGenerator:
    """Draw `data`, which is JSON, under a key: what becomes of it says `kind`, see assets/live.js.

    It may be drawn again in the same run once more is known, `at` what is returned here, and stays what it was in the
    browser: it is no widget, unless something of it can be clicked, and then one by the first drawing alone. After a
    click `on_pick` is called, to which `picked` says what was clicked.
    """
    message = BidiComponent()
    message.id = f"$$ID-{NAME}-{key}"
    message.component_name = f"{PACKAGE}.{NAME}"
    message.js_source_path = SCRIPT
    message.isolate_styles = False
    message.bytes = as_json({**data, "kind": kind, "vega": vega_files()})
    register()
    if on_pick is not None:
        register_widget(
            f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{message.id}{_TELLS}",
            deserializer=lambda text: json.loads(text) if text else [],
            serializer=json.dumps,
            ctx=get_script_run_ctx(),
            on_change_handler=on_pick,
            value_type="json_trigger_value",
        )
    return (at or get_dg_singleton_instance().main_dg)._enqueue(
        "bidi_component", message, layout_config=LayoutConfig(width="stretch", height="content")
    )


def picked(key: str) -> dict[str, Any]:
    """Return what the mark that was clicked in a figure stands for, by column; nothing if none was."""
    told = st.session_state.get(f"{key}{_TELLS}") or []
    values = [one.get("value") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return next((one for one in values if isinstance(one, dict)), {})


def register() -> None:
    """Let the server, of which tests have many, hand out the component's files, which browsers fetch ahead."""
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{PACKAGE}.{NAME}") is None:
        manager.register_from_manifest(ComponentManifest(PACKAGE, "1", [ComponentConfig(NAME, ASSETS)]), HERE)


@cache
def vega_files() -> tuple[str, ...]:
    """Return the addresses of Vega and its reader of expressions; raises FrontendError if there are none."""
    return tuple(address(_FRONTEND, SCRIPTS, name) for name in VEGA)
