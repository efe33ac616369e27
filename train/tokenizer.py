"""Train a byte-level BPE on the train split of a corpus, for train/pretrain.py --tokenizer.

    python train/tokenizer.py --vocab-size 8192 --output-dir runs/bpe-8192

Each of the 256 bytes is a token, so that every text can be encoded and is decoded exactly. pretrain.py trains such a
tokenizer by itself. Use this script to share one tokenizer among runs, so that their losses count the same tokens.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ConfigError
from statecode.modeling.configs import DataConfig, Objective
from statecode.modeling.outputs import check_folder, reported_write_errors
from statecode.modeling.texts import load_texts
from statecode.modeling.token_sources import check_has_texts
from statecode.terminal import print_line


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line, train and save the tokenizer, and print the mean bytes per token of some texts."""
    args = parse(argv)
    data = DataConfig(vocab_size=args.vocab_size, digits=args.digits)
    folder = check_folder(Path(args.output_dir), "--output-dir")
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty; choose another --output-dir")
    check_has_texts(args.corpus, args.config, "train")
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.modeling.launch import configure_libraries
    from statecode.modeling.tokenizers import encode, save_tokenizer, train_tokenizer

    configure_libraries()
    texts = load_texts(args.corpus, args.config).split("train")
    tokenizer = train_tokenizer(texts, data.vocab_size, Objective(args.objective), data.digits)
    with reported_write_errors(folder, "--output-dir"):
        folder.mkdir(parents=True, exist_ok=True)
        save_tokenizer(tokenizer, folder)
    sample = texts[:200]
    bytes_per_token = sum(len(text.encode()) for text in sample) / max(1, sum(map(len, encode(tokenizer, sample))))
    print_line(f"{folder}: {len(tokenizer):,} tokens, {bytes_per_token:.2f} bytes per token on {len(sample)} texts")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default="embedded", metavar="TEXT",
                        help="embedded, a corpus folder, a folder of train.jsonl, or a Hub id (default: embedded)")
    parser.add_argument("--config", default="snoop", metavar="TEXT", help="view of the corpus (default: snoop)")
    parser.add_argument("--vocab-size", type=int, default=8192, metavar="N",
                        help="number of tokens, at least 300 (default: 8192)")
    parser.add_argument("--digits", choices=("single", "merged"), default="single",
                        help="single: each digit is a token; merged: frequent numbers are tokens too (default: single)")
    parser.add_argument("--objective", choices=[objective.value for objective in Objective], default="causal",
                        help="special tokens: causal those of GPT-2, masked those of BERT (default: causal)")
    parser.add_argument("--output-dir", required=True, metavar="TEXT", help="new or empty folder for the tokenizer")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
