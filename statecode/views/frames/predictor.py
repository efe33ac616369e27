"""Predict the events of the view `frames` from the text of their lines; used by its writer and its reader."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from statecode.records import EventKind
from statecode.views.event_predictor import STARTING, EventPredictor
from statecode.views.frames.tokens import Tokens

UNCHANGED = '".."'  # replaces the value of an unchanged variable; a changed value with this text is put in brackets
TOKEN_OF = {
    EventKind.CALL: "call", EventKind.START_GENERATOR: "call", EventKind.REENTER_GENERATOR: "call",
    EventKind.COMPREHENSION: "call", EventKind.LINE: "line", EventKind.RETURN: "ret", EventKind.YIELD: "ret",
    EventKind.COMPREHENSION_RESULT: "ret", EventKind.EXCEPTION: "exception",
}
"""Kind of event → the field of `Tokens` that contains the first token of the event."""
KIND_OF = {"call": EventKind.CALL, "line": EventKind.LINE, "ret": EventKind.RETURN, "exception": EventKind.EXCEPTION}
"""Field of `Tokens` → the kind of an event with this token, unless the text contains another `kind`."""

_DEFINITION = re.compile(r"(?:async )?def (\w+)")


class SourcePredictor(EventPredictor):
    """An event predictor that knows the source, and predicts the line of an event from the text of the line."""

    def __init__(self, code: str, tokens: Tokens) -> None:
        super().__init__()
        lines = io.StringIO(code, newline="")  # the lines as Python numbers them, with line ends
        self._texts = ["" if tokens.pattern.search(line) else line for line in lines]
        self._lines_of_text: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts, 1):
            self._lines_of_text.setdefault(text, []).append(number)
        self._lines_of_text.pop("", None)

    def text(self, line: int) -> str:
        """Return the text of a line; empty if the source has no such line, or if it contains a special token."""
        return self._texts[line - 1] if 1 <= line <= len(self._texts) else ""

    def _predict_line(self, known: Mapping[str, Any]) -> int:
        """Return the next line after the frame's last line that has the text of the event; 0 if no line has this text.

        After the end of the source, the search continues at its start. If the frame's last line has the text of the
        event, and the event is neither a LINE nor the start of a frame, the last line is returned.
        """
        text, last = known["text"], self.last_line(known["frame"])
        if known["kind"] is not EventKind.LINE and known["kind"] not in STARTING and self.text(last) == text:
            return last
        numbers = self._lines_of_text.get(text)
        if numbers is None:
            return 0
        return numbers[bisect_right(numbers, last) % len(numbers)]

    def _predict_function(self, known: Mapping[str, Any]) -> str:
        definition = _DEFINITION.match(known["text"])
        if definition and known["frame"] not in self.frames and known["line"] not in self._starts:
            return definition[1]
        return super()._predict_function(known)


def shown_fields(token: str, text: str, value: str | None, detail: str | None) -> dict[str, Any]:
    """Return the fields of an event that the text always contains: the text of the line, and the value or the detail.

    Args:
        token: the field of `Tokens` with which the event starts.
    """
    shown: dict[str, Any] = {"text": text}
    if token == "ret":
        shown["value"] = value
    elif token == "exception":
        shown["detail"] = detail
    return shown
