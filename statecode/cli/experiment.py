"""Answer a question by training and measuring several arms with several seeds.

FILE is a YAML file with the question, the commands of the steps, the arms and
the measures; see docs/experiments.md. Run the command in the root of the
project. Each step runs once: equal steps of several arms are shared, and the
same command goes on after an interruption. Results are one JSON file for each
arm and seed, in the folder results/NAME beside FILE.

    statecode experiment experiments/scratch-against-pretrained.yaml
    statecode experiment experiments/scratch-against-pretrained.yaml --list
    statecode experiment my.yaml --arms snoop,compact --seeds 0 --jobs 2
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from tqdm import tqdm

from statecode.cli.formatting import Terminal, format_count
from statecode.errors import ConfigError
from statecode.experiments.config import Experiment, read_experiment
from statecode.experiments.plan import Cell, Step, plan, steps_of
from statecode.experiments.results import read_result
from statecode.experiments.runner import Folders, open_cells, open_steps, read_record, run_steps, seconds_left
from statecode.terminal import print_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode experiment`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the YAML file of the experiment")
    parser.add_argument("--arms", metavar="A,B", help="only these arms (default: all)")
    parser.add_argument("--seeds", metavar="N,N", help="only these seeds (default: all of FILE)")
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help="steps at a time; the cores are divided among "
                        "them (default: 1)")
    parser.add_argument("--steps-dir", metavar="DIR", type=Path, default=Path("runs/experiments"),
                        help="folder for the steps, which experiments share (default: runs/experiments)")
    parser.add_argument("--list", action="store_true", help="print the steps and which are finished; run nothing")


def run(args: argparse.Namespace) -> int:
    """Run or list the steps; return the exit code 0."""
    if args.jobs < 1:
        raise ConfigError("--jobs: expected a number from 1")
    experiment = read_experiment(args.file)
    cells = _chosen(experiment, args.arms, args.seeds)
    folders = Folders(steps=args.steps_dir, results=args.file.parent / "results" / experiment.name)
    if args.list:
        return _list(cells, folders)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a batch system ends jobs with it
    missing = open_steps(open_cells(cells, folders), folders)
    print_line(f"{experiment.name}: {len(cells)} arms and seeds, {len(steps_of(cells))} steps, {len(missing)} of them"
               " to run", sys.stderr)
    started = 0

    def report(event: str, what: Step | Cell, seconds: float | None) -> None:
        nonlocal started
        if isinstance(what, Cell):
            result = read_result(folders.results, what)
            measures = ", ".join(f"{name} {value:.4g}" for name, value in (result or {})["measures"].items())
            print_line(f"{what.arm}, seed {what.seed}: {measures}")
        elif event == "started":
            started += 1
            print_line(f"[{started} of {len(missing)}] {what.name}: {what.command}; see {folders.log(what)}",
                       sys.stderr)
        elif seconds is not None:
            left = seconds_left(cells, folders, args.jobs)
            rest = f", about {tqdm.format_interval(left)} left" if left else ""
            print_line(f"{what.name} took {tqdm.format_interval(seconds)}{rest}", sys.stderr)

    run_steps(experiment, cells, folders, args.jobs, report)
    found = format_count(len(cells), "result")
    print_line(f"{found} in {folders.results}; `statecode findings` makes the page", sys.stderr)
    return 0


def _list(cells: list[Cell], folders: Folders) -> int:
    console = Terminal(soft_wrap=True)
    shown: set[str] = set()
    for cell in cells:
        state = "measured" if read_result(folders.results, cell) is not None else "open"
        console.print(f"{cell.arm}, seed {cell.seed}: {state}", markup=False)
        for step in cell.steps():
            if step.id not in shown:
                shown.add(step.id)
                state = "open" if read_record(folders, step) is None else "finished"
                console.print(f"    {step.folder_name} ({state}): {step.command}", markup=False)
    return 0


def _chosen(experiment: Experiment, arms: str | None, seeds: str | None) -> list[Cell]:
    cells = plan(experiment)
    for flag, value, known in (
        ("--arms", arms, list(experiment.arms)), ("--seeds", seeds, [str(seed) for seed in experiment.seeds]),
    ):
        for name in value.split(",") if value else ():
            if name not in known:
                raise ConfigError(f"{flag}: {name} is not in {experiment.name}; it has {', '.join(known)}")
    return [cell for cell in cells if (not arms or cell.arm in arms.split(","))
            and (not seeds or str(cell.seed) in seeds.split(","))]
