"""Pages that are not Streamlit's: where a link leads, and one that says one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import jinja2
from starlette.responses import HTMLResponse

PRODUCT: Final = "Crossover"
NOT_KEPT: Final = {"Cache-Control": "no-store"}

_TEMPLATES: Final = jinja2.Environment(
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    loader=jinja2.DictLoader(
        {
            "link.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={{ target }}">
<meta property="og:site_name" content="{{ product }}">
<meta property="og:title" content="{{ name }} · {{ product }}">
<title>{{ name }} · {{ product }}</title>
</head>
<body><a href="{{ target }}">{{ name }}</a></body>
</html>
""",
            "sentence.html": """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{{ product }}</title>
<style>body { font: 1.125rem/1.5 sans-serif; margin: 20vh auto; max-width: 32rem; padding: 0 1.5rem }</style>
</head>
<body><h1>{{ product }}</h1><p>{{ sentence }}</p><p><a href="/">Open {{ product }}</a></p></body>
</html>
""",
        }
    ),
)
"""Values are escaped."""


def page(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Return a page that says one thing. As an answer to a websocket that is asked for, it refuses it."""
    return _html("sentence.html", status, headers, sentence=sentence)


def too_often(seconds: int, what: str) -> HTMLResponse:
    """Return the answer to who has done `what` too often and has to wait for so many seconds."""
    wait = "a second" if seconds == 1 else f"{seconds} seconds"
    return page(f"Too many {what} came from here. Wait {wait} and try again.", 429, {"Retry-After": str(seconds)})


def link(name: str, target: str) -> HTMLResponse:
    """Return the page that says a scenario's name to previews and takes browsers to it."""
    return _html("link.html", name=name, target=target)


def _html(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: str) -> HTMLResponse:
    text = _TEMPLATES.get_template(template).render(product=PRODUCT, **values)
    return HTMLResponse(text, status_code=status, headers={**NOT_KEPT, **(headers or {})})
