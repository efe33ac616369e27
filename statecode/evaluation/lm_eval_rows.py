"""Make the rows of the tasks of lm-evaluation-harness in eval/lm_eval_tasks from the test split of the shipped corpus.

    python -m statecode.evaluation.lm_eval_rows             # writes eval/lm_eval_tasks/rows.jsonl
    lm_eval --include_path eval/lm_eval_tasks --tasks statecode_output,statecode_trace --model hf \\
        --model_args pretrained=RUN

A row has the texts of two tasks: `output_prompt` and `output`, in the view `io`; and `trace_prompt` and `trace`, in
the view `compact`, where the prompt ends before a random event, and `trace` contains this event and those after it.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from statecode.corpus.reader import read
from statecode.dataset.source import EMBEDDED_CORPUS
from statecode.entry import ArgumentParser
from statecode.evaluation.interpreter.cases import HELD_OUT_SPLIT, case_of, usable
from statecode.files import write_text
from statecode.records import Status, Trace
from statecode.views import blocks
from statecode.views.segments import joined_block

ROWS = 80
RUNS_PER_PROGRAM = 2
MAX_CHARACTERS = 4_000     # of the text of a run in the view compact
EVENTS = 3                 # events of `trace`
TASKS_FOLDER = Path("eval", "lm_eval_tasks")


def make_rows(traces: Iterable[Trace], seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the rows of the first RUNS_PER_PROGRAM runs of each program that end normally, print something and are
    short.

    Args:
        seed: seed of the choice of events, which also depends on the name of the run.
    """
    counts: Counter[str] = Counter()
    for trace in traces:
        parts = [joined_block(block) for block in blocks(trace, "compact")]
        shown = [index for index, part in enumerate(parts[1:-1]) if part]
        is_usable = trace.status is Status.OK and trace.stdout and sum(map(len, parts)) <= MAX_CHARACTERS
        if is_usable and len(shown) > EVENTS and counts[trace.program_id] < RUNS_PER_PROGRAM:
            counts[trace.program_id] += 1
            name = case_of(trace).name
            first = random.Random(f"{seed} {name}").choice(shown[1:])
            head, *_ = map(joined_block, blocks(trace, "io"))
            yield {
                "name": name, "output_prompt": head, "output": trace.stdout.removesuffix("\n"),
                "trace_prompt": "".join(parts[:first + 1]), "trace": "".join(parts[first + 1:first + 1 + EVENTS]),
            }


def held_out_traces() -> Iterator[Trace]:
    """Yield the usable runs in the test split of the shipped corpus."""
    return usable(read(EMBEDDED_CORPUS, HELD_OUT_SPLIT), Counter())


def main() -> None:
    """Write the rows."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TASKS_FOLDER / "rows.jsonl", metavar="FILE")
    args = parser.parse_args()
    rows = list(islice(make_rows(held_out_traces()), ROWS))
    write_text(args.out, "".join(f"{json.dumps(row)}\n" for row in rows))
    print(f"{args.out}: {len(rows)} rows")


if __name__ == "__main__":
    main()
