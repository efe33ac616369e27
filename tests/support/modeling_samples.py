"""Small texts, tokenizers and models for the tests of layer 5."""

from __future__ import annotations

import json
import runpy
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2TokenizerFast, PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling.batches import IGNORED
from statecode.modeling.configs import ModelShape, Objective
from statecode.modeling.documents import labelled
from statecode.modeling.models import build_model
from statecode.modeling.tokenizers import encode, end_id, start_id, train_tokenizer
from tests.support.paths import ROOT

FAMILIES = {Objective.CAUSAL: "gpt2", Objective.MASKED: "bert"}


def sample_texts(count: int, first: int = 0) -> list[str]:
    """Texts in the manner of traces, of unequal length."""
    return [
        "\n".join(
            f"{'    ' * (k % 3)}{k % 9:>4} | total = total + {number}\n{'.' * (8 + k % 3)} total = {k * number}"
            for k in range(1 + number % 7)
        )
        for number in range(first, first + count)
    ]


def write_corpus(folder: Path, train: int = 60, validation: int = 12, test: int = 6) -> Path:
    """A folder of JSON lines with the three splits."""
    folder.mkdir(parents=True)
    first = 0
    for split, count in {"train": train, "validation": validation, "test": test}.items():
        rows = [json.dumps({"text": text}) for text in sample_texts(count, first)]
        (folder / f"{split}.jsonl").write_text("\n".join(rows) + "\n")
        first += count
    return folder


@lru_cache
def tokenizer_for(objective: Objective) -> PreTrainedTokenizerBase:
    """A tokenizer of 320 tokens."""
    return train_tokenizer(sample_texts(40), 320, objective)


@lru_cache
def openai_tokenizer(data: Path) -> PreTrainedTokenizerBase:
    """GPT-2's own tokenizer of 50,257 tokens, from the folder of real data."""
    return GPT2TokenizerFast.from_pretrained(str(data / "tokenizers" / "gpt2"))


def small_model(objective: Objective, positions: int = 64, seed: int = 0) -> PreTrainedModel:
    """A model with weights that are large enough for attention to matter."""
    shape = ModelShape(family=FAMILIES[objective], layers=2, width=32, heads=2, positions=positions)
    model = build_model(shape, tokenizer_for(objective), seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                parameter.mul_(5)
    return model


def plain_nll(model: PreTrainedModel, inputs: list[int], labels: list[int], objective: Objective) -> float:
    """One document alone, by the plainest loop: what everything packed, batched or windowed must agree with."""
    model.eval()
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([inputs])).logits[0].double()
    scored = [(row, label) for row, label in zip(logits, labels) if label != IGNORED]
    return float(sum(-torch.log_softmax(row, 0)[label] for row, label in scored))


def document_of(text: str, objective: Objective) -> tuple[list[int], list[int]]:
    """Inputs and labels of a whole document."""
    tokenizer = tokenizer_for(objective)
    inputs, labels = labelled(
        torch.tensor(encode(tokenizer, [text])[0], dtype=torch.long).numpy(), start_id(tokenizer), end_id(tokenizer),
        objective,
    )
    return inputs.tolist(), labels.tolist()


def script(path: str) -> dict[str, Any]:
    """The names that a script of the project defines, without running its main."""
    return runpy.run_path(str(ROOT / path))
