"""The trace page: one HTML file, without network, that steps through a run in a browser.

    write a file:  Path("run.html").write_text(page(trace), encoding="utf-8")

`page.html` is the document and `page.css` its style. `timeline.js` computes the state at an event. `panels.js` displays
this state. `search.js` finds the changes of a variable. `page.js` handles keys and buttons. All text from the program
is in one JSON element and is inserted into the page as text nodes. The content security policy of the page permits only
its own script, and no requests.
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
    """Return the page of a trace as a complete document, to be written as UTF-8."""
    style = _file("page.css")
    script = "(() => {\n\"use strict\";\n" + "".join(map(_file, _SCRIPTS)) + "})();"
    parts = {
        "POLICY": f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        "TITLE": html.escape(_printable(trace.program_id) or "a run"),
        "STYLE": style,
        "DATA": as_inert_json(page_data(trace)),
        "SCRIPT": script,
    }
    # in one pass, so that a placeholder in the text of a program is not replaced
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda match: parts[match[1]], _file("page.html"))


def as_inert_json(value: Any) -> str:
    """Return the value as JSON in ASCII without the character `<`; such a text cannot start or end an HTML element."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _printable(text: str) -> str:
    """Return the text with U+FFFD in place of each character that is not printable.

    UTF-8 and HTML cannot contain some of these characters.
    """
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
