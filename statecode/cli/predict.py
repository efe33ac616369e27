"""Let a model run one program, and show its run beside the real one.

The model reads the program and its input, and writes the trace of the run. The
program also runs in the sandbox, as in `statecode trace`. Both runs are printed
in two columns, one line per event. `>` marks the first event in which they
differ; the last lines name this difference and compare the outputs. The exit
code is 0 even if the prediction is wrong.

    statecode predict prog.py --model runs/compact
    statecode predict prog.py --model runs/compact --stdin input.txt
    statecode predict prog.py --model runs/compact --no-run
    statecode predict prog.py --model runs/compact --html prog.html
    statecode predict prog.py --model runs/compact --json > predicted.json

MODEL is a finished run of train/pretrain.py, a checkpoint folder or a Hub id.
A long run has several windows: if the context of the model is full, the next
window begins with the source, the input and the predicted state.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from statecode.arguments import check
from statecode.cli import program_file
from statecode.cli.formatting import format_count, format_outcome
from statecode.cli.side_by_side import side_by_side
from statecode.evaluation.interpreter.difference_texts import difference_sentence, output_sentence
from statecode.evaluation.interpreter.event_comparison import first_divergence
from statecode.evaluation.prediction_model import MAX_EVENTS, choose_model
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.records import Program, Trace, file_name_of
from statecode.terminal import print_line, write_output
from statecode.views import VIEWS
from statecode.views.page import Comparison, write_page

WIDTH = 100  # columns of the output if stdout is no terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode predict`."""
    lossless = ", ".join(name for name, view in VIEWS.items() if view.lossless)
    parser.add_argument("file", metavar="FILE", help="the program, a Python file")
    parser.add_argument("--model", metavar="MODEL", help="the model that runs the program, see above")
    parser.add_argument("--view", metavar="VIEW",
                        help=f"view that the model writes: {lossless} (default: that of the run MODEL)")
    parser.add_argument("--max-events", type=int, default=MAX_EVENTS, metavar="N",
                        help="number of events after which a predicted run is ended (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, metavar="N",
                        help="CPU threads of the model; 0: all cores (default: 1, best for small models)")
    parser.add_argument("--no-run", action="store_true", help="do not run the program, print the prediction alone")
    parser.add_argument("--html", metavar="FILE.html", help="also write a page that steps through both runs")
    parser.add_argument("--json", action="store_true",
                        help="print only the predicted trace, as JSON, for Trace.from_json and other tools")
    program_file.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run the program, predict its run, and print both; return the exit code 0."""
    check(args.max_events > 0, f"--max-events must be at least 1; got {args.max_events}")
    if args.html is not None:
        check_file(Path(args.html), "--html")
    model, view = choose_model(args.model, args.view)
    program = program_file.read_program(args.file, args)
    runs = not args.no_run and (args.html is not None or not args.json)
    real = None if not runs else program_file.run_program(program, args.file, args).trace
    predicted = _predicted(program, model, view, args)
    if args.html is not None:
        with reported_write_errors(Path(args.html), "--html"):
            write_page(predicted, args.html, None if real is None else _comparison(predicted, real))
    if args.json:
        write_output(predicted.to_json() + "\n")
    else:
        _print(predicted, real)
    return 0


def _predicted(program: Program, model: str, view: str, args: argparse.Namespace) -> Trace:
    from statecode.evaluation.prediction import predict  # late: torch takes seconds to import

    trace = predict(program.code, program.inputs[0], model=model, view=view, max_events=args.max_events,
                    threads=args.threads)
    return replace(trace, program_id=program.program_id, problem_id=program.problem_id,
                   file_name=file_name_of(args.file))


def _print(predicted: Trace, real: Trace | None) -> None:
    """Print the columns and the sentences below them."""
    for line in side_by_side(predicted, real, shutil.get_terminal_size((WIDTH, 24)).columns):
        print_line(line)
    print_line("")
    print_line(f"the model: {_counted(predicted)}; {_predicted_outcome(predicted)}")
    if real is None:
        print_line(f"the predicted output: {predicted.stdout!r}")
        return
    print_line(f"the run: {_counted(real)}; {format_outcome(real)}")
    for sentence in _sentences(predicted, real):
        print_line(sentence)


def _sentences(predicted: Trace, real: Trace) -> list[str]:
    return [difference_sentence(real, predicted), output_sentence(real, predicted)]


def _comparison(predicted: Trace, real: Trace) -> Comparison:
    return Comparison(real, first_divergence(real.events, predicted.events), _sentences(predicted, real))


def _counted(trace: Trace) -> str:
    return format_count(len(trace.events), "event")


def _predicted_outcome(trace: Trace) -> str:
    if trace.truncation is None:
        return format_outcome(trace)
    return "the limit on events was reached, see --max-events" if trace.truncation == "events" else trace.truncation
