"""Run the whole pipeline at a small size, in two to three minutes on two CPU cores: `make demo`.

    programs → traces → dataset → GPT-2 and BERT pre-trained on them → CoNaLa fine-tuning → comparisons with plots

Each step is a command that can also be run by hand; the demo prints the command before it runs it. A repeated demo
skips the corpus and the training runs that are finished. CoNaLa is read from --conala, from conala/ in STATECODE_DATA,
or from the Hub. If CoNaLa is not available, the demo skips the steps that need it.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import InputError
from statecode.tasks.conala.data import load_conala
from statecode.terminal import print_line, print_lines

ROOT = Path(__file__).resolve().parent.parent
PRETRAINING_FLAGS = ["--total-steps", "200", "--evaluate-every", "50", "--save-every", "100"]
FINETUNING_FLAGS = ["--total-steps", "120", "--evaluate-every", "30", "--save-every", "60", "--max-new-tokens", "48"]


def main() -> int:
    """Run the steps in order and print the results.

    Returns:
        The exit code 0.

    Raises:
        InputError: a step failed; the steps after it are not run.
    """
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--output-dir", type=Path, default=Path("runs/demo"), help="the folder for all results (default: runs/demo)"
    )
    parser.add_argument("--conala", help="a folder with conala-train.json and conala-test.json")
    args = parser.parse_args()
    started = time.monotonic()
    for title, command in [*_pretraining_steps(args.output_dir), *_finetuning_steps(args.output_dir, args.conala)]:
        _run_step(title, command)
    _show_results(args.output_dir, time.monotonic() - started)
    return 0


def _pretraining_steps(out: Path) -> list[tuple[str, list[str]]]:
    corpus, python = str(out / "corpus"), [sys.executable]
    return [
        ("Trace the embedded programs", [*_statecode_command(), "build", "--programs", "embedded", "--out", corpus]),
        (
            "Trace 200 programs that statecode writes itself",
            [*_statecode_command(), "build", "--programs", "generated:200", "--out", str(out / "generated")],
        ),
        ("Show statistics of the corpus", [*_statecode_command(), "stats", corpus, "--out", str(out / "stats")]),
        *[
            (
                f"Pre-train {name} on the traces",
                [*python, "train/pretrain.py", "--preset", preset, "--corpus", corpus, "--output-dir", str(out / run),
                 *PRETRAINING_FLAGS],
            )
            for name, preset, run in (("GPT-2", "tiny", "gpt2"), ("BERT", "bert-tiny", "bert"))
        ],
        (
            "Compute the perplexity on programs that were not in the training data",
            [*python, "eval/perplexity.py", str(out / "gpt2"), "--corpus", corpus, "--documents", "40",
             "--out", str(out / "perplexity.json")],
        ),
        (
            "Generate states of programs and compare them with the real ones",
            [*python, "eval/generate.py", str(out / "gpt2"), "--corpus", corpus, "--programs", "20", "--lines", "12",
             "--out", str(out / "generation.json")],
        ),
        ("Compare", [*python, "eval/compare.py", str(out / "gpt2"), "--out", str(out / "pretraining")]),
        ("Compare", [*python, "eval/compare.py", str(out / "bert"), "--out", str(out / "pretraining-masked")]),
    ]


def _finetuning_steps(out: Path, conala: str | None) -> list[tuple[str, list[str]]]:
    try:
        load_conala(conala)
    except InputError as reason:
        if conala is not None:
            raise
        print_line(f"CoNaLa is skipped: {reason}")
        return []
    conala_flags = [] if conala is None else ["--conala", conala]
    script = [sys.executable, "train/finetune_conala.py", *conala_flags, *FINETUNING_FLAGS]
    pretrained = str(out / "gpt2")
    scratch, traces = str(out / "conala-scratch"), str(out / "conala-traces")
    return [
        (
            "Fine-tune on CoNaLa from random weights",
            [*script, "--init", "scratch", "--preset", "tiny", "--tokenizer", pretrained, "--output-dir", scratch],
        ),
        (
            "Fine-tune on CoNaLa from the weights trained on traces",
            [*script, "--init", pretrained, "--output-dir", traces],
        ),
        ("Compare", [sys.executable, "eval/compare.py", scratch, traces, "--out", str(out / "conala")]),
    ]


def _statecode_command() -> list[str]:
    return [sys.executable, "-m", "statecode"]


def _run_step(title: str, command: list[str]) -> None:
    shown = shlex.join(["python" if part == sys.executable else part for part in command])
    print_lines(f"\n== {title}\n$ {shown}")
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "TOKENIZERS_PARALLELISM": "false"})
    if done.returncode:
        raise InputError(f"the step above ended with exit code {done.returncode}; fix its error and run the demo again")


def _show_results(out: Path, elapsed_s: float) -> None:
    print(f"\n== Results, after {elapsed_s / 60:.1f} minutes")
    for table in sorted(out.glob("*/comparison.md")):
        lines = table.read_text(encoding="utf-8").splitlines()
        print("\n" + "\n".join(line for line in lines if not line.startswith("![")).strip())
    print("\nPlots:")
    for plot in sorted(out.glob("*/*.png")):
        print_line(f"  {plot}")
    print(f"""
Next:
  python -c 'import statecode; print(statecode.views.render(statecode.trace("x = 3\\nprint(x + 4)"), "snoop"))'
  python -m statecode show {out / 'corpus'} 0
  accelerate launch train/pretrain.py --preset gpt2 --corpus CORPUS --output-dir runs/gpt2     # on GPUs
  python eval/generate.py {out / 'gpt2'} --corpus {out / 'corpus'} --program FILE.py --out runs/one.json""")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
