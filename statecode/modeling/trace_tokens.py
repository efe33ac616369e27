"""Tokenise the runs of a corpus in several processes, with the parts of each text that have a loss, and its values.

A process reads a shard, renders its runs as a view, divides them into windows if that is wanted, and tokenises the
texts. The results have the order of the shards. Their memory is bounded by the size of a shard and the number of
processes. This module imports neither torch nor transformers, so that a process starts in a fraction of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tokenizers import Encoding, Tokenizer

from statecode.corpus.shards import read_shard
from statecode.errors import ConfigError, InputError, one_line
from statecode.modeling.text_starts import encode_starts
from statecode.progress import progress_bar
from statecode.records import Trace
from statecode.views import VIEWS
from statecode.views.cutting import windows
from statecode.views.scored import ScoredText, scored_run, scored_window, whole_window

RENDERING_ERRORS = (InputError, UnicodeError, RecursionError)
"""The errors that a view of the package raises for a run that it cannot render."""


@dataclass(frozen=True, kw_only=True)
class TraceTokenising:
    """The settings with which the runs of a corpus become documents."""

    view: str
    tokenizer_json: str          # content of the file tokenizer.json
    loss_on_trace: bool          # False: all tokens are scored
    mark_values: bool = False    # True: ShardTokens contains the tokens of values
    window_tokens: int | None    # maximum number of tokens of a window; None: each run is one document
    document_tokens: int | None  # see DataConfig
    token_dtype: str             # NumPy's name of the type of the token ids


@dataclass(frozen=True)
class ShardTokens:
    """The documents of a shard."""

    tokens: np.ndarray       # token ids of all documents, one after another
    lengths: np.ndarray      # number of tokens of each document, int64
    spans: np.ndarray        # scored tokens, int32 (n, 2): first token, token after the last one; per document
    span_counts: np.ndarray  # number of spans of each document, int64
    in_value: np.ndarray     # bool, for each of `tokens`: it continues the value of the token before; or empty
    text_bytes: int          # UTF-8 bytes of the texts
    runs: int                # number of runs of the shard, each of which has at least one document
    unrendered: list[str]    # the name and the reason of each run that the view cannot render; it is an empty document


def tokenise_shards(shards: Sequence[str], settings: TraceTokenising, processes: int) -> Iterator[ShardTokens]:
    """Yield the documents of each shard, in order.

    Args:
        processes: number of processes; 1: the shards are tokenised in this process. This is also done for a view from
            outside of the package, which other processes do not have.

    Raises:
        ConfigError: the view cannot render any of the runs.

    Warns:
        UserWarning: the view cannot render some runs.
    """
    parallel = processes > 1 and len(shards) > 1 and _is_own(settings.view)
    runs, unrendered = 0, []
    with progress_bar(None, "tokenising", "shards", total=len(shards)) as bar:
        for shard, done in zip(shards, (_in_processes if parallel else _in_this_process)(shards, settings, processes)):
            if done.unrendered:
                warnings.warn(f"{shard}: {len(done.unrendered)} runs cannot be rendered in the view {settings.view}, so"
                              f" that their texts are empty; the first is {done.unrendered[0]}", stacklevel=2)
            bar.update()
            runs += done.runs
            unrendered += done.unrendered
            yield done
    if len(unrendered) == runs > 0:
        raise ConfigError(f"no run of {Path(shards[0]).parent} can be rendered in the view {settings.view}; the first:"
                          f" {unrendered[0]}; choose another --config")


def _is_own(view: str) -> bool:
    """Return True if a view is a part of the package."""
    return (VIEWS.find(view).functions.segments or len).__module__.startswith("statecode.views.")


def _in_this_process(shards: Sequence[str], settings: TraceTokenising, processes: int) -> Iterator[ShardTokens]:
    return (tokenise_shard(shard, settings) for shard in shards)


def _in_processes(shards: Sequence[str], settings: TraceTokenising, processes: int) -> Iterator[ShardTokens]:
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks of torch
    pool = ProcessPoolExecutor(min(processes, len(shards)), context, initializer=_start_worker)
    pending: deque[Future[ShardTokens]] = deque()
    try:
        for shard in shards:
            with _empty_main_module():
                pending.append(pool.submit(tokenise_shard, shard, settings))
            if len(pending) > processes:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _empty_main_module() -> Iterator[None]:
    """Hide the script of this process in the block: a process that is started in it does not execute the script."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _start_worker() -> None:
    """Prepare a process: it ignores Ctrl-C, which the parent handles, uses one core, and exits with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    parent = multiprocessing.parent_process()

    def exit_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=exit_with_parent, daemon=True).start()


def tokenise_shard(shard: str, settings: TraceTokenising) -> ShardTokens:
    """Return the documents of a shard."""
    tokenizer = Tokenizer.from_str(settings.tokenizer_json)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # a text that spells a special token is ordinary text
    # A view from outside of the package may raise any error; in a view of the package other errors are defects.
    caught = RENDERING_ERRORS if _is_own(settings.view) else (Exception,)
    unrendered: list[str] = []
    tokens, lengths, spans, counts, in_value, text_bytes, runs = [], [], [], [], [], 0, 0
    for runs, trace in enumerate(read_shard(Path(shard)), 1):
        try:
            documents = list(_documents(trace, tokenizer, settings))
        except caught as error:
            unrendered.append(f"{trace.program_id}#{trace.input_index}: {one_line(error)}")
            documents = [_EMPTY_DOCUMENT]
        for document in documents:
            tokens.append(np.asarray(document.ids, dtype=settings.token_dtype))
            lengths.append(len(document.ids))
            spans += document.scored
            counts.append(len(document.scored))
            in_value.append(document.in_value)
            text_bytes += document.text_bytes
    return ShardTokens(
        np.concatenate(tokens) if tokens else np.zeros(0, settings.token_dtype), np.array(lengths, dtype=np.int64),
        np.array(spans, dtype=np.int32).reshape(-1, 2), np.array(counts, dtype=np.int64),
        np.concatenate(in_value) if in_value else np.zeros(0, dtype=bool), text_bytes, runs, unrendered)


class _Document(NamedTuple):
    """A document of a run; the fields are those of ShardTokens."""

    ids: Sequence[int]
    scored: list[tuple[int, int]]
    in_value: np.ndarray
    text_bytes: int


_EMPTY_DOCUMENT = _Document([], [], np.zeros(0, dtype=bool), 0)


def _documents(trace: Trace, tokenizer: Tokenizer, settings: TraceTokenising) -> Iterator[_Document]:
    """Yield the documents of a run."""
    limit = settings.document_tokens
    used = 0
    for text in _texts(trace, tokenizer, settings):
        size_bytes = len(text.text.encode())  # raises an error for lone surrogates, which cannot be tokenised
        encoding = _encoded_start(tokenizer, text.text, limit)
        kept = len(encoding.ids) if limit is None else min(len(encoding.ids), max(1, limit - used))
        in_value = continues_value(encoding, text)[:kept] if settings.mark_values else _EMPTY_DOCUMENT.in_value
        yield _Document(encoding.ids[:kept], token_spans(encoding, text, kept), in_value, size_bytes)
        used += kept
        if limit is not None and used >= limit:
            return


def _texts(trace: Trace, tokenizer: Tokenizer, settings: TraceTokenising) -> Iterator[ScoredText]:
    if settings.window_tokens is not None:
        parts = windows(trace, settings.view, settings.window_tokens,
                        lambda text: len(tokenizer.encode(text, add_special_tokens=False)))
        if parts is not None:
            yield from map(scored_window if settings.loss_on_trace else whole_window, parts)
            return
    run = scored_run(trace, settings.view)
    yield run if settings.loss_on_trace else run._replace(scored=[(0, len(run.text))])


def _encoded_start(tokenizer: Tokenizer, text: str, limit: int | None) -> Encoding:
    """Return the encoding of a text, or of a prefix of it that has more than `limit` tokens."""
    def encode(texts: Sequence[str]) -> list[Encoding]:
        return [tokenizer.encode(text, add_special_tokens=False) for text in texts]

    return encode([text])[0] if limit is None else encode_starts(encode, [text], limit)[0]


def token_spans(encoding: Encoding, text: ScoredText, kept: int) -> list[tuple[int, int]]:
    """Return the spans of tokens that are scored: those that begin in a scored part of the text.

    The end token has the index `len(encoding)`. It is scored if the text ends with the end of the run, all tokens are
    kept, and a part of the text is scored.

    Args:
        kept: number of tokens that are stored.
    """
    starts = np.array([start for start, _ in encoding.offsets], dtype=np.int64)
    spans: list[tuple[int, int]] = []
    for start, end in text.scored:
        first, last = (min(kept, int(number)) for number in np.searchsorted(starts, [start, end]))
        if spans and spans[-1][1] >= first:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        elif first < last:
            spans.append((first, last))
    if text.has_end and kept == len(starts) and text.scored:
        if spans and spans[-1][1] == kept:
            spans[-1] = spans[-1][0], kept + 1
        else:
            spans.append((kept, kept + 1))
    return spans


def continues_value(encoding: Encoding, text: ScoredText) -> np.ndarray:
    """Return which tokens continue the value of the token before them, bool (T,).

    Each token that contains a character of a value belongs to it. If one token belongs to two values, all of their
    tokens are one value.
    """
    ends = np.array([end for _, end in encoding.offsets], dtype=np.int64)
    # White space before a token, which some tokenizers leave out of the offsets, belongs to the token.
    begins = np.minimum([start for start, _ in encoding.offsets], np.concatenate([[0], ends[:-1]]))
    spans = np.array(text.values, dtype=np.int64).reshape(-1, 2)
    first, last = np.searchsorted(ends, spans[:, 0], side="right"), np.searchsorted(begins, spans[:, 1])
    several = first + 1 < last  # a value of one token has no token that continues it
    changes = np.zeros(len(ends) + 1, dtype=np.int64)
    np.add.at(changes, first[several] + 1, 1)
    np.add.at(changes, last[several], -1)
    return np.cumsum(changes[:-1]) > 0
