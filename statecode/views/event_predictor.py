"""Predict the fields of the next event, so that the views `frames` and `full-state` write only the residual.

An `EventPredictor` processes a trace event by event. The text of a view always contains some fields of an event. The
view passes these fields, and the predictor predicts the other fields from them and from the earlier events. The writer
of a view writes the fields that differ from the prediction, the residual. The reader reads the residual, and takes the
remaining fields from the same prediction.

The predictor of the view `compact` has other rules (`compact.predictor`). Both predictors are a `FrameFollower`, which
determines the thread, the frame that continues, the number of a new frame and the depth of an entered frame. The texts
of the views depend on the rules that differ:

- function: `compact` predicts it from the definitions in the source, `frames` from the text of the line; `full-state`
  always contains it.
- frame of a resumed generator: `compact` may predict a generator that has been closed; these views do not.
- from_line: see `next_from_line` and `CompactFrame.advances`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from statecode.frame_follower import Frame, FrameFollower
from statecode.records import ENTERING, LEAVING, Change, Event, EventKind

STARTING = ENTERING - {EventKind.REENTER_GENERATOR}
"""The kinds of event that start a frame."""

_FIELD_ORDER = ("thread", "frame", "line", "depth", "function", "from_line", "value", "detail")
_TYPES = {"thread": int, "frame": int, "line": int, "depth": int, "function": str, "from_line": int, "value": str,
          "detail": str, "stdout_end": int}


class VariableState(NamedTuple):
    """A variable of a frame at an event."""

    name: str
    value: str
    changed: bool  # True if the event changed the variable


class _Frame(Frame):
    """A frame with its variables, in the order of a view's text."""

    __slots__ = ("variables",)

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.variables: dict[str, str] = {}  # name → repr


class EventPredictor(FrameFollower[_Frame]):
    """Predict the fields of the next event, and record the variables of each frame."""

    def __init__(self) -> None:
        super().__init__(_Frame)
        self._last: _Frame | None = None                   # the frame of the last event
        self._starts: dict[int, tuple[str, int]] = {}      # line → function and from_line of the last call at the line
        self._suspended: dict[_Frame, None] = {}           # suspended frames, in the order of their yields

    def residual(self, event: Event, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of `event` that differ from the prediction.

        Args:
            shown: the fields that the text of the view always contains.
        """
        actual = event._asdict()
        known = {"kind": event.kind, **shown}
        residual = {}
        for name in _FIELD_ORDER:
            if name not in known:
                predicted, known[name] = self._predict(name, known), actual[name]
                if predicted != actual[name]:
                    residual[name] = actual[name]
        return residual

    def complete(self, shown: Mapping[str, Any], residual: Mapping[str, Any]) -> dict[str, Any]:
        """Return all fields of the next event except changes and stdout_end; fields in neither argument are predicted.

        Args:
            shown: the fields that the text of the view always contains.
            residual: the fields that the writer found to differ from the prediction.
        """
        fields = dict(shown)
        for name in _FIELD_ORDER:  # in the order of `residual`, since a prediction depends on the fields before it
            if name not in fields:
                fields[name] = residual[name] if name in residual else self._predict(name, fields)
        return fields

    def changes_frame(self, event: Event) -> bool:
        """Return True if `event`, the next event, is in another frame than the last event and does not enter it."""
        return self._last is not None and event.frame != self._last.number and event.kind not in ENTERING

    def last_line(self, frame: int) -> int:
        """Return the line of a frame's last event; 0 if the frame has had no event."""
        return self.frames[frame].last_line if frame in self.frames else 0

    def advance(self, event: Event) -> list[VariableState]:
        """Process the next event, and return the variables of its frame at the event, in the order of a view's text."""
        frame = self._last = self.activate(event.frame, event.thread)
        frame.last_line, frame.from_line = event.line, next_from_line(event)
        frame.depth, frame.function = event.depth, event.function
        if event.kind in ENTERING:
            self._starts[event.line] = event.function, event.from_line
        self._suspended.pop(frame, None)
        if event.kind is EventKind.YIELD:
            self._suspended[frame] = None
        if event.kind in LEAVING:
            self.leave(frame)
        shown = variables_after(frame.variables, event.changes)
        frame.variables = {name: value for name, value, _ in shown}
        return shown

    def _predict(self, name: str, known: Mapping[str, Any]) -> Any:
        if name in ("value", "detail"):
            return None
        return getattr(self, f"_predict_{name}")(known)

    def _predict_thread(self, known: Mapping[str, Any]) -> int:
        return self.thread

    def _predict_frame(self, known: Mapping[str, Any]) -> int:
        frame: _Frame | None = None
        if known["kind"] is EventKind.REENTER_GENERATOR:
            line = known.get("line")
            frame = next((one for one in reversed(self._suspended) if line is None or one.last_line == line), None)
        elif known["kind"] not in STARTING:
            frame = self.innermost(known["thread"])
        return self.next_number if frame is None else frame.number

    def _predict_line(self, known: Mapping[str, Any]) -> int:
        return self.last_line(known["frame"])

    def _predict_depth(self, known: Mapping[str, Any]) -> int:
        frame = self.frames.get(known["frame"])
        return self.entry_depth(known["thread"]) if frame is None or known["kind"] in ENTERING else frame.depth

    def _predict_function(self, known: Mapping[str, Any]) -> str:
        frame = self.frames.get(known["frame"])
        return self._starts.get(known["line"], ("<module>", 0))[0] if frame is None else frame.function

    def _predict_from_line(self, known: Mapping[str, Any]) -> int:
        frame = self.frames.get(known["frame"])
        if frame is not None and known["kind"] not in ENTERING:
            return frame.from_line
        function, line = self._starts.get(known["line"], ("", 0))
        return line if function == known["function"] else known["line"]


def next_from_line(event: Event) -> int:
    """Return the predicted from_line of the frame's next event after `event`.

    Within a generator expression snoop reads no variables, so that from_line changes only at an exception.
    """
    is_unchanged = event.function.endswith("<genexpr>") and event.kind is not EventKind.EXCEPTION
    return event.from_line if is_unchanged or event.kind in ENTERING else event.line


def variables_after(before: Mapping[str, str], changes: Collection[Change]) -> list[VariableState]:
    """Return the variables after `changes`; the changed variables are in the order of `changes`.

    If `before` has its changed variables in the same order, all of them keep their positions, and new variables come
    last. Otherwise all changed variables move to the end.
    """
    if not changes:
        return [VariableState(name, value, False) for name, value in before.items()]
    new = dict(changes)
    if len(new) < len(changes) or not _is_in_order(before, new):
        kept = [VariableState(name, value, False) for name, value in before.items() if name not in new]
        return kept + [VariableState(name, value, True) for name, value in changes]
    shown = [VariableState(name, new.get(name, value), name in new) for name, value in before.items()]
    return shown + [VariableState(name, value, True) for name, value in changes if name not in before]


def _is_in_order(before: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Return True if `new` contains first the variables of `before`, in the same order, then the new variables."""
    old = [name for name in new if name in before]
    return list(new)[:len(old)] == old and [name for name in before if name in new] == old


def check_fields(found: object, **more: type) -> dict[str, Any]:
    """Check the fields of an event that were read as JSON, and return them.

    Args:
        more: names and types of further fields that the view has.

    Raises:
        ValueError: `found` is not a JSON object, a field is unknown, or its value has another type.
    """
    types = {**_TYPES, **more}
    if not isinstance(found, dict):
        raise ValueError("expected a JSON object")
    for name, value in found.items():
        if name not in types or type(value) is not types[name]:
            raise ValueError(f"unknown field or wrong type: {name}")
    return found
