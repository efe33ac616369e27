"""Let a model write the traces of programs, and compare them with real runs.

Two kinds of texts are written. For a trace, the model reads the program and its input, and writes everything else. For
a next event, it reads the real text up to an event, and writes this event.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from transformers import PreTrainedTokenizerBase

from statecode.evaluation.configs import InterpreterConfig
from statecode.evaluation.interpreter.cases import RunCase
from statecode.evaluation.interpreter.codeexecutor_scores import CodeExecutorScore, score_trace
from statecode.evaluation.interpreter.event_comparison import (
    NOTHING_RIGHT,
    EventMatch,
    first_divergence,
    is_exact_trace,
    match_event,
)
from statecode.evaluation.interpreter.written_texts import Task, Written
from statecode.modeling.batched_decoding import Prompt
from statecode.modeling.decoding import StopReason
from statecode.modeling.tokenizers import encode, start_id
from statecode.views import blocks
from statecode.views.partial_texts import check_lossless, read_partial
from statecode.views.segments import joined_block

TRACE_LENGTHS = 2   # a text is stopped at this multiple of the tokens of the real text: it cannot be right any more
EXTRA_TOKENS = 32   # that a text may have in addition; also those of a next event
EXTRA_LINES = 2     # newlines that a next event may have in addition to its own


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceScore:
    """The comparison of one written trace with the real one."""

    name: str
    events: int                  # of the real trace
    features: frozenset[str]
    prints: bool                 # the real run prints something
    fits: bool                   # the real text fits in the model's context; False: the model was not asked
    exact: bool = False          # see `event_comparison.is_exact_trace`
    stdout: str = ""             # the printed text in the written trace
    output: bool = False         # it is that of the real run
    divergence: int | None = 0   # see `event_comparison.first_divergence`
    end: str = "not asked"       # whole, malformed, or the `StopReason` of a text without an end
    reason: str | None = None    # of a text that is not whole: why its rest cannot be read
    code_executor: CodeExecutorScore = field(default_factory=CodeExecutorScore)

    @property
    def right_events(self) -> int:
        """Number of right events before the first divergence."""
        return self.events if self.divergence is None else self.divergence


@dataclass(frozen=True, slots=True, kw_only=True)
class EventScore:
    """The comparison of one written next event with the real one."""

    name: str        # of the case
    index: int       # of the event
    match: EventMatch
    written: bool    # False: no event could be read


class Model(Protocol):
    """A model that writes texts, such as `text_writer.TextWriter`."""

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The tokenizer of the model."""

    @property
    def context(self) -> int | None:
        """Length of the longest sequence that the model can read, in tokens; None if it has no limit."""

    def write(self, tasks: Sequence[Task], description: str) -> Mapping[str, Written]:
        """Return the text of each task by its key.

        Args:
            description: shown with the progress.
        """


def texts_of(case: RunCase, view: str) -> list[str]:
    """Return the text of a real run in parts: the program and its input, one part per event, the end."""
    return [joined_block(block) for block in blocks(case.trace, view)]


def trace_tasks(
    cases: Iterable[RunCase], view: str, tokenizer: PreTrainedTokenizerBase, context: int | None,
    max_new_tokens: int | None = None,
) -> list[Task]:
    """Return the task to write all that follows the program and its input in the text of each case.

    A case whose real text does not fit in the context is left out. The key is the name of the case.

    Args:
        context: maximum number of tokens that the model reads; None: no limit.
        max_new_tokens: a further limit on the length of a written text; None: none.
    """
    tasks = []
    for case in cases:
        head, *rest = texts_of(case, view)
        head_ids, all_ids = encode(tokenizer, [head, head + "".join(rest)])
        if context is not None and len(all_ids) + 2 > context:  # with the tokens before and after it
            continue
        limit = TRACE_LENGTHS * (len(all_ids) - len(head_ids)) + EXTRA_TOKENS
        limit = limit if max_new_tokens is None else min(limit, max_new_tokens)
        prompt = Prompt(ids=[start_id(tokenizer), *head_ids], max_new_tokens=limit)
        tasks.append(Task(key=case.name, before=head, prompt=prompt))
    return tasks


def score_traces(
    cases: Iterable[RunCase], tasks: Iterable[Task], written: Mapping[str, Written], view: str
) -> list[TraceScore]:
    """Compare written traces with the real ones; a case without a task is not right in anything.

    Args:
        tasks: of `trace_tasks`.
        written: key of the task → text that the model wrote.
    """
    heads = {task.key: task.before for task in tasks}
    return [
        score_text(case, heads[case.name], written[case.name], view) if case.name in heads
        else _score_of(case, fits=False) for case in cases
    ]


def score_text(case: RunCase, head: str, written: Written, view: str) -> TraceScore:
    """Compare one written trace with the real one."""
    partial = read_partial(head + written.text, view)
    trace = partial.trace
    ended = written.stop == StopReason.END.value
    return _score_of(
        case, fits=True,
        exact=partial.whole and ended and is_exact_trace(case.trace, trace),
        stdout=trace.stdout,
        output=same_output(trace.stdout, case.trace.stdout),
        divergence=first_divergence(case.trace.events, trace.events),
        end="malformed" if ended and not partial.whole else "whole" if ended else written.stop,
        reason=partial.reason,
        code_executor=score_trace(case.trace, trace),
    )


def _score_of(case: RunCase, **scores: object) -> TraceScore:
    return TraceScore(
        name=case.name, events=len(case.trace.events), features=case.features, prints=bool(case.trace.stdout),
        **scores,  # type: ignore[arg-type]
    )


def event_tasks(
    cases: Iterable[RunCase], view: str, tokenizer: PreTrainedTokenizerBase, per_case: int, seed: int
) -> list[Task]:
    """Return the tasks to write single events of each case after the real text before them.

    The events of a case are a random choice of those that have a text of their own; the last event always has one,
    since the end of the run shows it. The key is the name of the case, a colon, and the index of the event.

    Args:
        per_case: maximum number of events of a case.
        seed: seed of the random choice, which also depends on the name of the case.
    """
    tasks = []
    for case in cases:
        parts = texts_of(case, view)
        count = len(case.trace.events)
        possible = [index for index in range(count) if parts[index + 1] or index == count - 1]
        chosen = random.Random(f"{seed} {case.name}").sample(possible, min(per_case, len(possible)))
        for index in sorted(chosen):
            before, own = "".join(parts[:index + 1]), parts[index + 1] or parts[-1]
            before_ids, own_ids = encode(tokenizer, [before, own])
            prompt = Prompt(ids=[start_id(tokenizer), *before_ids], max_new_tokens=len(own_ids) + EXTRA_TOKENS,
                            max_new_lines=own.count("\n") + EXTRA_LINES)
            tasks.append(Task(key=f"{case.name}:{index}", before=before, prompt=prompt))
    return tasks


def score_events(
    cases: Iterable[RunCase], tasks: Iterable[Task], written: Mapping[str, Written], view: str
) -> list[EventScore]:
    """Compare written next events with the real ones.

    Args:
        tasks: of `event_tasks`.
        written: key of the task → text that the model wrote.
    """
    by_name = {case.name: case for case in cases}
    scores = []
    for task in tasks:
        name, _, index = task.key.rpartition(":")
        scores.append(score_event(by_name[name], int(index), task.before + written[task.key].text, view))
    return scores


def score_event(case: RunCase, index: int, text: str, view: str) -> EventScore:
    """Compare the event with this index in a text with the real one.

    It counts as not written if the text changes the events before it, as a further digit at the end of a line number
    does.
    """
    real, events = case.trace.events, read_partial(text, view).trace.events
    event = events[index] if len(events) > index and events[:index] == real[:index] else None
    match = NOTHING_RIGHT if event is None else match_event(real[index], event)
    return EventScore(name=case.name, index=index, match=match, written=event is not None)


def evaluate_traces(
    cases: Sequence[RunCase], view: str, model: Model, config: InterpreterConfig, seed: int
) -> tuple[list[TraceScore], list[EventScore]]:
    """Let a model write the traces and next events of all cases, and compare them with the real ones.

    Args:
        view: a lossless view.
        seed: seed of the choice of next events.

    Raises:
        ConfigError: the view is not lossless.
    """
    check_lossless(view)
    tasks = trace_tasks(cases, view, model.tokenizer, model.context, config.max_new_tokens)
    traces = score_traces(cases, tasks, model.write(tasks, "writing traces"), view)
    asked = {task.key for task in tasks}
    fitting = [case for case in cases if case.name in asked]
    next_events = event_tasks(fitting, view, model.tokenizer, config.next_events, seed)
    return traces, score_events(cases, next_events, model.write(next_events, "writing next events"), view)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputScore:
    """The outputs that one predictor wrote for the cases, of which each prints something."""

    right: int
    cases: int

    @property
    def share(self) -> float | None:
        """Share of right outputs; None without cases."""
        return self.right / self.cases if self.cases else None


def direct_outputs(model: Model, cases: Sequence[RunCase], max_new_tokens: int | None = None) -> dict[str, str]:
    """Return name of the case → output that a model wrote in the view `io`, for those whose text has an end.

    Args:
        max_new_tokens: see `trace_tasks`.
    """
    tasks = trace_tasks(cases, "io", model.tokenizer, model.context, max_new_tokens)
    written = model.write(tasks, "writing outputs")
    found = {task.key: direct_output(written[task.key].text) for task in tasks}
    return {name: output for name, output in found.items() if output is not None}


def direct_output(text: str) -> str | None:
    """Return the output in a text that was written in the view `io` after `[stdout]`; None if its end is missing."""
    output, end, _ = f"\n{text}".partition("\n[end] ")
    return (f"{output[1:]}\n" if output else "") if end else None


def same_output(written: str, real: str) -> bool:
    """Return True if two printed texts are equal, up to newlines at their ends, which the view `io` does not keep."""
    return written.rstrip("\n") == real.rstrip("\n")


def score_outputs(cases: Iterable[RunCase], outputs: Mapping[str, str]) -> OutputScore:
    """Count the right outputs, up to newlines at their ends; cases that print nothing do not count.

    Args:
        outputs: name of the case → predicted output.
    """
    printing = [case for case in cases if case.trace.stdout]
    right = sum(case.name in outputs and same_output(outputs[case.name], case.trace.stdout) for case in printing)
    return OutputScore(right=right, cases=len(printing))


def baselines(cases: Sequence[RunCase]) -> dict[str, OutputScore]:
    """Score predictors that do not run anything, by name.

    The constant is the most frequent output of the cases themselves, so that it is an upper bound for any constant.
    """
    outputs = Counter(case.trace.stdout.rstrip("\n") for case in cases if case.trace.stdout)
    words = {case.name: case.trace.stdin.split() for case in cases}
    predictions = {
        "constant: the most frequent output": dict.fromkeys(words, max(outputs, key=outputs.__getitem__, default="")),
        "copy the input": {case.name: case.trace.stdin for case in cases},
        "copy the first word of the input": {name: found[0] for name, found in words.items() if found},
        "copy the last word of the input": {name: found[-1] for name, found in words.items() if found},
    }
    return {name: score_outputs(cases, predicted) for name, predicted in predictions.items()}
