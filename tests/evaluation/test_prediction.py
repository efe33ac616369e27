"""Test predicted runs with a model that writes the real texts, and with models that were trained for seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import statecode
from statecode.records import Status, Trace
from statecode.views import blocks, render
from statecode.views.cutting import window_context
from statecode.views.segments import joined_block

pytestmark = pytest.mark.torch

torch = pytest.importorskip("torch")

from statecode.errors import ConfigError, ProgramError  # noqa: E402
from statecode.evaluation.prediction import predict, predicted_run  # noqa: E402
from statecode.modeling.batched_decoding import Prompt  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.decoding import Continuation, StopReason  # noqa: E402
from statecode.modeling.tokenizers import decode, encode, train_tokenizer  # noqa: E402
from tests.support.learned_runs import trained_run  # noqa: E402

LONG = """\
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a

total = 0
for i in range(1, int(input())):
    total += gcd(i, i + 8)
    print("line", i, total)
raise ValueError(f"total {total}")
"""
SHORT = "x = 3\nx += int(input())\nprint(x)\n"


class Oracle:
    """A model that knows a run: it writes what follows each window of the run, up to the end of its context.

    Args:
        change: returns the text that is written in place of the real one.
    """

    def __init__(self, trace: Trace, view: str, context: int, change: Callable[[str], str] = str) -> None:
        self.tokenizer = train_tokenizer([render(trace, view)], 400, Objective.CAUSAL)
        self.context = context
        self.starts: list[int] = []   # index of the first event of each window
        self.lengths: list[int] = []  # number of tokens of each window, with those that are written
        self._trace, self._view, self._change = trace, view, change
        self._blocks = [joined_block(block) for block in blocks(trace, view)]
        self._complete = 0  # number of events that are written

    def continuations(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Continuation]]:
        """Yield the continuation of a window that begins at one of the last events that were written."""
        [prompt] = prompts
        numbers = range(self._complete, max(-1, self._complete - 8), -1)
        first = next((number for number in numbers if self._window_start(number) == prompt.ids[1:]), None)
        assert first is not None, "unknown window"
        self.starts.append(first)
        ids = self._ids(self._change("".join(self._blocks[first + 1:])))[:prompt.max_new_tokens]
        text = decode(self.tokenizer, ids)
        self.lengths.append(len(prompt.ids) + len(ids))
        length, self._complete = 0, first
        for block in self._blocks[first + 1:-1]:
            length += len(block)
            self._complete += length <= len(text)
        stop = StopReason.END if len(ids) < prompt.max_new_tokens else StopReason.CONTEXT
        yield 0, Continuation(ids=tuple(ids), text=text, stop=stop)

    def _window_start(self, event: int) -> list[int]:
        started = window_context(self._trace, self._view, event, self.context - 2, lambda text: len(self._ids(text)))
        assert started is not None
        return self._ids(started)

    def _ids(self, text: str) -> list[int]:
        return encode(self.tokenizer, [text])[0]


@pytest.fixture(scope="module")
def real() -> Trace:
    return statecode.trace(LONG, stdin="30\n")


@pytest.mark.parametrize("view, context", [("compact", 300), ("compact", 600), ("full-state", 1500), ("frames", 1500)])
def test_a_right_model_predicts_the_run_over_many_windows(real: Trace, view: str, context: int) -> None:
    oracle = Oracle(real, view, context)
    trace = predicted_run(LONG, "30\n", oracle, view)
    assert trace == real and trace.status is Status.EXCEPTION and trace.exception == real.exception
    assert (trace.code, trace.stdin) == (real.code, real.stdin)
    assert len(oracle.starts) > 4 and oracle.starts == sorted(set(oracle.starts))
    leaving = {index for index, event in enumerate(real.events) if event.value is not None}
    assert not {start - 1 for start in oracle.starts} & leaving  # a returned value is in the same window as its use


def test_a_smaller_context_than_that_of_the_model_can_be_chosen(real: Trace) -> None:
    for model_context, chosen in ((2000, 300), (300, 2000)):
        oracle = Oracle(real, "compact", model_context)
        assert predicted_run(LONG, "30\n", oracle, "compact", context=chosen) == real
        assert max(oracle.lengths) == 300 and len(oracle.starts) > 4


def test_a_wrong_value_stays_in_the_state_of_later_windows(real: Trace) -> None:
    """Write other values of i: the next window has the last one in its state, and the oracle does not know it."""
    oracle = Oracle(real, "compact", 300, lambda text: text.replace(" i=", " i=7"))
    with pytest.raises(AssertionError, match="unknown window"):
        predicted_run(LONG, "30\n", oracle, "compact")
    assert len(oracle.starts) == 1


def test_the_limit_on_events_ends_a_prediction(real: Trace) -> None:
    trace = predicted_run(LONG, "30\n", Oracle(real, "compact", 300), "compact", max_events=100)
    assert trace.events == real.events[:100] and trace.stdout == real.stdout[:real.events[99].stdout_end] != ""
    assert (trace.status, trace.truncation, trace.exception) == (Status.EVENT_LIMIT, "events", None)
    whole = len(real.events)
    assert predicted_run(LONG, "30\n", Oracle(real, "compact", 300), "compact", max_events=whole) == real
    assert len(predicted_run(LONG, "30\n", Oracle(real, "compact", 300), "compact", max_events=whole - 1).events) == whole - 1


@pytest.mark.parametrize("context", [300, 2000])
def test_a_line_that_cannot_be_read_ends_the_events(real: Trace, context: int) -> None:
    """Insert nonsense after the third line that is printed, in a text of several windows and in a whole one."""
    oracle = Oracle(real, "compact", context, lambda text: text.replace("\n|line 3 ", "\n?? nonsense\n|line 3 "))
    trace = predicted_run(LONG, "30\n", oracle, "compact")
    assert 0 < len(trace.events) < len(real.events) and trace.events == real.events[:len(trace.events)]
    assert trace.truncation is not None and trace.truncation.startswith(
        "the text of the model cannot be read: expected a line number or a mark: '?? nonsense\\n|line 3 ")
    assert trace.status is Status.EVENT_LIMIT and trace.stdout == "line 1 1\nline 2 3\n"


def test_a_text_that_cannot_be_read_at_all_is_shown_without_the_program(real: Trace) -> None:
    trace = predicted_run(LONG, "30\n", Oracle(real, "compact", 600, lambda text: "nonsense\n" * 3), "compact")
    assert trace.truncation == (
        "the text of the model cannot be read: no empty line after the source: 'nonsense\\nnonsense\\nnonsense'")
    assert (trace.events, trace.code, trace.stdin) == ((), LONG, "30\n")


def test_an_event_that_does_not_fit_in_a_window_ends_the_prediction() -> None:
    code = "x = 1\ny = list(range(40))\nprint(y)\n"
    trace = predicted_run(code, "", Oracle(statecode.trace(code), "compact", 64), "compact")
    assert trace.truncation == "the context of the model is full" and trace.events[-1].line == 2


def test_a_view_without_windows_has_one(real: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    oracle = Oracle(real, "compact", 300)
    monkeypatch.setattr("statecode.evaluation.prediction.window_context", lambda *arguments: None)
    trace = predicted_run(LONG, "30\n", oracle, "compact")
    assert trace.truncation == "the context of the model is full" and len(oracle.starts) == 1


def test_errors_have_one_line(real: Trace, tmp_path: Path) -> None:
    oracle = Oracle(real, "compact", 300)
    with pytest.raises(ConfigError, match="the program and its input have [0-9,]+ tokens; the model reads 300 tokens"):
        predicted_run("x = 123456\n" * 60, "", oracle, "compact")
    with pytest.raises(ConfigError, match="the view io is not lossless"):
        predicted_run(LONG, "", oracle, "io")
    with pytest.raises(ProgramError, match="not UTF-8"):
        predicted_run("x = '\udcff'\n", "", oracle, "compact")
    with pytest.raises(ConfigError, match="at least 1; got 0"):
        predict(LONG, model=tmp_path, max_events=0)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    traces = [statecode.trace(SHORT, stdin="4\n"), statecode.trace(SHORT, stdin="12\n")]
    return trained_run(tmp_path_factory.mktemp("learned"), traces, 120)


def test_a_model_that_learned_two_runs_predicts_them(learned: Path) -> None:
    for stdin in ("4\n", "12\n"):
        real = statecode.trace(SHORT, stdin=stdin)
        threads = torch.get_num_threads()
        trace = statecode.predict(SHORT, stdin, model=learned, threads=threads + 1)
        assert torch.get_num_threads() == threads
        assert trace == real and (trace.stdout, trace.truncation) == (real.stdout, None)


def test_a_model_that_was_trained_again_is_loaded_again(learned: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    trained_run(folder, [statecode.trace(SHORT, stdin="4\n")], 1)
    random = predict(SHORT, "4\n", model=folder, max_events=50)
    assert random.truncation and random.code == SHORT and random.stdin == "4\n"
    for path in learned.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert predict(SHORT, "4\n", model=folder) == statecode.trace(SHORT, stdin="4\n")
