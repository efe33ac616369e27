"""Test the sentences about the first difference of two runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

import statecode
from statecode.evaluation.interpreter.difference_texts import difference_sentence, output_sentence, shortened
from statecode.records import Change, EventKind, Status, Trace

CODE = "def half(n):\n    return n // 2\n\nx = half(8)\nprint(x)\ny = 1 / (x - 4)\n"


@pytest.fixture(scope="module")
def real() -> Trace:
    return statecode.trace(CODE)


def changed(real: Trace, index: int, **fields: object) -> Trace:
    """Return the run with other fields of one event."""
    events = list(real.events)
    events[index] = events[index]._replace(**fields)
    return replace(real, events=tuple(events))


def test_equal_runs(real: Trace) -> None:
    assert difference_sentence(real, real) == f"all {len(real.events)} events are the same"
    assert output_sentence(real, real) == "the output is the same: 1 line"
    stopped = replace(real, status=Status.EVENT_LIMIT, exception=None, truncation="events")
    assert difference_sentence(real, stopped).endswith(
        "events are the same; the status is event_limit for the model, and exception in the run")
    assert difference_sentence(real, replace(real, exception=None)).endswith("; the exception that ends the run differs")
    empty = replace(stopped, events=())
    assert difference_sentence(real, empty) == "first difference at event 0: the prediction ends here (events), the run starts"
    silent = replace(real, stdout="")
    assert output_sentence(silent, silent) == "no output, as predicted"


def test_sentence_of_each_kind_of_difference(real: Trace) -> None:
    kinds = [event.kind for event in real.events]
    call, value = kinds.index(EventKind.CALL, 1), kinds.index(EventKind.RETURN)
    error = kinds.index(EventKind.EXCEPTION)
    printing = next(k for k, event in enumerate(real.events) if event.line == 5)
    assert real.events[printing].changes == (Change("x", "4"),)
    sentences = {
        "the model continues at line 1, the run at line 5": changed(real, printing, line=1),
        "the model continues at line 9, the run calls half at line 1": changed(real, call, kind=EventKind.LINE, line=9),
        "for the model, line 4 sets x to 5; in the run, it sets x to 4": changed(real, printing, changes=(Change("x", "5"),)),
        "for the model, line 4 does not set x; in the run, it sets x to 4": changed(real, printing, changes=()),
        "for the model, line 4 sets z to 9; in the run, it sets x to 4": changed(real, printing, changes=(Change("z", "9"),)),
        "for the model, line 4 sets z to 1; in the run, it does not set z": changed(
            real, printing, changes=(Change("x", "4"), Change("z", "1"))),
        "the value is 3 for the model, and 4 in the run": changed(real, value, value="3"),
        "the exception is no for the model, and ZeroDivisionError: division by zero in the run": changed(
            real, error, detail="no"),
        "the place of the exception ZeroDivisionError: division by zero differs": changed(
            real, error, detail="!!! ZeroDivisionError: division by zero"),
        "its depth is 7 for the model, and 0 in the run": changed(real, printing, depth=7),
    }
    for expected, predicted in sentences.items():
        found = difference_sentence(real, predicted)
        start, _, rest = found.partition(": ")
        index = next(k for k, (one, other) in enumerate(zip(real.events, predicted.events)) if one != other)
        assert (start, rest) == (f"first difference at event {index}", expected)


def test_other_output_before_an_event_is_a_difference(real: Trace) -> None:
    predicted = replace(real, stdout="44\n", events=tuple(
        event._replace(stdout_end=3 if event.stdout_end else 0) for event in real.events))
    assert difference_sentence(real, predicted).endswith(
        "until then the model has printed '44\\n', the run '4\\n'")
    assert output_sentence(real, predicted) == "the output differs at line 1: the model prints '44', the run '4'"
    assert output_sentence(real, replace(real, stdout="")).endswith("the model prints nothing, the run '4'")
    assert output_sentence(real, replace(real, stdout="4")) == "the output differs in its line ends"


def test_a_run_that_ends_early_or_late(real: Trace) -> None:
    count = len(real.events)
    stopped = replace(real, events=real.events[:3], status=Status.EVENT_LIMIT, truncation="no more")
    assert difference_sentence(real, stopped).startswith(
        "first difference at event 3: the prediction ends here (no more), the run calls half at line 1")
    longer = replace(real, events=(*real.events, real.events[-1]))
    assert difference_sentence(real, longer) == (
        f"first difference at event {count}: the model ends at line 6,"
        " the run ends here (its status is exception)")


def test_long_values_are_shortened() -> None:
    assert shortened("a" * 60) == "a" * 60 and shortened("a" * 61) == "a" * 59 + "…" and shortened("abc", 2) == "a…"
