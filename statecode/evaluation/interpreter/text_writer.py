"""A causal model that writes texts for an evaluation, which keeps them in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.errors import ConfigError
from statecode.evaluation.interpreter.written_texts import Task, Written, WrittenTexts
from statecode.modeling import launch, models
from statecode.modeling.batched_decoding import Prompt, write_greedily
from statecode.modeling.configs import Objective
from statecode.modeling.decoding import Continuation
from statecode.modeling.tokenizers import load_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWriter:
    """A model on its device, with the texts that it has written."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    texts: WrittenTexts
    rows: int            # texts that are written at a time
    context: int | None  # longest sequence that the model was trained on, in tokens; None: it has no limit

    @classmethod
    def open(
        cls, name: str, path: Path | None, settings: Mapping[str, Any], rows: int, *, threads: int = 0,
        gguf_file: str | None = None, allow_pickle_weights: bool = False,
    ) -> TextWriter:
        """Load a model and open the file of its texts.

        Args:
            name: a finished run, a checkpoint folder or a model of the Hub.
            path: the file of texts; None: the texts are not kept.
            settings: the texts in the file must have the same settings, model and weights.
            threads: CPU threads; 0: one per usable core.

        Raises:
            ConfigError: the model cannot be loaded or is not a causal one, or the file is not usable.
        """
        accelerator = launch.make_accelerator("fp32", threads)
        if models.objective_of(name, gguf_file) is not Objective.CAUSAL:
            raise ConfigError(f"{name} is a masked language model; writing texts needs a causal one, such as GPT-2")
        tokenizer = load_tokenizer(name, gguf_file)
        model = models.load_model(name, Objective.CAUSAL, tokenizer, gguf_file, allow_pickle_weights)
        texts = WrittenTexts(path, {"model": name, "weights": weights_hash(model), **settings})
        return cls(model=model.to(accelerator.device), tokenizer=tokenizer, texts=texts, rows=rows,
                   context=models.trained_context(name, model))

    def continuations(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Continuation]]:
        """Continue prompts; see `write_greedily`."""
        return write_greedily(self.model, self.tokenizer, prompts, self.rows)

    def write(self, tasks: Sequence[Task], description: str) -> dict[str, Written]:
        """Return the text of each task by its key; write those that the file does not contain."""
        return self.texts.write(tasks, self.continuations, description)


def weights_hash(model: PreTrainedModel) -> str:
    """Return a hash of all weights of a model."""
    digest = hashlib.blake2b(digest_size=12)
    for parameter in model.parameters():
        digest.update(parameter.detach().cpu().float().contiguous().numpy().tobytes())
    return digest.hexdigest()
