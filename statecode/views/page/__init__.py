"""The trace page: one HTML file, without network, that steps through a run in a browser.

    write a file:  Path("run.html").write_text(page(trace), encoding="utf-8")

`page.html` is the form, `page.css` the looks; `timeline.js` answers what was true at an event, `panels.js` shows it,
`search.js` finds a variable's changes, `page.js` has the keys. Whatever a program can write stands in one JSON element
and reaches the page as text nodes. The page's policy lets nothing but its own script run and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources
from typing import Any

from statecode.records import Trace
from statecode.views.page.data import page_data

_SCRIPTS = ("timeline.js", "panels.js", "search.js", "page.js")


def page(trace: Trace) -> str:
    """Give the page of a trace; written as UTF-8 it is complete."""
    style = _file("page.css")
    script = "(() => {\n\"use strict\";\n" + "".join(map(_file, _SCRIPTS)) + "})();"
    parts = {
        "POLICY": f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        "TITLE": html.escape(_printable(trace.program_id) or "a run"),
        "STYLE": style,
        "DATA": as_inert_json(page_data(trace)),
        "SCRIPT": script,
    }
    # in one pass: a program that spells a placeholder gets it shown, not filled
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda match: parts[match[1]], _file("page.html"))


def as_inert_json(value: Any) -> str:
    """JSON in ASCII that can end no HTML element and begin none, whatever its strings say."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _printable(text: str) -> str:
    """Without what UTF-8 or HTML cannot hold."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
