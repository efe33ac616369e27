"""Runs of training whose model has learned a few traces by heart in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from statecode.modeling.configs import ModelShape, Objective
from statecode.modeling.models import build_model
from statecode.modeling.run_folder import RunFolder
from statecode.modeling.tokenizers import encode, end_id, save_tokenizer, start_id, train_tokenizer
from statecode.records import Trace
from statecode.views import VIEWS, render
from tests.support.modeling_samples import one_thread


def trained_run(folder: Path, traces: Sequence[Trace], steps: int) -> Path:
    """Write a run whose model has learned the texts of traces by heart, and return its folder."""
    texts = [render(trace, "compact") for trace in traces]
    tokenizer: Any = train_tokenizer(texts, 300, Objective.CAUSAL)
    shape = ModelShape(family="llama", layers=2, width=64, heads=2, max_seq_len=128)
    model = build_model(shape, tokenizer, 0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    with one_thread():
        for step in range(steps):
            text = texts[step % len(texts)]
            ids = torch.tensor([[start_id(tokenizer), *encode(tokenizer, [text])[0], end_id(tokenizer)]])
            model(input_ids=ids, labels=ids).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    RunFolder(folder).open({"config": "compact", "view_version": VIEWS["compact"].version}, {})
    model.save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return folder
