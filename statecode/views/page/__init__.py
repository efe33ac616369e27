"""The trace page: one HTML file, without network, that steps through a run in a browser.

    write_page(trace, "run.html")   # write the file
    show_page(trace)                # display it in a notebook, or open it in a browser
    page(trace)                     # the text of the file
    write_page(predicted, "run.html", Comparison(...))  # a predicted run, compared with the real one

`page.html` is the document and `page.css` its style. `timeline.js` computes the state at an event. `panels.js` displays
this state. `search.js` finds the changes of a variable. `comparison.js` compares a predicted run with the real one.
`page.js` handles keys and buttons. All text from the program is in one JSON element and is inserted into the page as
text nodes. The content security policy of the page permits only its own script, and no requests.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import sys
import tempfile
import webbrowser
from importlib import resources
from pathlib import Path
from typing import Any

from statecode.records import Trace
from statecode.terminal import print_line
from statecode.views.page.data import Comparison, page_data, predicted_data

_MAX_FRAME_BYTES = 4_000_000  # of a page in a notebook, whose file contains it
_SCRIPTS = ("timeline.js", "panels.js", "search.js", "comparison.js", "page.js")


def page(trace: Trace, comparison: Comparison | None = None) -> str:
    """Return the page of a trace as a complete document, to be written as UTF-8.

    Args:
        comparison: if the trace was predicted, the real run; the page then shows both.
    """
    data = page_data(trace) if comparison is None else predicted_data(trace, comparison)
    style = _file("page.css")
    script = "(() => {\n\"use strict\";\n" + "".join(map(_file, _SCRIPTS)) + "})();"
    parts = {
        "POLICY": f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        "TITLE": html.escape(_printable(trace.program_id) or "a run"),
        "STYLE": style,
        "DATA": as_inert_json(data),
        "SCRIPT": script,
    }
    # in one pass, so that a placeholder in the text of a program is not replaced
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda match: parts[match[1]], _file("page.html"))


def write_page(trace: Trace, path: str | os.PathLike[str], comparison: Comparison | None = None) -> Path:
    """Write the page of a trace to a file, and return its path.

    Args:
        comparison: see `page`.

    Raises:
        OSError: the file cannot be written.
    """
    written = Path(path)
    written.write_text(page(trace, comparison), encoding="utf-8")
    return written


def show_page(trace: Trace) -> None:
    """Display the page of a trace in a notebook, or else open it in a browser, from a new temporary file."""
    if _is_notebook():
        from IPython.display import display

        display({"text/html": page_frame(trace)}, raw=True)
        return
    file, name = tempfile.mkstemp(prefix="statecode_", suffix=".html")
    os.close(file)
    open_page(write_page(trace, name))


def open_page(path: Path) -> None:
    """Open a written page in a browser; without a browser, print its path to stderr."""
    if not webbrowser.open(path.resolve().as_uri()):
        print_line(f"no browser found; the page is {path}", sys.stderr)


def page_frame(trace: Trace) -> str:
    """Return an HTML element that contains the page of a trace, for notebooks.

    The element is an inline frame. Its document has no access to the notebook around it.
    """
    text = page(trace)
    if len(text) > _MAX_FRAME_BYTES:
        return (f"<p>The page of this trace has {len(text) / 1e6:.1f} MB, too much for a notebook. Write it to a file: "
                f"<code>recording.html(path)</code> or <code>write_page(trace, path)</code>.</p>")
    return (f'<iframe srcdoc="{html.escape(text)}" sandbox="allow-scripts" title="trace page" '
            f'style="width: 100%; height: 640px; border: 1px solid #8888; resize: vertical"></iframe>')


def _is_notebook() -> bool:
    """Return True in a Jupyter kernel, whose front end displays HTML."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


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
