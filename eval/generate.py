"""Generate continuations of real traces with a causal model and check them line by line against the real traces.

    python eval/generate.py runs/tiny --out results/generate.json
    python eval/generate.py runs/tiny --prompt FILE --sample
    python eval/generate.py runs/tiny --program FILE.py --stdin INPUT --prompt-lines 6 --out results/one.json

The first lines of each trace are the prompt; the lines after them are predicted. The report contains the perplexity of
these lines, the share of lines that are right after the real previous lines, and the share that are right after the
model's own previous lines. Changed variables and line numbers (control flow) have separate columns. The report also
contains the number of lines until the first wrong line, and the reasons for which continuations ended. Two baselines
are scored in the same way, except for the perplexity: one copies the last line, one reads the program's next source
line. The script writes the results to FILE.json, and the report with samples to FILE.md.

With --prompt the model continues the text of a file, and the script only prints what the model writes.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.arguments import add_settings, check, from_arguments
from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ConfigError, ProgramError
from statecode.evaluation.configs import PromptConfig
from statecode.evaluation.trained_view import choose_view
from statecode.files import write_text
from statecode.input_files import read_bounded, read_named
from statecode.modeling.configs import ALLOW_PICKLE_WEIGHTS_HELP, DecodingConfig, Objective, as_json
from statecode.modeling.hub_names import check_model
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.modeling.run_folder import write_json
from statecode.modeling.token_sources import check_has_texts
from statecode.provenance import provenance
from statecode.terminal import print_line, print_lines, write_output
from statecode.views import line_classifier

if TYPE_CHECKING:
    from statecode.evaluation.continuation.cases import TraceText

CORPUS_FLAGS = ("corpus", "split", "programs")              # they choose the traces
REPORT_FLAGS = ("prompt_lines", "lines", "samples", "out")  # they choose the scored lines and describe the report
TOKENS_PER_LINE = 24  # a line of the view snoop has about 12 tokens with a vocabulary of 1,024 tokens


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    flags = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("model", metavar="MODEL", help="causal model: a finished run, a checkpoint folder or a Hub id")
    flags.add_argument("--gguf-file", metavar="FILE", help="the GGUF file in MODEL that holds the weights")
    flags.add_argument("--allow-pickle-weights", action="store_true", help=ALLOW_PICKLE_WEIGHTS_HELP)
    flags.add_argument("--corpus", default="embedded", help="embedded or a corpus folder (default: embedded)")
    flags.add_argument("--config", metavar="VIEW", help="the view that the model was trained on: compact or snoop "
                       "(default: that of the run MODEL, else snoop)")
    flags.add_argument("--split", default="test", help="split of the corpus (default: test)")
    flags.add_argument("--programs", type=int, default=50, metavar="N", help="number of random programs (default: 50)")
    flags.add_argument("--program", type=Path, metavar="FILE.py", help="trace this program instead of reading a corpus")
    flags.add_argument("--stdin", metavar="FILE", help="input of --program; - reads stdin")
    flags.add_argument("--prompt", metavar="FILE", help="print how the model continues a text; - reads stdin")
    flags.add_argument("--sample", action="store_true",
                       help="with --prompt: draw each token at random from the model's distribution (default: the "
                            "most likely token)")
    flags.add_argument("--seed", type=int, default=0,
                       help="seed of the choice of programs, or of --sample (default: 0)")
    flags.add_argument("--threads", type=int, default=0, metavar="N", help="CPU threads (default: all cores)")
    flags.add_argument("--samples", type=int, default=3, metavar="N", help="continuations in the report (default: 3)")
    flags.add_argument("--out", type=Path, metavar="FILE.json",
                       help="file for the results; the report is FILE.md (required without --prompt)")
    add_settings(flags, PromptConfig, "prompts")
    add_settings(flags, DecodingConfig, f"generation; default of --max-new-tokens: {TOKENS_PER_LINE} per line")
    return flags


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse and check the command line. `main` calls this function before it loads the model and the traces."""
    flags = parser()
    args = flags.parse_args(argv)
    check(args.programs > 0, f"--programs must be positive; got {args.programs}")
    check(args.samples >= 0, f"--samples must not be negative; got {args.samples}")
    if args.prompt is not None:
        check_unused(flags, args, "--prompt", ("program", "stdin", "config", *CORPUS_FLAGS, *REPORT_FLAGS))
        check(not args.sample or args.beams in (None, 1), "--sample draws one text: leave out --beams")
        return args
    check(not args.sample, "--sample needs --prompt FILE, the text to continue")
    check(args.out is not None, "--out FILE.json is missing, the file for the results")
    check_file(args.out, "--out")
    check_file(args.out.with_suffix(".md"), "--out")
    check(args.stdin is None or args.program is not None, "--stdin is the input of --program FILE.py")
    if args.program is not None:
        check_unused(flags, args, "--program", CORPUS_FLAGS)
    return args


def check_unused(flags: argparse.ArgumentParser, args: argparse.Namespace, mode: str, names: Sequence[str]) -> None:
    """Check that no flag was passed that has no effect.

    Args:
        mode: the flag that makes the others ineffective.
        names: the destinations of the others.

    Raises:
        ConfigError: a flag in `names` does not have its default value.
    """
    passed = [f"--{name.replace('_', '-')}" for name in names if getattr(args, name) != flags.get_default(name)]
    check(not passed, f"{mode} does not use {', '.join(passed)}: leave {'it' if len(passed) == 1 else 'them'} out")


def main(argv: Sequence[str] | None = None) -> None:
    """Load the model and the traces, score the continuations and write the results."""
    args = parse(argv)
    if args.prompt is not None:
        print_continuation(args)
        return
    prompts = from_arguments(PromptConfig, args)
    decoding = from_arguments(DecodingConfig, args)
    if args.max_new_tokens is None:
        decoding = replace(decoding, max_new_tokens=TOKENS_PER_LINE * prompts.lines)
    args.config, notice = choose_view(args.model, args.config)
    line_classifier(args.config)
    check_model(args.model, args.gguf_file)
    if notice:
        print_line(notice, sys.stderr)
    if args.program is None:
        check_has_texts(args.corpus, args.config, args.split)
    elif not args.program.is_file():
        raise ProgramError(f"{args.program}: No such file; --program expects a Python file")
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.evaluation.continuation import report
    from statecode.evaluation.continuation.cases import make_cases
    from statecode.evaluation.continuation.scoring import as_record, evaluate_generation
    from statecode.modeling import models

    run_provenance = provenance(args.seed).as_dict()  # at the start: the commit can change during a long run
    model, tokenizer = load_model(args)
    skipped: Counter[str] = Counter()
    cases = list(make_cases(load_traces(args), tokenizer, prompts, models.trained_context(args.model, model), skipped))
    if not cases:
        raise ConfigError(f"every trace ends within the prompt, or its prompt fills the context ({dict(skipped)}); "
                          f"decrease --prompt-lines {prompts.prompt_lines}")
    result = evaluate_generation(model, tokenizer, cases, decoding, prompts.lines, args.config)
    source = str(args.program) if args.program else f"{args.corpus} {args.split}, {args.config}"
    facts = {"model": args.model, "traces": source, "prompt": f"{prompts.prompt_lines} lines"}
    record = {
        "model": args.model, "traces": source, "cases": len(cases), "skipped": dict(skipped),
        "prompts": as_json(prompts), "decoding": as_json(decoding), **as_record(result), "provenance": run_provenance,
    }
    origin = {name: run_provenance[name] for name in ("command", "commit", "seed", "versions", "machine")}
    text = report.markdown(result, cases, skipped, facts | origin, args.samples)
    with reported_write_errors(args.out, "--out"):
        write_json(args.out, record)
        write_text(args.out.with_suffix(".md"), text)
    print_lines(text.split("## Samples")[0].strip() + f"\n\nSamples: {args.out.with_suffix('.md')}")


def print_continuation(args: argparse.Namespace) -> None:
    """Print how the model continues the text of --prompt, up to its end token or the end of its context."""
    decoding = from_arguments(DecodingConfig, args)
    prompt = read_text(args.prompt, "--prompt")
    check_model(args.model, args.gguf_file)
    import torch

    from statecode.modeling.decoding import continue_prompts
    from statecode.modeling.models import trained_context
    from statecode.modeling.tokenizers import encode, start_id

    model, tokenizer = load_model(args)
    ids = [start_id(tokenizer), *encode(tokenizer, [prompt])[0]]
    context = trained_context(args.model, model)
    if context is not None and len(ids) >= context:
        raise ConfigError(f"--prompt {args.prompt}: {len(ids)} tokens; the model reads {context} with the new ones")
    if args.max_new_tokens is None and context is not None:
        decoding = replace(decoding, max_new_tokens=context)
    torch.manual_seed(args.seed)
    continuation, = continue_prompts(model, tokenizer, [ids], decoding, sample=args.sample)
    write_output(continuation.text + "\n")
    print(f"{len(continuation.ids)} tokens; ended by: {continuation.stop.value}", file=sys.stderr)


def load_model(args: argparse.Namespace) -> tuple[Any, Any]:
    """Return the model, on its device, and its tokenizer.

    Raises:
        ConfigError: the model is not a causal one.
    """
    from statecode.modeling import launch, models
    from statecode.modeling.tokenizers import load_tokenizer

    accelerator = launch.make_accelerator("fp32", args.threads)
    if models.objective_of(args.model, args.gguf_file) is not Objective.CAUSAL:
        raise ConfigError(f"{args.model} is a masked language model; generation needs a causal one, such as GPT-2")
    tokenizer = load_tokenizer(args.model, args.gguf_file)
    model = models.load_model(args.model, Objective.CAUSAL, tokenizer, args.gguf_file, args.allow_pickle_weights)
    return model.to(accelerator.device), tokenizer


def read_text(path: str, flag: str) -> str:
    """Return the text of a file, or of stdin for `-`.

    Raises:
        ProgramError: the file cannot be read, or is not UTF-8.
    """
    try:
        return (read_bounded(sys.stdin.fileno()) if path == "-" else read_named(path)).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"not UTF-8: {error}"
        raise ProgramError(f"{flag} {path}: {reason}") from error


def load_traces(args: argparse.Namespace) -> list[TraceText]:
    """Return the texts of the traces: from a corpus, or of a new run of --program."""
    from statecode.evaluation.continuation.texts import from_corpus, from_program

    if args.program is None:
        return from_corpus(args.corpus, args.config, args.split, args.programs, args.seed)
    stdin = read_text(args.stdin, "--stdin") if args.stdin else ""
    return [from_program(args.program, stdin, args.config)]


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
