"""The arms of benchmarks/training.py: each trains the same model on the same batch, and yields after each step."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    AttentionInterface,
    DataCollatorWithFlattening,
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from statecode.modeling import chunk_attention, compiling, forward, launch, loop
from statecode.modeling.batches import IGNORE_INDEX, Batch
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig
from statecode.modeling.flat_batches import flatten
from statecode.modeling.optimizers import make_optimizer

MANY = 1_000_000  # steps; no arm reaches the end


@dataclass(frozen=True, slots=True)
class Work:
    """The model and the batch of all arms."""

    make_model: Callable[[], PreTrainedModel]
    batch: Batch
    device: torch.device
    bf16: bool
    objective: Objective = Objective.CAUSAL

    def wait(self) -> None:
        """Wait until the device has finished."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def rows(self) -> list[dict[str, Tensor]]:
        """Return the rows with labels for models of transformers; causal models shift labels, and separate documents.

        The first token of each document has no label in causal models. Those of masked models are those of the batch:
        they read rows of concatenated documents, in which each token attends to all others.
        """
        if self.objective is Objective.MASKED:
            return [{"input_ids": ids, "labels": labels} for ids, labels in
                    zip(self.batch.input_ids_BT, self.batch.labels_BT)]
        labels_BT = self.batch.input_ids_BT.clone()
        labels_BT[(self.batch.position_ids_BT == 0) | (self.batch.chunk_ids_BT == 0)] = IGNORE_INDEX
        return [{"input_ids": ids, "labels": labels, "position_ids": positions} for ids, labels, positions in
                zip(self.batch.input_ids_BT, labels_BT, self.batch.position_ids_BT)]

    def documents(self) -> list[dict[str, list[int]]]:
        """Return the chunks of the batch, one after the other."""
        flat = flatten(self.batch)
        bounds = flat.offsets_C1.tolist()
        return [{"input_ids": flat.input_ids_N[begin:end].tolist()} for begin, end in zip(bounds, bounds[1:])]


class SameBatch:
    """Training batches that are all equal."""

    batches_per_epoch = 1.0

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def at(self, step: int) -> Batch:
        """Return the batch."""
        return self.batch


def ours(work: Work, compiled: bool = False, optimizer: str = "adamw") -> Iterator[None]:
    """Train with the loop of this project."""
    model = work.make_model()
    config = OptimizerConfig(optimizer=optimizer)
    rows = len(work.batch)
    settings = LoopConfig(
        total_steps=MANY, batch_rows=rows, micro_batch_rows=rows, evaluate_every=MANY, save_every=MANY)
    accelerator = launch.make_accelerator("bf16" if work.bf16 else "fp32", torch.get_num_threads())
    mask_format = forward.find_mask_format(model, work.objective, work.bf16)
    if compiled:
        compiling.compile_blocks(model)
    scoring = accelerator.prepare(forward.ScoringModel(model, mask_format, work.objective))
    for _ in loop.train(scoring, SameBatch(work.batch), make_optimizer(model, config), accelerator, config, settings):
        yield


def causal_sdpa(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, dropout: float = 0.0,
    scaling: float | None = None, **_: Any,
) -> tuple[Tensor, None]:
    """Return causal attention over whole rows, without a mask."""
    output = nn.functional.scaled_dot_product_attention(
        query.to(value.dtype), key.to(value.dtype), value, is_causal=True, scale=scaling)
    return output.transpose(1, 2).contiguous(), None


def bare_compiled(work: Work) -> Iterator[None]:
    """Train with the shortest loop: a compiled model, rows without separation of documents, causal attention."""
    AttentionInterface.register("causal_sdpa", causal_sdpa)
    model = work.make_model().train()
    model.config._attn_implementation = "causal_sdpa"
    compiled = torch.compile(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    ids_BT, labels_BT = work.batch.input_ids_BT.to(work.device), work.batch.labels_BT.to(work.device)
    while True:
        with torch.autocast(work.device.type, torch.bfloat16, enabled=work.bf16):
            logits_BTV = compiled(input_ids=ids_BT, use_cache=False).logits
            loss = nn.functional.cross_entropy(logits_BTV.flatten(0, 1).float(), labels_BT.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        yield


class _StepByStep(TrainerCallback):
    """Makes a Trainer in another thread wait after each step until the next one is asked for."""

    def __init__(self) -> None:
        self.may_go, self.done = threading.Semaphore(0), threading.Semaphore(0)

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Wait for the first step to be asked for."""
        self.may_go.acquire()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Report the end of a step, and wait for the next one to be asked for."""
        self.done.release()
        self.may_go.acquire()


def trainer(
    work: Work, model: PreTrainedModel, dataset: list[Any], rows: int, collator: Any = None, **settings: Any
) -> Iterator[None]:
    """Train with transformers' Trainer, which runs in a thread of its own."""
    control, threads = _StepByStep(), torch.get_num_threads()
    arguments = TrainingArguments(
        tempfile.mkdtemp(), max_steps=MANY, per_device_train_batch_size=rows, save_strategy="no", report_to=[],
        disable_tqdm=True, use_cpu=work.device.type == "cpu", **settings)
    run = Trainer(model=model, args=arguments, train_dataset=dataset, data_collator=collator, callbacks=[control])
    failures: list[BaseException] = []

    def train() -> None:
        torch.set_num_threads(threads)
        try:
            run.train()
        except BaseException as error:  # the thread must not end in silence: the other one waits for it
            failures.append(error)
            control.done.release()

    threading.Thread(target=train, daemon=True).start()
    while True:
        control.may_go.release()
        control.done.acquire()
        if failures:
            raise failures[0]
        yield


def as_it_comes(work: Work) -> Iterator[None]:
    """Train with Trainer's defaults on rows of concatenated texts, the usual script for language models."""
    rows = work.rows()
    if work.objective is Objective.CAUSAL:
        rows = [{"input_ids": row["input_ids"], "labels": row["input_ids"]} for row in rows]
    return trainer(work, work.make_model(), rows, len(rows))


def tuned(work: Work, compiled: bool = True) -> Iterator[None]:
    """Train with a compiled model, fused AdamW, the best dtype and stock sdpa on packed rows.

    Rows of causal models have position_ids, which keep the documents separate.
    """
    rows = work.rows()
    return trainer(work, work.make_model(), rows, len(rows), torch_compile=compiled, optim="adamw_torch_fused",
                   bf16=work.bf16)


def flattening(work: Work) -> Iterator[None]:
    """Train like `tuned`, with transformers' own packing collator: one row of all documents, with a mask over it."""
    documents = work.documents()
    return trainer(work, work.make_model(), documents, len(documents), DataCollatorWithFlattening(), torch_compile=True,
                   optim="adamw_torch_fused", bf16=work.bf16)


def with_our_attention(work: Work) -> Iterator[None]:
    """Train like `tuned`, with the attention of this project in place of sdpa, on one row of all documents."""
    model = work.make_model()
    chunk_attention.use_chunk_attention(model)
    flat = flatten(work.batch)
    labels_N = flat.input_ids_N.clone()
    labels_N[flat.position_ids_N == 0] = IGNORE_INDEX
    row = {"input_ids": flat.input_ids_N[None], "labels": labels_N[None], "position_ids": flat.position_ids_N[None],
           "cu_seq_lens_q": flat.offsets_C1, "max_length_q": flat.longest, "use_cache": False}
    return trainer(work, model, [row], 1, lambda rows: rows[0], torch_compile=True, optim="adamw_torch_fused",
                   bf16=work.bf16, remove_unused_columns=False)


ARMS: dict[str, Callable[[Work], Iterator[None]]] = {
    "statecode, eager": ours,
    "statecode, compiled": lambda work: ours(work, compiled=True),
    "statecode, muon": lambda work: ours(work, optimizer="muon"),
    "trainer, as it comes": as_it_comes,
    "trainer, bf16, rows": lambda work: tuned(work, compiled=False),
    "trainer, tuned, rows": tuned,
    "trainer, tuned, flattening collator": flattening,
    "trainer, tuned, attention of statecode": with_our_attention,
    "bare compiled loop": bare_compiled,
}
"""The arms by name."""
MASKED_ARMS = ("statecode, eager", "statecode, compiled", "trainer, as it comes", "trainer, bf16, rows",
               "trainer, tuned, rows")
"""The arms of masked models. Those of Trainer read the same masks, and do not separate the documents of a row."""
