"""Measure the length and speed of the view `compact`, and the size of the events on disk.

    python benchmarks/views.py            # about five minutes; writes benchmarks/results/views.json
    python benchmarks/views.py --quick    # every eighth program, prints only
    python benchmarks/views.py --tokens   # only "tokens_by_version"

MBPP is traced with one call per program; the corpus of the embedded programs is part of statecode. MBPP and the
tokenizer of GPT-2 are read from STATECODE_DATA, as in the tests. "ratios" are medians over traces: snoop's tokens
divided by those of compact. Compact's tokens are counted in the whole text ("whole", and "whole_over_100_events" for
traces with more events) and in the text after the source ("after_the_source"); snoop's always in the whole text.
"naive" are the same ratios for a lossy text: the source, then one line for each event except the first, with its line
number and changes. "render_per_s" and "parse_per_s" are events per second of CPU time on one core. Each round processes
all traces, and the best round counts, because other processes can only slow a round down. Parsing includes rendering
the result again, which checks the text. "loop_per_s" is the iterations per second of a loop that adds numbers, for the
comparison of machines.

"parquet" contains bytes: of snoop's texts (UTF-8), of a shard as `statecode build` writes it (events, source, stdin,
output and all other columns), and of a Parquet file with snoop's texts as its only column, with the same number of row
groups and the same zstd level. "events_factor" and "text_factor" are the bytes of the texts divided by those of the two
files.

"tokens_by_version" contains the tokens of all texts of compact for each version of the view. Version 1 was measured by
the same command with PYTHONPATH set to a checkout that contains version 1.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import statecode
from statecode.corpus.shards import ZSTD_LEVEL, ShardWriter
from statecode.entry import ArgumentParser
from statecode.evaluation.token_counters import TokenCounter, load_counter
from statecode.provenance import provenance
from statecode.records import Trace
from statecode.tracing.wire.event_columns import RecordedRun
from statecode.views import VIEWS, parse, render

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "views.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
TOKENIZERS = ("gpt2", "bert-base-uncased")
SHORT = 30  # events: traces with at most this number have token counts of their own
LONG = 100  # events: traces with more have ratios of their own
HUGE = 1000  # events: traces with fewer have Parquet sizes of their own
RATIO_TARGETS = {
    "mbpp": {"whole": 2.8, "whole_over_100_events": 4.5, "after_the_source": 6.5},
    "embedded": {"whole": 2.4, "after_the_source": 5.4},  # values of a lossy text on contest programs
}
SPEED_TARGETS = {"render_per_s": 500_000, "parse_per_s": 200_000}
PARQUET_TARGETS = {"under_1000_events": 10, "all": 20}


def data_folder() -> Path:
    """Return the folder with MBPP and the tokenizer, as in the tests."""
    return Path(os.environ.get("STATECODE_DATA") or ROOT.parent / "shared" / "data")


def mbpp() -> list[Trace]:
    """Trace one call of each program of MBPP."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--programs", "mbpp", "--mbpp-path", str(data_folder() / "mbpp"), "--calls-per-problem", "1"]
        command = [sys.executable, "-m", "statecode", "build", *options, "--out", f"{folder}/mbpp", "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        return list(statecode.read(f"{folder}/mbpp"))


def ratios(traces: list[Trace], count: TokenCounter) -> dict[str, Any]:
    """Return the ratios of snoop's tokens to those of compact and to those of the naive text, with counts."""
    snoop = count([render(trace, "snoop") for trace in traces])
    long = [number for number, trace in enumerate(traces) if len(trace.events) > LONG]
    return {
        "traces": len(traces), "traces_over_100_events": len(long),
        "events": sum(len(trace.events) for trace in traces),
        **compared(snoop, [render(trace, "compact") for trace in traces], long, count),
        "naive": compared(snoop, list(map(naive, traces)), long, count),
        "median_tokens_of_snoop": statistics.median(snoop), "tokens_of_snoop": sum(snoop),
    }


def compared(snoop: list[int], texts: list[str], long: list[int], count: TokenCounter) -> dict[str, Any]:
    """Return the ratios of snoop's tokens to those of `texts`, which begin with the source and an empty line.

    Args:
        snoop: tokens of each trace in the view snoop.
        long: indices of the traces with more than LONG events.
    """
    whole, after = count(texts), count([text.partition("\n\n")[2] for text in texts])
    return {
        "whole": median_of(snoop, whole, range(len(texts))),
        "whole_over_100_events": median_of(snoop, whole, long),
        "after_the_source": median_of(snoop, after, range(len(texts))),
        "median_tokens": statistics.median(whole), "median_tokens_after_the_source": statistics.median(after),
        "tokens": sum(whole),
    }


def naive(trace: Trace) -> str:
    """Return a lossy text of a trace: source, lines and changes.

    The text lacks frames, kinds of events, returned values, output and the end of the run.
    """
    source = "".join(f"{number} {line}\n" for number, line in enumerate(trace.code.splitlines(), 1))
    lines = (
        " ".join([str(event.line), *(f"{name}={value}" for name, value in event.changes)])
        for event in trace.events[1:]
    )
    return source + "\n" + "".join(f"{line}\n" for line in lines)


def median_of(longer: list[int], shorter: list[int], numbers: Any) -> float:
    """Return the median of `longer` divided by `shorter` over the traces with the indices `numbers`."""
    return round(statistics.median(longer[number] / shorter[number] for number in numbers), 3)


def tokens(traces: list[Trace]) -> dict[str, Any]:
    """Return the tokens of compact for each tokenizer, in traces of at most SHORT events and in all."""
    groups = {"up_to_30_events": [trace for trace in traces if len(trace.events) <= SHORT], "all": traces}
    counters = {name: load_counter(str(data_folder() / "tokenizers" / name)) for name in TOKENIZERS}
    return {
        group: {"traces": len(members), **{
            name: sum(count([render(trace, "compact") for trace in members])) for name, count in counters.items()
        }}
        for group, members in groups.items()
    }


def speed(traces: list[Trace], rounds: int) -> dict[str, Any]:
    """Measure the events rendered and parsed per second."""
    events = sum(len(trace.events) for trace in traces)
    texts = [render(trace, "compact") for trace in traces]
    work: dict[str, Callable[[], None]] = {
        "render_per_s": lambda: run_all(lambda trace: render(trace, "compact"), traces),
        "parse_per_s": lambda: run_all(lambda text: parse(text, "compact"), texts),
    }
    best = {name: 0.0 for name in (*work, "loop_per_s")}
    for _ in range(rounds):
        for name, whole in work.items():
            best[name] = max(best[name], events / seconds(whole))
        best["loop_per_s"] = max(best["loop_per_s"], 1_000_000 / seconds(loop))
    return {"events": events, **{name: round(value) for name, value in best.items()}}


def parquet(traces: list[Trace]) -> dict[str, Any]:
    """Measure the sizes of events and of snoop's texts on disk, for traces of fewer than HUGE events and for all."""
    short = [trace for trace in traces if len(trace.events) < HUGE]
    return {"zstd_level": ZSTD_LEVEL, "under_1000_events": parquet_of(short), "all": parquet_of(traces)}


def parquet_of(traces: list[Trace]) -> dict[str, Any]:
    """Return the bytes of the traces as texts and in the two kinds of Parquet file."""
    texts = [render(trace, "snoop").encode() for trace in traces]
    with tempfile.TemporaryDirectory() as folder:
        events, text = Path(folder, "events.parquet"), Path(folder, "text.parquet")
        with ShardWriter(events) as writer:
            for trace in traces:
                writer.add(RecordedRun.of(trace))
        groups = pq.read_metadata(events)
        pq.write_table(
            pa.table({"text": pa.array(texts, pa.large_binary()).cast(pa.large_string())}), text, use_dictionary=False,
            compression="zstd", compression_level=ZSTD_LEVEL, row_group_size=-(-len(texts) // groups.num_row_groups),
        )
        whole, sizes = sum(map(len, texts)), {"events": events.stat().st_size, "text": text.stat().st_size}
    return {
        "traces": len(traces), "events": sum(len(trace.events) for trace in traces), "text_bytes": whole,
        "events_parquet_bytes": sizes["events"], "text_parquet_bytes": sizes["text"],
        "events_factor": round(whole / sizes["events"], 1), "text_factor": round(whole / sizes["text"], 1),
    }


def run_all(work: Callable[[Any], Any], items: list[Any]) -> None:
    """Call `work` with each item and discard the results."""
    for item in items:
        work(item)


def loop() -> None:
    """Add a million numbers."""
    total = 0
    for number in range(1_000_000):
        total += number & 3


def seconds(work: Callable[[], None]) -> float:
    """Return the CPU seconds that a call of `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def judge(result: dict[str, Any]) -> None:
    """Print one line for each target, with MISSED if it was not reached."""
    for kind, numbers in result.items():
        for corpus, measured in numbers.items():
            targets = {"speed": SPEED_TARGETS, "parquet": PARQUET_TARGETS}.get(kind) or RATIO_TARGETS[corpus]
            for name, target in targets.items():
                reached = measured[name]["events_factor"] if kind == "parquet" else measured[name]
                verdict = "" if reached >= target else "MISSED"
                print(f"{corpus + ', ' + name:40}{reached:12,} of {target:,} {verdict}")


def main() -> None:
    """Measure, print the results and write them to RESULT."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer traces and rounds; print the results only")
    parser.add_argument("--tokens", action="store_true", help="only count the tokens of compact, for each tokenizer")
    args = parser.parse_args()
    run_provenance = provenance().as_dict()
    step, rounds = (8, 2) if args.quick else (1, 10)
    traces, shipped = mbpp()[::step], list(statecode.read(SHIPPED))[::step]
    counted = {"mbpp": tokens(traces), "embedded": tokens(shipped)}
    print(json.dumps(counted, indent=1))
    results: dict[str, Any] = {}
    if not args.tokens:
        results["compact"] = {**run_provenance, **measured(traces, shipped, rounds)}
    if not args.quick:
        before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        version = {str(VIEWS["compact"].version): {**run_provenance, **counted}}
        results["tokens_by_version"] = {**before.get("tokens_by_version", {}), **version}
        RESULT.write_text(json.dumps({**before, **results}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


def measured(traces: list[Trace], shipped: list[Trace], rounds: int) -> dict[str, Any]:
    """Measure speed, ratios and sizes, and print them."""
    count = load_counter(str(data_folder() / "tokenizers" / "gpt2"))
    result = {
        "speed": {"mbpp": speed(traces, rounds), "embedded": speed(shipped, rounds)},
        "ratios": {"mbpp": ratios(traces, count), "embedded": ratios(shipped, count)},
        "parquet": {"mbpp": parquet(traces), "embedded": parquet(shipped), "both": parquet([*traces, *shipped])},
    }
    judge(result)
    print(json.dumps(result, indent=1))
    return {"load": [round(value, 2) for value in os.getloadavg()], **result}


if __name__ == "__main__":
    main()
