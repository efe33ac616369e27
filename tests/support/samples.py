"""Samples of the cases of a test: `make test` runs a sample, `make test-long` all cases."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

import pytest

from statecode.records import Program, Trace

Case = TypeVar("Case")


def sampled(step: int) -> pytest.MarkDecorator:
    """Return a mark that calls a test with the parameter `step`, the distance of the cases to run.

    The whole form, with the step 1, has the mark `long`.
    """
    return pytest.mark.parametrize("step", [pytest.param(step, id="sample"), pytest.param(1, id="all", marks=pytest.mark.long)])


def sample(cases: Iterable[Case], step: int, kinds: Callable[[Case], frozenset[str]]) -> list[Case]:
    """Return every step-th case, and each case that is of a kind of which the sample has none before it."""
    chosen, seen = [], set()
    for number, case in enumerate(cases):
        if number % step == 0 or not kinds(case) <= seen:
            seen |= kinds(case)
            chosen.append(case)
    return chosen


def kinds_of_program(program: Program) -> frozenset[str]:
    """Return the kinds of a program: the nodes of its syntax tree, the modules that it imports, and its label."""
    return kinds_of_source(program.code) | {f"label {program.label}"}


def kinds_of_run(run: tuple[Program, int]) -> frozenset[str]:
    """Return the kinds of a run, which are those of its program."""
    return kinds_of_program(run[0])


def kinds_of_trace(trace: Trace) -> frozenset[str]:
    """Return the kinds of a trace: those of its source, its events, its status and its exception."""
    events = {f"event {event.kind.value}" for event in trace.events}
    exception = trace.exception.type if trace.exception else None
    return kinds_of_source(trace.code) | events | {f"status {trace.status.value}", f"exception {exception}"}


@lru_cache(maxsize=None)
def kinds_of_source(source: str) -> frozenset[str]:
    """Return the names of the nodes of a syntax tree and of the imported modules; for an invalid source, its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError) as error:
        return frozenset({type(error).__name__})
    imported = {f"import {alias.name}" for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {f"import {node.module}" for node in nodes if isinstance(node, ast.ImportFrom)}
    return frozenset({type(node).__name__ for node in nodes} | imported)
