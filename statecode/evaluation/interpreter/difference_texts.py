"""Describe the first difference between a predicted run and the real one in a sentence."""

from __future__ import annotations

from statecode.evaluation.interpreter.event_comparison import first_divergence, in_normal_order
from statecode.records import Event, EventKind, Trace

SHOWN_CHARACTERS = 60  # of a value or an output in a sentence

_TITLES = {
    EventKind.CALL: "calls {function} at line {line}",
    EventKind.START_GENERATOR: "starts the generator {function} at line {line}",
    EventKind.REENTER_GENERATOR: "resumes the generator {function} at line {line}",
    EventKind.LINE: "continues at line {line}",
    EventKind.RETURN: "returns from {function} at line {line}",
    EventKind.YIELD: "yields from {function} at line {line}",
    EventKind.EXCEPTION: "raises an exception at line {line}",
    EventKind.COMPREHENSION: "starts the comprehension at line {line}",
    EventKind.COMPREHENSION_RESULT: "ends the comprehension at line {line}",
}


def difference_sentence(real: Trace, predicted: Trace) -> str:
    """Return a sentence about the first event in which a predicted run differs from the real one.

    If all events are the same, the sentence states their number, and the ends if they differ.
    """
    index = first_divergence(real.events, predicted.events)
    if index is None:
        same = f"all {len(real.events):,} events are the same"
        if real.status is not predicted.status:
            return f"{same}; the status is {predicted.status.value} for the model, and {real.status.value} in the run"
        return same if real.exception == predicted.exception else f"{same}; the exception that ends the run differs"
    start = f"first difference at event {index:,}: "
    if index == len(predicted.events):
        end = predicted.truncation or f"its status is {predicted.status.value}"
        return f"{start}the prediction ends here ({end}), the run {_title(real.events[index])}"
    if index == len(real.events):
        end = real.truncation or f"its status is {real.status.value}"
        return f"{start}the model {_title(predicted.events[index])}, the run ends here ({end})"
    return start + _event_difference(real, predicted, index)


def output_sentence(real: Trace, predicted: Trace) -> str:
    """Return a sentence that compares the output of a predicted run with that of the real one."""
    ours, theirs = predicted.stdout.splitlines(), real.stdout.splitlines()
    if real.stdout == predicted.stdout:
        if theirs:
            return f"the output is the same: {_counted(len(theirs))}"
        return "no output, as predicted" if predicted.truncation is None else "the run prints nothing"
    number = next((k for k, (one, other) in enumerate(zip(ours, theirs)) if one != other), min(len(ours), len(theirs)))
    shown = [shortened(repr(lines[number])) if number < len(lines) else "nothing" for lines in (ours, theirs)]
    if shown[0] == shown[1]:
        return "the output differs in its line ends"
    return f"the output differs at line {number + 1:,}: the model prints {shown[0]}, the run {shown[1]}"


def shortened(text: str, characters: int = SHOWN_CHARACTERS) -> str:
    """Return the text, cut with an ellipsis if it has more than `characters` characters."""
    return text if len(text) <= characters else text[:characters - 1] + "…"


def exception_text(event: Event) -> str:
    """Return the first line of the text of an exception event, without the exclamation marks of snoop."""
    return (event.detail or "").split("\n")[0].removeprefix("!!! ")


def _title(event: Event) -> str:
    if event.function == "<module>" and event.kind is EventKind.CALL:
        return "starts"
    if event.function == "<module>" and event.kind is EventKind.RETURN:
        return f"ends at line {event.line}"
    return _TITLES[event.kind].format(function=event.function, line=event.line)


def _setting(found: dict[str, str], others: dict[str, str], name: str) -> str:
    """Return what a line sets `name` to; if it does not set it, another variable that only this run sets."""
    shown = name if name in found else next((other for other in found if other not in others), None)
    return f"does not set {name}" if shown is None else f"sets {shown} to {shortened(found[shown])}"


def _counted(lines: int) -> str:
    return f"{lines:,} line{'' if lines == 1 else 's'}"


def _event_difference(real_run: Trace, predicted_run: Trace, index: int) -> str:
    """Return the first difference between two events, of which both exist: control flow, state, then other fields."""
    real, written = in_normal_order(real_run.events[index]), in_normal_order(predicted_run.events[index])
    if (real.kind, real.line) != (written.kind, written.line):
        if real.kind is written.kind is EventKind.LINE:
            return f"the model continues at line {written.line}, the run at line {real.line}"
        return f"the model {_title(written)}, the run {_title(real)}"
    ours, theirs = dict(written.changes), dict(real.changes)
    if (name := next((name for name in (*theirs, *ours) if ours.get(name) != theirs.get(name)), None)) is not None:
        one, other = _setting(ours, theirs, name), _setting(theirs, ours, name)
        return f"for the model, line {real.from_line} {one}; in the run, it {other}"
    if written.value != real.value:
        one, other = shortened(str(written.value)), shortened(str(real.value))
        return f"the value is {one} for the model, and {other} in the run"
    if written.detail != real.detail:
        one, other = exception_text(written), exception_text(real)
        if one == other:
            return f"the place of the exception {shortened(one)} differs"
        return f"the exception is {shortened(one)} for the model, and {shortened(other)} in the run"
    if (one := predicted_run.stdout[:written.stdout_end]) != (other := real_run.stdout[:real.stdout_end]):
        return (f"until then the model has printed {shortened(repr(one[-SHOWN_CHARACTERS:]))}, the run"
                f" {shortened(repr(other[-SHOWN_CHARACTERS:]))}")
    name = next(name for name in Event._fields if getattr(real, name) != getattr(written, name))
    return f"its {name} is {getattr(written, name)} for the model, and {getattr(real, name)} in the run"
