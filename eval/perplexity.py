"""Compute perplexity and bits per byte of a causal model, or pseudo-perplexity of a masked one, on a corpus.

    python eval/perplexity.py runs/tiny --split test --out runs/tiny/test-perplexity.json
    python eval/perplexity.py FOLDER --gguf-file F.gguf --corpus embedded --documents 20

Every token is scored exactly once. Causal models read long texts in overlapping windows. Causal models with different
tokenizers are comparable by bits per byte alone. The pseudo-perplexity of a masked model is comparable only with that
of another masked model.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from statecode.arguments import add_settings, check, from_arguments
from statecode.entry import ArgumentParser, exit_code_of
from statecode.evaluation.configs import PerplexityConfig
from statecode.evaluation.trained_view import choose_view
from statecode.modeling.configs import ALLOW_PICKLE_WEIGHTS_HELP
from statecode.modeling.hub_names import check_model, check_tokenizer
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.modeling.run_folder import write_json
from statecode.modeling.texts import load_texts
from statecode.modeling.token_sources import check_has_texts
from statecode.provenance import provenance
from statecode.text import printable

if TYPE_CHECKING:
    from statecode.evaluation.perplexity import PerplexityResult


def main(argv: Sequence[str] | None = None) -> None:
    """Score the model, print one line and write the result."""
    args = parse(argv)
    config = from_arguments(PerplexityConfig, args)
    view, notice = choose_view(args.model, args.config)
    check_has_texts(args.corpus, view, args.split)
    check_model(args.model, args.gguf_file)
    if args.tokenizer is not None:
        check_tokenizer(args.tokenizer)
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.evaluation.perplexity import compute_perplexity
    from statecode.modeling import launch, models
    from statecode.modeling.tokenizers import load_tokenizer_for

    accelerator = launch.make_accelerator(args.precision, args.threads)
    if notice:
        accelerator.print(printable(notice), file=sys.stderr)
    objective = models.objective_of(args.model, args.gguf_file)
    texts = load_texts(args.corpus, view).split(args.split)[:args.documents]
    tokenizer = load_tokenizer_for(args.model, args.tokenizer, args.gguf_file)
    model = models.load_model(args.model, objective, tokenizer, args.gguf_file, args.allow_pickle_weights)
    started = time.perf_counter()
    result = compute_perplexity(model, tokenizer, objective, texts, config, accelerator)
    record = {"model": args.model, "objective": objective.value, "corpus": args.corpus, "config": view,
              "split": args.split, **result.as_dict(), "parameters": models.count_parameters(model),
              "elapsed_s": round(time.perf_counter() - started, 3), "provenance": provenance().as_dict()}
    accelerator.print(summary_line(result))
    if args.out and accelerator.is_main_process:
        with reported_write_errors(Path(args.out), "--out"):
            write_json(Path(args.out), record)


def summary_line(result: PerplexityResult) -> str:
    """Return the line that is printed: the metrics, the number of scored tokens, and the settings."""
    fields = result.as_dict()
    names = [name for name in ("loss", "perplexity", "bits_per_byte", "pseudo_perplexity") if name in fields]
    numbers = ", ".join(f"{name.replace('_', ' ')} {fields[name]:.4f}" for name in names)
    settings = {name: fields[name] for name in ("context_tokens", "stride_tokens", "masked_groups") if name in fields}
    return f"{result.metric}: {numbers} over {result.score.tokens:,} tokens {json.dumps(settings)}"


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
    add_settings(parser, PerplexityConfig, "method")
    args = parser.parse_args(argv)
    if args.out:
        check_file(Path(args.out), "--out")
    check(args.documents is None or args.documents > 0, f"--documents must be positive; got {args.documents}")
    return args


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
