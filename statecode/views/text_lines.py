"""Any view as text, for printing and measuring; each row is written as a JSON object on one line."""

from __future__ import annotations

import json

from statecode.records import Trace
from statecode.views import VIEWS, render, rows


def text_of(trace: Trace, view: str, max_characters: float | None = None) -> str:
    """Return the text of `trace` in a view; for a view that has rows, each row as a JSON object on one line.

    Args:
        max_characters: limit on the length of a text, as in `statecode.views.render`.

    Raises:
        ConfigError: there is no such view.
        TextLengthError: the text is longer than the limit.
    """
    if VIEWS.find(view).is_text:
        return render(trace, view, max_characters)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows(trace, view))
