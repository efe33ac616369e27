"""Any view as text, for printing and measuring; each row is written as a JSON object on one line."""

from __future__ import annotations

import json

from statecode.records import Trace
from statecode.views import VIEWS, render, rows


def text_of(trace: Trace, view: str) -> str:
    """Return the text of `trace` in a view; for a view that has rows, each row as a JSON object on one line.

    Raises:
        ConfigError: there is no such view.
    """
    if VIEWS.find(view).is_text:
        return render(trace, view)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows(trace, view))
