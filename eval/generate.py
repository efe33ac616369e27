"""Let a causal model continue real traces and check what it writes: does it run programs, or only sound like it?

    python eval/generate.py runs/tiny --out results/generate.json
    python eval/generate.py runs/tiny --program FILE.py --stdin INPUT --prompt-lines 6 --out results/one.json

Each trace's first lines are the prompt. Reported on the same lines: perplexity; the share of lines that the model would
write after the real ones ahead; and the share that it writes after its own, with changed variables and line numbers
(control flow) apart, lines until the first wrong one, and why it stopped. Two naive guessers, one copying the last
line, one reading the program's next source line, answer too. Writes FILE.json and a report with samples, FILE.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ConfigError, ProgramError
from statecode.evaluation import generation_report
from statecode.evaluation.continuation_cases import PromptConfig, RealText, make_cases
from statecode.evaluation.generation import as_record, evaluate_generation
from statecode.evaluation.real_texts import from_corpus, from_program
from statecode.modeling import launch, models
from statecode.modeling.arguments import add_settings, check, from_arguments
from statecode.modeling.configs import Objective, as_json
from statecode.modeling.decoding import DecodingConfig
from statecode.modeling.outputs import check_file, told
from statecode.modeling.run_folder import write_json
from statecode.modeling.tokenizers import load_tokenizer
from statecode.provenance import provenance
from statecode.views import line_classifier

TOKENS_PER_LINE = 24  # a line of snoop's text has about 12 with a vocabulary of 1,024


def parser() -> argparse.ArgumentParser:
    """The flags."""
    flags = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("model", metavar="MODEL", help="a finished run, a checkpoint folder or a Hub id; causal")
    flags.add_argument("--gguf-file", metavar="FILE", help="the GGUF file in MODEL that holds the weights")
    flags.add_argument("--corpus", default="embedded", help="embedded or a corpus folder (default: embedded)")
    flags.add_argument("--config", default="snoop",
                       help="the view that the model was trained on: compact or snoop (default: snoop)")
    flags.add_argument("--split", default="test", help="of the corpus (default: test)")
    flags.add_argument("--programs", type=int, default=50, metavar="N", help="programs to draw (default: 50)")
    flags.add_argument("--program", type=Path, metavar="FILE.py", help="instead of a corpus: run this program now")
    flags.add_argument("--stdin", type=Path, metavar="FILE", help="what --program reads")
    flags.add_argument("--seed", type=int, default=0, help="of the draw (default: 0)")
    flags.add_argument("--threads", type=int, default=0, metavar="N", help="CPU threads (default: all cores)")
    flags.add_argument("--samples", type=int, default=3, metavar="N", help="continuations in the report (default: 3)")
    flags.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="results; the report is FILE.md")
    add_settings(flags, PromptConfig, "prompts")
    add_settings(flags, DecodingConfig, f"writing; --max-new-tokens is by default {TOKENS_PER_LINE} a line")
    return flags


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line, checked before anything is loaded."""
    args = parser().parse_args(argv)
    check(args.programs > 0, f"--programs must be positive; got {args.programs}")
    check(args.samples >= 0, f"--samples must not be negative; got {args.samples}")
    line_classifier(args.config)
    check_file(args.out, "--out")
    check_file(args.out.with_suffix(".md"), "--out")
    return args


def main(argv: Sequence[str] | None = None) -> None:
    """Load the model, draw the traces, write the report."""
    args = parse(argv)
    prompts = from_arguments(PromptConfig, args)
    decoding = from_arguments(DecodingConfig, args)
    if args.max_new_tokens is None:
        decoding = replace(decoding, max_new_tokens=TOKENS_PER_LINE * prompts.lines)
    accelerator = launch.make_accelerator("fp32", args.threads)
    if models.objective_of(args.model, args.gguf_file) is not Objective.CAUSAL:
        raise ConfigError(f"{args.model} is a masked language model; writing needs a causal one, such as GPT-2")
    tokenizer = load_tokenizer(args.model, args.gguf_file)
    model = models.load_model(args.model, Objective.CAUSAL, tokenizer, args.gguf_file)
    model.to(accelerator.device)
    skipped: Counter[str] = Counter()
    cases = list(make_cases(real_texts(args), tokenizer, prompts, models.positions_of(model), skipped))
    if not cases:
        raise ConfigError(f"no trace is long enough, or every prompt fills the context ({dict(skipped)}); "
                          f"lower --prompt-lines {prompts.prompt_lines}")
    result = evaluate_generation(model, tokenizer, cases, decoding, prompts.lines, args.config)
    source = str(args.program) if args.program else f"{args.corpus} {args.split}, {args.config}"
    facts = {"model": args.model, "traces": source, "prompt": f"{prompts.prompt_lines} lines"}
    circumstances = provenance(args.seed).as_dict()
    record = {
        "model": args.model, "traces": source, "cases": len(cases), "skipped": dict(skipped),
        "prompts": as_json(prompts), "decoding": as_json(decoding), **as_record(result), "provenance": circumstances,
    }
    origin = {name: circumstances[name] for name in ("command", "commit", "seed", "versions", "machine")}
    report = generation_report.markdown(result, cases, skipped, facts | origin, args.samples)
    with told(args.out, "--out"):
        write_json(args.out, record)
        args.out.with_suffix(".md").write_text(report, encoding="utf-8")
    tqdm.write(report.split("## Samples")[0].strip() + f"\n\nSamples: {args.out.with_suffix('.md')}")


def real_texts(args: argparse.Namespace) -> list[RealText]:
    """The traces to continue."""
    if args.program is None:
        return from_corpus(args.corpus, args.config, args.split, args.programs, args.seed)
    try:
        stdin = args.stdin.read_text(encoding="utf-8") if args.stdin else ""
    except OSError as error:
        raise ProgramError(f"--stdin {args.stdin}: {error.strerror}") from error
    return [from_program(args.program, stdin, args.config)]


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
