"""Pre-train a language model on traces: GPT-2 (or any causal model) or BERT, from scratch or from a checkpoint.

    python train/pretrain.py --preset tiny --output-dir runs/tiny
    accelerate launch train/pretrain.py --preset gpt2 --corpus DIR --init openai-community/gpt2 --output-dir runs/gpt2

The run folder contains metrics.jsonl, checkpoints, run.json, and the finished model and tokenizer, which
AutoModelForCausalLM.from_pretrained (AutoModelForMaskedLM for BERT) and AutoTokenizer.from_pretrained load. After
Ctrl-C or a crash, the same command resumes the run and takes the same steps as an uninterrupted run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from statecode.entry import exit_code_of
from statecode.modeling import command


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line and train."""
    config = command.parse(argv, __doc__)
    # late: torch takes seconds to import, and mistakes on the command line are reported at once
    from statecode.modeling.pretraining import pretrain

    pretrain(config)


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
