"""Fine-tune a causal language model on CoNaLa (an intent in English → a Python snippet) and test it once.

    python train/finetune_conala.py --init runs/tiny --output-dir runs/conala-traces
    python train/finetune_conala.py --init scratch --preset tiny --tokenizer runs/tiny --output-dir runs/conala-scratch
    python train/finetune_conala.py --init FOLDER --gguf-file F.gguf --learning-rate 3e-5 --output-dir runs/conala-big

This is the short form of train/finetune.py --task conala.

The loss counts the tokens of the snippet and the end token. The run keeps the weights with the lowest loss on the dev
split, which has no question in common with the train split. The 500 test examples are scored once, at the very end.
RUN/task.json contains loss, perplexity, bits per byte, corpus BLEU-4 with CoNaLa's own tokenisation, the BLEU of
sacrebleu, exact match and the share of snippets that parse. RUN/predictions.jsonl contains the generated snippets.
After an interruption, the same command resumes the run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from statecode.entry import exit_code_of
from statecode.tasks import command


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line and fine-tune on CoNaLa."""
    command.main(__doc__, argv, "conala")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
