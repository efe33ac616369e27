"""Score a causal model on CoNaLa's test rows: its loss on the snippets, and metrics of its generated snippets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.files import write_text
from statecode.modeling.decoding import Continuation, DecodingConfig, continue_prompts
from statecode.modeling.scores import Score
from statecode.tasks.conala.data import Example
from statecode.tasks.conala.encoding import SnippetChunks, prompt_ids, prompt_text
from statecode.tasks.conala.metrics import SnippetScores, is_exact, parses, score_snippets

CONALA_FILE = "conala.json"
PREDICTIONS_FILE = "predictions.jsonl"


def generate_snippets(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    examples: Sequence[Example],
    config: DecodingConfig,
    context_tokens: int,
) -> list[Continuation]:
    """Generate a snippet for each intent and return them in the order of `examples`.

    A prompt is truncated on the left to `context_tokens` minus `config.max_new_tokens` tokens, or to half of
    `context_tokens` if that is more.
    """
    room = context_tokens - min(config.max_new_tokens, context_tokens // 2)
    return continue_prompts(model, tokenizer, prompt_ids(tokenizer, examples, room), config)


def score_record(score: Score, chunks: SnippetChunks) -> dict[str, Any]:
    """Return the loss over the tokens of the snippets, end tokens included, and related numbers for a JSON file."""
    return {
        "loss": score.loss, "perplexity": score.perplexity, "bits_per_byte": score.bits_per_byte, **asdict(score),
        "cut_prompts": chunks.cut_prompts, "cut_snippets": chunks.cut_snippets,
    }


def score_predictions(examples: Sequence[Example], predictions: Sequence[Continuation]) -> SnippetScores:
    """Return BLEU, the percentage of exact matches, and the percentage of generated snippets that parse."""
    return score_snippets([example.snippet for example in examples], [generated.text for generated in predictions])


def write_predictions(path: Path, examples: Sequence[Example], predictions: Sequence[Continuation]) -> None:
    """Write one line with a JSON object per example, in the order of `examples`."""
    rows = (_prediction_record(example, generated) for example, generated in zip(examples, predictions, strict=True))
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _prediction_record(example: Example, generated: Continuation) -> dict[str, Any]:
    return {
        "row": example.row, "question_id": example.question_id, "prompt": prompt_text(example),
        "snippet": example.snippet, "prediction": generated.text, "stop": generated.stop.value,
        "exact": is_exact(example.snippet, generated.text), "parses": parses(generated.text),
    }
