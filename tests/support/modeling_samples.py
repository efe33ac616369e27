"""Small texts, tokenizers and models for the tests of layer 5 and of the layers above it."""

from __future__ import annotations

import argparse
import json
import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2TokenizerFast, PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import command
from statecode.modeling.batches import IGNORE_INDEX
from statecode.modeling.configs import ModelShape, Objective, PretrainConfig
from statecode.modeling.documents import inputs_and_labels
from statecode.modeling.models import build_model
from statecode.modeling.tokenizers import encode, end_id, start_id, train_tokenizer
from tests.support.paths import ROOT

FAMILIES = {"gpt2": Objective.CAUSAL, "llama": Objective.CAUSAL, "bert": Objective.MASKED}
"""The families of models with their objectives."""
FAMILY_OF = {Objective.CAUSAL: "gpt2", Objective.MASKED: "bert"}


def sample_texts(count: int, first: int = 0) -> list[str]:
    """Return texts that resemble traces and differ in length.

    Args:
        first: number of the first text; texts with equal numbers are equal.
    """
    return [
        "\n".join(
            f"{'    ' * (k % 3)}{k % 9:>4} | total = total + {number}\n{'.' * (8 + k % 3)} total = {k * number}"
            for k in range(1 + number % 7)
        )
        for number in range(first, first + count)
    ]


def write_corpus(folder: Path, train: int = 60, validation: int = 12, test: int = 6) -> Path:
    """Write a folder with one JSON Lines file per split, and return the folder. `train` etc. are numbers of texts."""
    folder.mkdir(parents=True)
    first = 0
    for split, count in {"train": train, "validation": validation, "test": test}.items():
        rows = [json.dumps({"text": text}) for text in sample_texts(count, first)]
        (folder / f"{split}.jsonl").write_text("\n".join(rows) + "\n")
        first += count
    return folder


@lru_cache
def tokenizer_for(objective: Objective) -> PreTrainedTokenizerBase:
    """Return a tokenizer of 320 tokens."""
    return train_tokenizer(sample_texts(40), 320, objective, "merged")  # the texts contain few merges without digits


@lru_cache
def openai_tokenizer(data: Path) -> PreTrainedTokenizerBase:
    """Return OpenAI's tokenizer of GPT-2, with 50,257 tokens, from the folder of test data."""
    return GPT2TokenizerFast.from_pretrained(str(data / "tokenizers" / "gpt2"))


def small_model(objective: Objective, max_seq_len: int = 64, seed: int = 0) -> PreTrainedModel:
    """Return a random model of an objective; see `family_model`."""
    return family_model(FAMILY_OF[objective], max_seq_len, seed)


def family_model(family: str, max_seq_len: int = 64, seed: int = 0) -> PreTrainedModel:
    """Return a random model whose weights are so large that attention influences the logits."""
    shape = ModelShape(family=family, layers=2, width=32, heads=2, max_seq_len=max_seq_len)  # type: ignore[arg-type]
    model = build_model(shape, tokenizer_for(FAMILIES[family]), seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                parameter.mul_(5)
    return model


def plain_nll(model: PreTrainedModel, inputs: list[int], labels: list[int], objective: Objective) -> float:
    """Return the negative log-likelihood of one document in nats, computed for the document alone.

    It is the reference for packed, batched and windowed computations.
    """
    model.eval()
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([inputs])).logits[0].double()
    return float(sum(-torch.log_softmax(logits_V, 0)[label]
                     for logits_V, label in zip(logits, labels) if label != IGNORE_INDEX))


def document_of(text: str, objective: Objective) -> tuple[list[int], list[int]]:
    """Return input ids and labels of a whole document."""
    tokenizer = tokenizer_for(objective)
    inputs, labels = inputs_and_labels(
        torch.tensor(encode(tokenizer, [text])[0], dtype=torch.long).numpy(), start_id(tokenizer), end_id(tokenizer),
        objective,
    )
    return inputs.tolist(), labels.tolist()


def script(path: str) -> dict[str, Any]:
    """Return the global names that a script of the project defines, without running its main function."""
    return runpy.run_path(str(ROOT / path))


def parsed(*flags: str) -> PretrainConfig:
    """Return the config that train/pretrain.py makes from the flags."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.config_of(parser.parse_args(["--output-dir", "run", *flags]))


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit PyTorch to one thread in the block: several threads slow small models down, most of all on busy cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class PickleCanary:
    """Creates the folder `path` when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.path),)
