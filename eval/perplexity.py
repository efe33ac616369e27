"""Compute perplexity and bits per byte of a causal model, or pseudo-perplexity of a masked one, on a corpus.

    python eval/perplexity.py runs/tiny --split test --out runs/tiny/test-perplexity.json
    python eval/perplexity.py runs/tiny --by-kind --baselines
    python eval/perplexity.py FOLDER --gguf-file F.gguf --corpus embedded --documents 20

Every token is scored exactly once. Causal models read long texts in overlapping windows. Causal models with different
tokenizers are comparable by bits per byte alone. The pseudo-perplexity of a masked model is comparable only with that
of another masked model.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from statecode.arguments import add_settings, check, from_arguments, passed_flags
from statecode.entry import ArgumentParser, exit_code_of
from statecode.evaluation.configs import BaselineConfig, PerplexityConfig
from statecode.evaluation.trained_view import choose_view
from statecode.modeling.configs import ALLOW_PICKLE_WEIGHTS_HELP, Objective
from statecode.modeling.hub_names import check_model, check_tokenizer
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.modeling.run_folder import write_json
from statecode.modeling.texts import load_texts
from statecode.modeling.token_sources import check_has_texts
from statecode.provenance import provenance
from statecode.text import printable

if TYPE_CHECKING:
    from statecode.evaluation.loss.by_kind import LossByKind
    from statecode.evaluation.loss.perplexity import PerplexityResult


def main(argv: Sequence[str] | None = None) -> None:
    """Score the model, print the metrics and write the result."""
    args = parse(argv)
    config = from_arguments(PerplexityConfig, args).of_run(args.model)
    baseline_config = from_arguments(BaselineConfig, args)
    view, notice = choose_view(args.model, args.config)
    check_inputs(args, view)
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.evaluation.loss.by_kind import loss_by_kind
    from statecode.evaluation.loss.perplexity import score_documents
    from statecode.evaluation.loss.token_kinds import load_kinded
    from statecode.modeling import launch, models
    from statecode.modeling.tokenising import tokenise_in_memory
    from statecode.modeling.tokenizers import load_tokenizer_for

    run_provenance = provenance().as_dict()  # at the start: the commit can change during a long run
    accelerator = launch.make_accelerator(args.precision, args.threads)
    if notice:
        accelerator.print(printable(notice), file=sys.stderr)
    objective = models.objective_of(args.model, args.gguf_file)
    check(not args.by_kind or objective is Objective.CAUSAL,
          f"--by-kind: {args.model} is a masked language model, which has no perplexity; pass a causal one")
    tokenizer = load_tokenizer_for(args.model, args.tokenizer, args.gguf_file)
    kinded = load_kinded(args.corpus, view, args.split, tokenizer, args.documents) if args.by_kind else None
    documents = kinded.documents if kinded else tokenise_in_memory(
        load_texts(args.corpus, view).split(args.split)[:args.documents], tokenizer)
    model = models.load_model(args.model, objective, tokenizer, args.gguf_file, args.allow_pickle_weights)
    started = time.perf_counter()
    result = score_documents(model, tokenizer, objective, documents, config, accelerator)
    record = {"model": args.model, "objective": objective.value, "corpus": args.corpus, "config": view,
              "split": args.split, **result.as_dict(), "parameters": models.count_parameters(model),
              "elapsed_s": round(time.perf_counter() - started, 3)}
    if not accelerator.is_main_process:
        return
    print(f"{args.corpus}, {view}, {args.split}: {summary_line(result)}")
    if kinded:
        train = load_texts(args.corpus, view).split("train") if args.baselines else None
        found = loss_by_kind(kinded, result, train, tokenizer, baseline_config)
        print_kinds(found)
        record |= found.as_dict()
    if args.out:
        with reported_write_errors(Path(args.out), "--out"):
            write_json(Path(args.out), record | {"provenance": run_provenance})


def check_inputs(args: argparse.Namespace, view: str) -> None:
    """Check the corpus, the model and the tokenizer, as far as this is known before they are read.

    Raises:
        InputError: one of them does not exist, or has not the needed parts.
    """
    for split in (args.split, *(["train"] if args.baselines else [])):
        check_has_texts(args.corpus, view, split)
    if args.by_kind:
        from statecode.evaluation.loss.kinded_texts import check_has_kinds  # late: it imports numpy

        check_has_kinds(args.corpus, view)
    check_model(args.model, args.gguf_file)
    if args.tokenizer is not None:
        check_tokenizer(args.tokenizer)


def print_kinds(found: LossByKind) -> None:
    """Print the loss by kind of token; with the baselines if they were measured."""
    print(f"\n{found.table()}")
    if found.baselines:
        bits = ", ".join(f"{name} {value:.4f}" for name, value in found.bits_per_byte().items())
        print(f"\nbits per byte: {bits}; the n-gram model has {found.baselines.ngram_tokens:,} training tokens")


def summary_line(result: PerplexityResult) -> str:
    """Return the metrics, the number of scored tokens, and the settings, as a line."""
    fields = result.as_dict()
    names = [name for name in ("loss", "perplexity", "bits_per_byte", "pseudo_perplexity") if name in fields]
    numbers = ", ".join(f"{name.replace('_', ' ')} {fields[name]:.4f}" for name in names if fields[name] is not None)
    settings = ", ".join(f"{name.replace('_', ' ')} {fields[name]}"
                         for name in ("context_tokens", "stride_tokens", "masked_groups") if name in fields)
    return f"{numbers} over {result.score.tokens:,} tokens; {settings}"


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse and check the command line."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL", help="a finished run, a checkpoint folder or a Hub id")
    parser.add_argument("--gguf-file", metavar="TEXT", help="the GGUF file in MODEL that holds the weights")
    parser.add_argument("--allow-pickle-weights", action="store_true", help=ALLOW_PICKLE_WEIGHTS_HELP)
    parser.add_argument("--tokenizer", metavar="TEXT", help="folder or Hub id of the tokenizer (default: MODEL)")
    parser.add_argument("--corpus", default="embedded", metavar="TEXT",
                        help="embedded, a corpus folder, a folder of SPLIT.jsonl files or a Hub id (default: embedded)")
    parser.add_argument("--config", metavar="TEXT",
                        help="a view (default: the one that the run MODEL was trained on, else snoop)")
    parser.add_argument("--split", default="test", metavar="TEXT", help="train, validation or test (default: test)")
    parser.add_argument("--documents", type=int, metavar="N", help="score the first N texts only (default: all)")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="fp32", help="(default: fp32)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="CPU threads (default: all usable cores)")
    parser.add_argument("--out", metavar="FILE.json", help="file for the result and its provenance")
    parser.add_argument("--by-kind", action="store_true", help="print the loss by kind of token (causal models)")
    parser.add_argument("--baselines", action="store_true",
                        help="with --by-kind: compare with an n-gram model, copies of the last value, and zstd")
    add_settings(parser, PerplexityConfig, "method")
    add_settings(parser, BaselineConfig, "baselines")
    args = parser.parse_args(argv)
    if args.out:
        check_file(Path(args.out), "--out")
    check(args.by_kind or not args.baselines, "--baselines needs --by-kind")
    unused = [] if args.baselines else passed_flags(BaselineConfig, args)
    check(not unused, f"{' '.join(unused)}: pass --baselines too")
    check(args.documents is None or args.documents > 0, f"--documents must be positive; got {args.documents}")
    return args


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
