"""Measure whether a model runs code: it reads a program and its input, and writes the trace of the run.

    python eval/interpret.py --model runs/compact --out results/interpret.json
    python eval/interpret.py --model runs/compact --data generated:500 --out results/generated.json
    python eval/interpret.py --model runs/compact --data cruxeval --out results/cruxeval.json
    python eval/interpret.py --model runs/compact --data program.py --stdin input.txt --out results/one.json

--data is one of

    held-out        runs of the test split of the shipped corpus, or of --corpus
    generated:N     N generated programs, with another seed than the default of the training data
    short           240 short programs of arithmetic, conditions and loops, which no corpus contains
    cruxeval        CRUXEval, from the folder STATECODE_DATA, --cruxeval-path or the Hub
    FILE.jsonl      programs of a file, or any other source of `statecode build --programs`
    PROGRAM.py      one program

The view is that on which the model was trained, or --view: a lossless one (compact, full-state, frames), or io, in
which the model writes the output without a trace. What the model wrote is read up to the first malformed line. The
results are in FILE.json, a report with tables in FILE.md, and the written texts in FILE.jsonl: an interrupted
evaluation is continued by the same command. docs/evaluation.md defines every number.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.arguments import add_settings, check, from_arguments
from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ProgramError
from statecode.evaluation.configs import InterpreterConfig
from statecode.evaluation.trained_view import choose_view
from statecode.files import write_text
from statecode.input_files import read_named
from statecode.modeling.configs import ALLOW_PICKLE_WEIGHTS_HELP, as_json
from statecode.modeling.hub_names import check_model
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.modeling.run_folder import view_of_run, write_json
from statecode.provenance import provenance
from statecode.terminal import print_line, print_lines
from statecode.tracing.options import RunOptions
from statecode.views import VIEWS
from statecode.views.partial_texts import check_lossless

if TYPE_CHECKING:
    from statecode.evaluation.interpreter.cases import RunCase
    from statecode.evaluation.interpreter.cruxeval import Row
    from statecode.evaluation.interpreter.scoring import EventScore, TraceScore
    from statecode.evaluation.interpreter.text_writer import TextWriter

DIRECT_VIEW = "io"
HELD_OUT_PROGRAMS, SHORT_PROGRAMS = 200, 240  # defaults of --programs


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    flags = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--model", required=True, metavar="MODEL",
                       help="causal model: a finished run, a checkpoint folder or a Hub id")
    flags.add_argument("--data", default="held-out", help="programs to run, see above (default: held-out)")
    flags.add_argument("--view", metavar="VIEW", help="view that the model writes (default: that of the run MODEL)")
    flags.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="file for the results")
    flags.add_argument("--programs", type=int, metavar="N",
                       help=f"number of programs (default: {HELD_OUT_PROGRAMS} of held-out, {SHORT_PROGRAMS} of short, "
                            "else all)")
    flags.add_argument("--corpus", type=Path, metavar="DIR", help="corpus folder of --data held-out (default: shipped)")
    flags.add_argument("--stdin", type=Path, metavar="FILE", help="input of --data PROGRAM.py (default: none)")
    flags.add_argument("--cruxeval-path", metavar="PATH", help="local copy of CRUXEval, a file or folder")
    flags.add_argument("--direct", action="store_true",
                       help="with cruxeval: also ask for outputs and inputs with two examples and no trace, as one "
                            "asks general models; traces are written only if MODEL has a view or --view is passed")
    flags.add_argument("--direct-model", metavar="RUN",
                       help="a model trained on the view io, whose outputs are scored in the same table")
    flags.add_argument("--gguf-file", metavar="FILE", help="the GGUF file in MODEL that holds the weights")
    flags.add_argument("--allow-pickle-weights", action="store_true", help=ALLOW_PICKLE_WEIGHTS_HELP)
    flags.add_argument("--trust-programs", action="store_true",
                       help="run the programs, and the predictions of the model, without a sandbox")
    flags.add_argument("--seed", type=int, default=0, help="seed of the choice of programs and events (default: 0)")
    flags.add_argument("--threads", type=int, default=0, metavar="N", help="CPU threads (default: all cores)")
    add_settings(flags, InterpreterConfig, "written texts")
    return flags


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse and check the command line, before the model and the programs are loaded."""
    args = parser().parse_args(argv)
    check(args.programs is None or args.programs > 0, f"--programs must be positive; got {args.programs}")
    check(args.corpus is None or args.data == "held-out", "--corpus is the corpus of --data held-out")
    check(args.stdin is None or args.data.endswith(".py"), "--stdin is the input of --data PROGRAM.py")
    check(args.cruxeval_path is None or args.data == "cruxeval", "--cruxeval-path is the copy of --data cruxeval")
    check(not args.direct or args.data == "cruxeval", "--direct needs --data cruxeval")
    for suffix in (".json", ".md", ".jsonl"):
        check_file(args.out.with_suffix(suffix), "--out")
    check(args.out.suffix == ".json", f"--out {args.out} must end with .json; the report is FILE.md")
    if args.direct and args.view is None and view_of_run(args.model) is None:
        return args
    args.view, notice = choose_view(args.model, args.view)
    if VIEWS.find(args.view).name != DIRECT_VIEW:
        check_lossless(args.view)
    if notice:
        print_line(notice, sys.stderr)
    return args


def main(argv: Sequence[str] | None = None) -> None:
    """Load the model and run the programs, let the model write, and write the results."""
    args = parse(argv)
    config = from_arguments(InterpreterConfig, args)
    check_model(args.model, args.gguf_file)
    if args.direct_model is not None:
        check_model(args.direct_model, None)
    rows = read_cruxeval(args) if args.data == "cruxeval" else None
    skipped: Counter[str] = Counter()
    cases = load_cases(args, rows, skipped)
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.evaluation.interpreter import report, scoring
    from statecode.evaluation.interpreter.written_beside_real import example_section

    run_provenance = provenance(args.seed).as_dict()  # at the start: the commit can change during a long run
    model = open_model(args.model, args, args.view, ".jsonl", config)
    traces: list[TraceScore] = []
    events: list[EventScore] = []
    example = ""  # section of the report
    direct: dict[str, dict[str, str]] = {}  # predictor → name of the run → its output, written without a trace
    if args.view is not None and args.view != DIRECT_VIEW:
        traces, events = scoring.evaluate_traces(cases, args.view, model, config, args.seed)
        example = example_section(cases, traces, args.view, model, config)
    if args.view == DIRECT_VIEW:
        direct[f"{args.model}, without a trace"] = scoring.direct_outputs(model, cases, config.max_new_tokens)
    if args.direct_model is not None:
        other = open_model(args.direct_model, args, DIRECT_VIEW, ".direct.jsonl", config)
        found = scoring.direct_outputs(other, cases, config.max_new_tokens)
        direct[f"{args.direct_model}, without a trace"] = found
    outputs = {name: scoring.score_outputs(cases, found) for name, found in direct.items()}
    record = report.as_record(traces, events, outputs | scoring.baselines(cases))
    own = outputs.get(f"{args.model}, without a trace")
    record["output"] = record["model"]["output"] if traces else own and own.share
    text = report.markdown(record, facts_of(args), skipped) + example
    if rows is not None:
        by_trace = {f"{args.model}, by its trace": {score.name: score.stdout for score in traces if score.stdout}}
        record["cruxeval"] = score_cruxeval(args, rows, (by_trace if traces else {}) | direct, model)
        text += "\n" + report.cruxeval_markdown(record["cruxeval"])
    with reported_write_errors(args.out, "--out"):
        write_json(args.out, {"settings": facts_of(args) | as_json(config), "skipped": dict(skipped), **record,
                              "provenance": run_provenance})
        write_text(args.out.with_suffix(".md"), text)
    print_lines(text)


def open_model(
    name: str, args: argparse.Namespace, view: str | None, suffix: str, config: InterpreterConfig
) -> TextWriter:
    """Load a model, and open the file of the texts that it writes in a view."""
    from statecode.evaluation.interpreter.text_writer import TextWriter

    return TextWriter.open(name, args.out.with_suffix(suffix), {"view": view_name(view)}, config.decoding_rows,
                           threads=args.threads, gguf_file=args.gguf_file if name == args.model else None,
                           allow_pickle_weights=args.allow_pickle_weights)


def view_name(view: str | None) -> str | None:
    """Return the name and the version of a view; None without one."""
    return view and f"{view} version {VIEWS[view].version}"


def facts_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return the facts that the report lists."""
    data = f"{args.data} of {args.corpus or 'embedded'}" if args.data == "held-out" else args.data
    return {"model": args.model, "data": data, "view": view_name(args.view), "seed": args.seed}


def read_cruxeval(args: argparse.Namespace) -> list[Row]:
    """Return the rows of CRUXEval, at most --programs of them."""
    from statecode.evaluation.interpreter.cruxeval import read_rows

    return read_rows(args.cruxeval_path)[:args.programs]


def load_cases(args: argparse.Namespace, rows: Sequence[Row] | None, skipped: Counter[str]) -> list[RunCase]:
    """Return the real runs of --data."""
    from statecode.evaluation.interpreter import cases

    options = RunOptions(trust_programs=args.trust_programs)
    if rows is not None:
        from statecode.evaluation.interpreter.cruxeval import program_of

        return cases.run_cases(map(program_of, rows), "cruxeval", options, skipped)
    if args.data == cases.HELD_OUT:
        programs = args.programs or HELD_OUT_PROGRAMS
        return cases.held_out_cases(args.corpus, programs, args.seed, skipped)
    if args.data == cases.SHORT:
        return cases.short_cases(args.programs or SHORT_PROGRAMS, options, skipped)
    if args.data.endswith(".py"):
        return cases.program_case(Path(args.data), read_stdin(args.stdin), options, skipped)
    return cases.source_cases(args.data, args.programs, options, skipped)


def read_stdin(path: Path | None) -> str:
    """Return the text of --stdin.

    Raises:
        ProgramError: the file cannot be read, or is not UTF-8.
    """
    try:
        return "" if path is None else read_named(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ProgramError(f"--stdin {path}: {reason}") from error


def score_cruxeval(
    args: argparse.Namespace, rows: Sequence[Row], written: Mapping[str, Mapping[str, str]], model: TextWriter
) -> dict[str, Any]:
    """Check the predictions of the model and of the baselines by runs; see `cruxeval.pass_rates`."""
    from statecode.evaluation.interpreter import cruxeval
    from statecode.evaluation.interpreter.cases import name_of_run

    outputs, inputs = cruxeval.output_baselines(rows), cruxeval.input_baselines(rows)
    for name, found in written.items():
        outputs[name] = [found.get(name_of_run(row.name)) for row in rows]
    if args.direct:
        from statecode.evaluation.interpreter.cruxeval_prompts import direct_answers

        name = f"{args.model}, from two examples"
        outputs[name] = direct_answers(rows, "outputs", model)
        inputs[name] = direct_answers(rows, "inputs", model)
    return cruxeval.pass_rates(rows, outputs, inputs, RunOptions(trust_programs=args.trust_programs))


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
