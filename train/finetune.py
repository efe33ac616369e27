"""Fine-tune a language model on a downstream task and test it once.

    python train/finetune.py --task conala --init runs/tiny --output-dir runs/conala-traces
    python train/finetune.py --task conala --init scratch --preset tiny --tokenizer runs/tiny --output-dir runs/control
    python train/finetune.py --task conala --help

The run keeps the weights with the lowest loss on the task's dev split. The test examples are scored once, at the very
end. RUN/task.json contains the loss and the scores of the task, RUN/predictions.jsonl the model's answers. After an
interruption, the same command resumes the run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from statecode.entry import exit_code_of
from statecode.tasks import command


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the command line and fine-tune on the task in --task."""
    command.main(__doc__, argv)


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
