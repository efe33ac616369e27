"""Test the kinds of the stretches of texts, and the parts of values that copying the last value writes."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import statecode  # noqa: E402
from statecode.corpus.shards import read_shard  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.loss.kinded_texts import (  # noqa: E402
    TOKEN_KINDS,
    KindedText,
    check_has_kinds,
    kinded_text,
    kinded_texts,
)
from statecode.modeling.texts import trace_shards  # noqa: E402
from statecode.records import Trace  # noqa: E402
from statecode.views import render  # noqa: E402
from statecode.views.cutting import spans  # noqa: E402
from tests.support.views_with_segments import VIEWS_WITH_SEGMENTS  # noqa: E402


def stretches(kinded: KindedText) -> list[tuple[str, str]]:
    """Return the stretches of a text with their kinds."""
    ends = [*kinded.starts[1:].tolist(), len(kinded.text)]
    return [(kinded.text[start:end], TOKEN_KINDS[kind])
            for start, end, kind in zip(kinded.starts.tolist(), ends, kinded.kinds.tolist())]


def not_copied(kinded: KindedText) -> str:
    """Return the characters of values that differ from the last value."""
    return "".join(character for character, copied in zip(kinded.text, kinded.copied) if not copied)


@pytest.fixture(scope="module")
def traces() -> list[Trace]:
    return list(islice(read_shard(Path(trace_shards("embedded", "validation")[0])), 12))


def test_the_kinds_of_a_short_text() -> None:
    kinded = kinded_text(statecode.trace("x = 1\nx = 2\nx = 1\nprint(x)\n"), "compact")
    found = stretches(kinded)
    assert [(text, kind) for text, kind in found if kind != "syntax"] == [
        ("1", "line_number"), ("x = 1\n", "source"), ("2", "line_number"), ("x = 2\n", "source"),
        ("3", "line_number"), ("x = 1\n", "source"), ("4", "line_number"), ("print(x)\n", "source"),
        ("1", "line_number"), ("1", "new_value"), ("2", "line_number"), ("2", "new_value"),
        ("3", "line_number"), ("1", "copied_value"), ("4", "line_number"), ("1", "stdout"), ("ok", "control"),
    ]
    assert "".join(text for text, _ in found) == kinded.text


def test_a_line_of_the_source_that_the_text_repeats_is_an_echo() -> None:
    kinded = kinded_text(statecode.trace("for k in range(2):\n    pass\n"), "snoop")
    source = [(text, kind) for text, kind in stretches(kinded) if kind.startswith("source")]
    assert source == [
        ("    pass", "source"),  # Python 3.11 enters the module at line 0, for which snoop shows the last line
        ("for k in range(2):", "source"), ("    pass", "source_echo"), ("for k in range(2):", "source_echo"),
        ("    pass", "source_echo"), ("for k in range(2):", "source_echo"),
    ][0 if kinded.text.count("pass") == 3 else 1:]


@pytest.mark.parametrize("view", VIEWS_WITH_SEGMENTS)
def test_the_stretches_are_those_of_the_view(view: str, traces: list[Trace]) -> None:
    for trace in traces:
        kinded = kinded_text(trace, view)
        expected = [(kinded.text[span.start:span.end], span.kind.value) for span in spans(trace, view)]
        joined: list[tuple[str, str]] = []
        for text, kind in stretches(kinded):
            kind = kind.removesuffix("_echo")
            if joined and joined[-1][1] == kind:  # a line that is new, and one that is repeated
                joined[-1] = joined[-1][0] + text, kind
            else:
                joined.append((text, kind))
        assert kinded.text == render(trace, view) and joined == expected and len(kinded.copied) == len(kinded.text)


@pytest.mark.parametrize("view", ["compact", "snoop", "full-state", "codeexecutor", "frames"])
def test_a_value_is_copied_up_to_the_characters_that_change(view: str) -> None:
    left = not_copied(kinded_text(statecode.trace("x = list((10, 20, 30))\nx[1] = 25\nx += [4]\nprint(x)\n"), view))
    # the whole first value, then the 5 of 25, then `, 4]` in place of `]`; some views write len(x) and other values too
    assert re.search(r"\[10, 20, 30\].*5.*, 4\]", left)
    assert view not in ("compact", "codeexecutor") or left == "[10, 20, 30]5, 4]"


def test_returned_values_are_compared_with_the_last_returned_value() -> None:
    trace = statecode.trace("def f(n):\n    return n * 111\nf(3)\nf(3)\nf(4)\n")
    kinded = kinded_text(trace, "compact")
    returned = kinded.text.split("->")
    assert [part.split("\n")[0] for part in returned[1:]] == ["333", "333", "444"]
    places = [kinded.text.index(f"->{value}") + 2 for value in ("333", "444")]
    second = kinded.text.index("->333", places[0]) + 2
    assert not kinded.copied[places[0]:places[0] + 3].any() and kinded.copied[second:second + 3].all()
    assert not kinded.copied[places[1]:places[1] + 3].any()


def test_a_run_that_cannot_be_rendered_has_an_empty_text(traces: list[Trace], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.views.MAX_CHARACTERS", len(render(traces[0], "compact")))
    long = statecode.trace("for k in range(3000):\n    pass\n")
    with pytest.warns(UserWarning, match="1 runs cannot be rendered in the view compact.*characters"):
        first, second = kinded_texts([traces[0], long], "compact")
    assert first.text == render(traces[0], "compact") and second.text == "" and len(second.starts) == 0


def test_texts_alone_have_no_kinds(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(ConfigError, match="has texts alone, in which the kinds are not marked"):
        check_has_kinds(str(tmp_path), "compact")
    check_has_kinds("embedded", "compact")
