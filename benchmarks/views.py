"""How short and how fast the view `compact` is.

    python benchmarks/views.py            # about two minutes; writes benchmarks/results/views.json
    python benchmarks/views.py --quick    # every eighth program, prints only

MBPP, one call per program, is traced anew; MBPP and GPT-2's tokenizer are looked for in STATECODE_DATA, where the tests
find them. "ratios" are medians over traces of snoop's tokens by compact's: of the whole text, of the whole text where a
trace has more than 100 events, and of snoop's whole text by what compact writes after the source. "per_s" are events
per second of CPU time on one core, each round over all traces, the best of some rounds, for other work on the machine
only slows them down; reading includes rendering again, with which a text is checked. "loop_per_s" is the same for a
loop that adds numbers, to compare machines by.
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

import statecode
from statecode.evaluation.token_counters import TokenCounter, load_counter
from statecode.provenance import provenance
from statecode.records import Trace
from statecode.views import parse, render

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "views.json"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
LONG = 100  # events
TARGETS = {
    "whole": 2.8, "whole_over_100_events": 4.5, "after_the_source": 6.5,
    "render_per_s": 500_000, "parse_per_s": 200_000,
}


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
    texts = [render(trace, "compact") for trace in traces]
    snoop, whole = count([render(trace, "snoop") for trace in traces]), count(texts)
    after = count([text.partition("\n\n")[2] for text in texts])
    long = [number for number, trace in enumerate(traces) if len(trace.events) > LONG]
    return {
        "traces": len(traces), "traces_over_100_events": len(long),
        "events": sum(len(trace.events) for trace in traces),
        "whole": median_of(snoop, whole, range(len(traces))),
        "whole_over_100_events": median_of(snoop, whole, long),
        "after_the_source": median_of(snoop, after, range(len(traces))),
        "median_tokens": {"snoop": statistics.median(snoop), "compact": statistics.median(whole),
                          "compact_after_the_source": statistics.median(after)},
        "tokens": {"snoop": sum(snoop), "compact": sum(whole)},
    }


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


def main() -> None:
    """Measure, print, and write the result down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer traces and rounds, nothing is written")
    quick = parser.parse_args().quick
    described = provenance().as_dict()
    step, rounds = (8, 2) if quick else (1, 10)
    traces, shipped = mbpp()[::step], list(statecode.read(SHIPPED))[::step]
    result = {
        "ratios": ratios(traces, load_counter(str(data_folder() / "tokenizers" / "gpt2"))),
        "speed": {"mbpp": speed(traces, rounds), "embedded": speed(shipped, rounds)},
    }
    for name, target in TARGETS.items():
        reached = {**result["ratios"], **result["speed"]["mbpp"]}[name]
        print(f"{name:24}{reached:12,} of {target:,} {'' if reached >= target else 'MISSED'}")
    print(json.dumps(result, indent=1))
    if not quick:
        load = [round(value, 2) for value in os.getloadavg()]
        before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        RESULT.write_text(json.dumps({**before, "compact": {**described, "load": load, **result}}, indent=2) + "\n")
        print(f"written to {RESULT.name}")


if __name__ == "__main__":
    main()
