"""How short and how fast the view `compact` is, and how small the events are on disk.

    python benchmarks/views.py            # about five minutes; writes benchmarks/results/views.json
    python benchmarks/views.py --quick    # every eighth program, prints only

MBPP, one call per program, is traced anew; the corpus of the embedded programs comes with statecode. MBPP and GPT-2's
tokenizer are looked for in STATECODE_DATA, where the tests find them. "ratios" are medians over traces of snoop's
tokens by compact's: of the whole text, of the whole text where a trace has more than 100 events, and of snoop's whole
text by what compact writes after the source. "naive" are the same of a text that loses much: after the source a line
for each event but the first, its line number and changes. "per_s" are events per second of CPU time on one core, each
round over all traces, the best of some rounds, for other work on the machine only slows them down; reading includes
rendering again, with which a text is checked. "loop_per_s" is the same for a loop that adds numbers, to compare
machines by.

"parquet" are bytes: of snoop's texts (UTF-8), of a shard as `statecode build` writes it (events, source, stdin, output
and all other columns), and of a Parquet file with snoop's texts as its only column, in as many row groups and at the
same zstd level. "events_factor" and "text_factor" are how many times smaller than the texts the two are.
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
from statecode.views import parse, render

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "views.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
LONG = 100  # events
HUGE = 1000  # events
RATIO_TARGETS = {
    "mbpp": {"whole": 2.8, "whole_over_100_events": 4.5, "after_the_source": 6.5},
    "embedded": {"whole": 2.4, "after_the_source": 5.4},  # what a text that loses much reached on contest programs
}
SPEED_TARGETS = {"render_per_s": 500_000, "parse_per_s": 200_000}
PARQUET_TARGETS = {"under_1000_events": 10, "all": 20}


def data_folder() -> Path:
    """Where MBPP and the tokenizer lie, as for the tests."""
    return Path(os.environ.get("STATECODE_DATA") or ROOT.parent / "shared" / "data")


def mbpp() -> list[Trace]:
    """One call of each program of MBPP, traced now."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--programs", "mbpp", "--mbpp-path", str(data_folder() / "mbpp"), "--calls-per-problem", "1"]
        command = [sys.executable, "-m", "statecode", "build", *options, "--out", f"{folder}/mbpp", "--quiet"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        return list(statecode.read(f"{folder}/mbpp"))


def ratios(traces: list[Trace], count: TokenCounter) -> dict[str, Any]:
    """How many times fewer tokens compact has than snoop."""
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
    """Ratios of snoop's tokens by those of texts that begin with the source and an empty line."""
    whole, after = count(texts), count([text.partition("\n\n")[2] for text in texts])
    return {
        "whole": median_of(snoop, whole, range(len(texts))),
        "whole_over_100_events": median_of(snoop, whole, long),
        "after_the_source": median_of(snoop, after, range(len(texts))),
        "median_tokens": statistics.median(whole), "median_tokens_after_the_source": statistics.median(after),
        "tokens": sum(whole),
    }


def naive(trace: Trace) -> str:
    """Lines and changes; the frames, kinds of events, returned values, output and how it ended are lost."""
    source = "".join(f"{number} {line}\n" for number, line in enumerate(trace.code.splitlines(), 1))
    lines = (
        " ".join([str(event.line), *(f"{name}={value}" for name, value in event.changes)])
        for event in trace.events[1:]
    )
    return source + "\n" + "".join(f"{line}\n" for line in lines)


def median_of(longer: list[int], shorter: list[int], numbers: Any) -> float:
    """The median of the ratios of some traces."""
    return round(statistics.median(longer[number] / shorter[number] for number in numbers), 3)


def speed(traces: list[Trace], rounds: int) -> dict[str, Any]:
    """Events rendered and read per second."""
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
    """What the events take on disk, and what snoop's text would."""
    short = [trace for trace in traces if len(trace.events) < HUGE]
    return {"zstd_level": ZSTD_LEVEL, "under_1000_events": parquet_of(short), "all": parquet_of(traces)}


def parquet_of(traces: list[Trace]) -> dict[str, Any]:
    """Bytes of some traces as text and in the two kinds of file."""
    texts = [render(trace, "snoop").encode() for trace in traces]
    with tempfile.TemporaryDirectory() as folder:
        events, text = Path(folder, "events.parquet"), Path(folder, "text.parquet")
        with ShardWriter(events) as writer:
            for trace in traces:
                writer.add(trace)
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
    """Do something with each, and keep nothing."""
    for item in items:
        work(item)


def loop() -> None:
    """A million additions."""
    total = 0
    for number in range(1_000_000):
        total += number & 3


def seconds(work: Callable[[], None]) -> float:
    """CPU seconds that something takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def judge(result: dict[str, Any]) -> None:
    """Print a line for each target that says whether it was reached."""
    for kind, numbers in result.items():
        for corpus, measured in numbers.items():
            targets = {"speed": SPEED_TARGETS, "parquet": PARQUET_TARGETS}.get(kind) or RATIO_TARGETS[corpus]
            for name, target in targets.items():
                reached = measured[name]["events_factor"] if kind == "parquet" else measured[name]
                verdict = "" if reached >= target else "MISSED"
                print(f"{corpus + ', ' + name:40}{reached:12,} of {target:,} {verdict}")


def main() -> None:
    """Measure, print, and write the result down."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer traces and rounds, nothing is written")
    quick = parser.parse_args().quick
    described = provenance().as_dict()
    step, rounds = (8, 2) if quick else (1, 10)
    traces, shipped = mbpp()[::step], list(statecode.read(SHIPPED))[::step]
    count = load_counter(str(data_folder() / "tokenizers" / "gpt2"))
    result = {
        "speed": {"mbpp": speed(traces, rounds), "embedded": speed(shipped, rounds)},
        "ratios": {"mbpp": ratios(traces, count), "embedded": ratios(shipped, count)},
        "parquet": {"mbpp": parquet(traces), "embedded": parquet(shipped), "both": parquet([*traces, *shipped])},
    }
    judge(result)
    print(json.dumps(result, indent=1))
    if not quick:
        load = [round(value, 2) for value in os.getloadavg()]
        before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        RESULT.write_text(json.dumps({**before, "compact": {**described, "load": load, **result}}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
