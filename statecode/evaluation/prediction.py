"""Let a model run a program: it writes the text of the run in a view, and the trace is read from this text.

    trace = predict("print(sum(range(3)))", model="runs/compact")
    trace.stdout, trace.status, trace.truncation

The model reads the program and its input, and writes the rest of the text. A text that is longer than the context of
the model has several windows, as in the training: if the context is full, the view writes the start of the next window
from the events that were predicted so far, with the source, the input and the state, and the model goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import Protocol

import torch
from transformers import PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.errors import ProgramError
from statecode.evaluation.interpreter.text_writer import TextWriter
from statecode.evaluation.prediction_model import MAX_EVENTS, choose_model
from statecode.machine import usable_cores
from statecode.modeling.batched_decoding import Prompt
from statecode.modeling.configs import SPECIAL_TOKENS_OF_WINDOW
from statecode.modeling.decoding import Continuation, StopReason
from statecode.modeling.tokenizers import encode, start_id
from statecode.progress import progress_bar
from statecode.records import Trace
from statecode.views import blocks
from statecode.views.cutting import window_context
from statecode.views.partial_texts import PartialText, check_lossless, read_partial
from statecode.views.segments import joined_block
from statecode.views.stopped_runs import stopped_run
from statecode.views.windows import SHORTEST_WINDOW, best_cut

_DEFAULT_CONTEXT = 1024  # tokens, of a model that has no limit
_SHOWN_CHARACTERS = 60  # of the text that could not be read


class Model(Protocol):
    """A causal model that continues texts, such as `text_writer.TextWriter`."""

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The tokenizer of the model."""

    @property
    def context(self) -> int | None:
        """Length of the longest sequence that the model can read, in tokens; None if it has no limit."""

    def continuations(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Continuation]]:
        """Yield the index of each prompt with its continuation."""


def predict(
    code: str, stdin: str = "", *, model: str | PathLike[str] | None = None, view: str | None = None,
    max_events: int = MAX_EVENTS, threads: int = 1,
) -> Trace:
    """Return the run of a program as a model predicts it; nothing is executed.

    The prediction is greedy, so that the same model predicts the same run. A model stays in memory for the next call.

    Args:
        code: the source of the program.
        stdin: the input of the program.
        model: a finished run of `train/pretrain.py`, a checkpoint folder or a Hub id; None: the model that is part of
            statecode, if there is one.
        view: the lossless view that the model writes; None: the view on which it was trained.
        max_events: limit on the number of events.
        threads: CPU threads; 0: one per usable core. A model of a few million parameters is not faster with several.

    Returns:
        The predicted trace. If the model did not end the run with a valid text, the trace contains the events before,
        its status is `event_limit`, and `truncation` has the reason, with the text that could not be read.

    Raises:
        ConfigError: there is no model, it is not a causal one, its view is not lossless, or the program and its input
            do not fit into its context.
        ProgramError: the program or its input has bytes that are not UTF-8.
    """
    check(max_events > 0, f"the limit on events must be at least 1; got {max_events}")
    name, view = choose_model(None if model is None else fspath(model), view)
    with _cpu_threads(threads):
        writer = _opened(name, _version_of(name))
        return predicted_run(code, stdin, writer, view, max_events)


def predicted_run(
    code: str, stdin: str, model: Model, view: str, max_events: int = MAX_EVENTS, context: int | None = None
) -> Trace:
    """Return the run of a program as a model predicts it; see `predict`.

    Args:
        context: maximum number of tokens of a window with its start token; None: as many as the model can read.

    Raises:
        ConfigError: the view is not lossless, or the program and its input do not fit into the context.
        ProgramError: the program or its input has bytes that are not UTF-8.
    """
    check_lossless(view)
    context = min(filter(None, (context, model.context)), default=_DEFAULT_CONTEXT)
    prompt = head = joined_block(next(iter(blocks(stopped_run(code, stdin), view))))
    written, events = "", 0  # the text of the events that were read, and their number
    with progress_bar(None, "predicting", "events") as bar:
        while True:
            continuation = _continued(model, prompt, context)
            text = head + written + continuation.text
            partial = read_partial(text, view)
            found = len(partial.trace.events)
            bar.update(min(found, max_events) - bar.n)
            if found > max_events or found == max_events and not partial.whole:
                return _first_events(code, stdin, partial.trace, max_events)
            is_full = continuation.stop is not StopReason.END and partial.can_go_on
            cut, started = best_cut(partial.trace.events, events, found), None
            if is_full and cut > events:
                started = window_context(partial.trace, view, cut, context - SPECIAL_TOKENS_OF_WINDOW,
                                         lambda part: len(encode(model.tokenizer, [part])[0]))
            if started is None:
                rest = text[max([len(head), *partial.ends[-1:]]):]
                return replace(_end(partial, rest, is_full), code=code, stdin=stdin)
            prompt, written, events = started, text[len(head):partial.ends[cut]], cut


def _continued(model: Model, prompt: str, context: int) -> Continuation:
    """Return the continuation of a text, up to the end of the context."""
    try:
        prompt.encode()
    except UnicodeEncodeError:
        raise ProgramError("the program or its input has bytes that are not UTF-8; a model reads UTF-8 only") from None
    ids = [start_id(model.tokenizer), *encode(model.tokenizer, [prompt])[0]]
    check(len(ids) + SHORTEST_WINDOW <= context,
          f"the program and its input have {len(ids):,} tokens; the model reads {context:,} tokens together with those"
          " that it writes")
    [(_, continuation)] = model.continuations([Prompt(ids=ids, max_new_tokens=context - len(ids))])
    return continuation


def _first_events(code: str, stdin: str, trace: Trace, count: int) -> Trace:
    """Return the first events of a trace, as those of a run that was stopped by the limit on events."""
    events = trace.events[:count]
    return stopped_run(code, stdin, events, trace.stdout[:events[-1].stdout_end])


def _end(partial: PartialText, rest: str, is_full: bool) -> Trace:
    """Return the predicted trace; if the whole text is not valid, `truncation` has the reason.

    Args:
        rest: the text after the events that were read.
        is_full: True if the model could not end the text because its context was full.
    """
    if partial.whole:
        return partial.trace
    if is_full:
        return replace(partial.trace, truncation="the context of the model is full")
    rest = rest.strip("\n")
    shown = repr(rest[:_SHOWN_CHARACTERS]) + ("…" if len(rest) > _SHOWN_CHARACTERS else "")
    return replace(partial.trace, truncation=f"the text of the model cannot be read: {partial.reason}: {shown}")


@lru_cache(maxsize=1)
def _opened(name: str, version: tuple[int, ...]) -> TextWriter:
    return TextWriter.open(name, None, {}, rows=1, threads=torch.get_num_threads())


@contextmanager
def _cpu_threads(count: int) -> Iterator[None]:
    """Let PyTorch use this many CPU threads in the block; 0: one per usable core."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or usable_cores())
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _version_of(name: str) -> tuple[int, ...]:
    """Return the times at which the files of a model were written, so that a model that was trained again is loaded."""
    return tuple(path.stat().st_mtime_ns for path in sorted(Path(name).glob("*")))
