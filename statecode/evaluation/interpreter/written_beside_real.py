"""Show a trace that a model wrote beside the real one, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from statecode.evaluation.configs import InterpreterConfig
from statecode.evaluation.interpreter.cases import RunCase
from statecode.evaluation.interpreter.event_comparison import first_divergence
from statecode.evaluation.interpreter.scoring import Model, TraceScore, trace_tasks
from statecode.evaluation.report import Heading, Table, as_markdown
from statecode.records import Trace
from statecode.views import blocks
from statecode.views.partial_texts import read_partial
from statecode.views.segments import joined_block

LINES_BEFORE = 20  # rows before the first different line
LINES_AFTER = 5    # rows after it


def example_section(
    cases: Sequence[RunCase], scores: Sequence[TraceScore], view: str, model: Model, config: InterpreterConfig
) -> str:
    """Return the section of a report that shows the trace of `example_of`, in Markdown; empty if there is none."""
    case = example_of(cases, scores)
    table = case and written_beside_real(case, view, model, config)
    if not case or not table:
        return ""
    about = (f"The run {case.name}: the wrong trace with the most right events before the first divergence, or an exact"
             " one if none is wrong.")
    return "\n" + as_markdown([Heading("A written trace beside the real one"), about, table])


def example_of(cases: Sequence[RunCase], scores: Sequence[TraceScore]) -> RunCase | None:
    """Return the wrong trace with the most right events before the first divergence, else an exact one.

    Args:
        scores: of the cases, in the same order.

    Returns:
        None if no trace was written.
    """
    written = [(not score.exact, score.right_events, case) for case, score in zip(cases, scores) if score.fits]
    return max(written, key=lambda one: one[:2])[2] if written else None


def written_beside_real(case: RunCase, view: str, model: Model, config: InterpreterConfig) -> Table | None:
    """Let a model write the trace of a case, and return the table of `beside`.

    A text that the model has written before is not written again, see `text_writer.TextWriter`.

    Returns:
        None if the real trace does not fit in the context of the model.
    """
    tasks = trace_tasks([case], view, model.tokenizer, model.context, config.max_new_tokens)
    written = model.write(tasks, "writing a trace")
    return beside(case.trace, written[case.name].text, view) if tasks else None


def beside(real: Trace, written: str, view: str) -> Table:
    """Return a table with a row per line of the real and of the written text; the first different line is marked.

    Of long texts it has the rows around this line, or the first rows if no line differs. The caption has the number of
    right events before the first divergence.

    Args:
        written: the text after the program and its input.
    """
    head, *rest = (joined_block(block) for block in blocks(real, view))
    pairs = [pair for pair in zip_longest("".join(rest).splitlines(), written.splitlines(), fillvalue="") if any(pair)]
    different = next((number for number, (one, other) in enumerate(pairs) if one != other), None)
    rows = [[as_code(one), as_code(other), "first difference" if number == different else ""]
            for number, (one, other) in enumerate(pairs)]
    first = max(0, (different or 0) - LINES_BEFORE)
    divergence = first_divergence(real.events, read_partial(head + written, view).trace.events)
    right = len(real.events) if divergence is None else divergence
    caption = f"{right} of {len(real.events)} events are right before the first divergence."
    return Table(["real", "written", ""], rows[first:first + LINES_BEFORE + 1 + LINES_AFTER], caption)


def as_code(line: str) -> str:
    """Return a line as code in Markdown; an empty one is empty."""
    if "`" in line:
        return f"`` {line} ``"
    pad = " " if line != line.strip() else ""  # Markdown removes one space on both sides
    return f"`{pad}{line}{pad}`" if line else ""
