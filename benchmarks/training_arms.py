"""The arms of benchmarks/training.py: each trains the same model on the same batch, in a process of its own."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import torch
import transformers
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


AfterStep = Callable[[], None]
"""An arm calls this function after each step."""


def ours(work: Work, after_step: AfterStep, compiled: bool = False, optimizer: str = "adamw") -> None:
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
        after_step()


def causal_sdpa(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, dropout: float = 0.0,
    scaling: float | None = None, **_: Any,
) -> tuple[Tensor, None]:
    """Return causal attention over whole rows, without a mask."""
    output = nn.functional.scaled_dot_product_attention(
        query.to(value.dtype), key.to(value.dtype), value, is_causal=True, scale=scaling)
    return output.transpose(1, 2).contiguous(), None


def bare_compiled(work: Work, after_step: AfterStep) -> None:
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
        after_step()


class _CallAfterStep(TrainerCallback):
    """Makes a Trainer call a function after each step."""

    def __init__(self, after_step: AfterStep) -> None:
        self._after_step = after_step

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Call the function."""
        self._after_step()


def trainer(
    work: Work, after_step: AfterStep, model: PreTrainedModel, dataset: list[Any], rows: int, collator: Any = None,
    **settings: Any,
) -> None:
    """Train with transformers' Trainer."""
    arguments = TrainingArguments(
        tempfile.mkdtemp(), max_steps=MANY, per_device_train_batch_size=rows, save_strategy="no", report_to=[],
        disable_tqdm=True, use_cpu=work.device.type == "cpu", **settings)
    Trainer(model=model, args=arguments, train_dataset=dataset, data_collator=collator,
            callbacks=[_CallAfterStep(after_step)]).train()


def as_it_comes(work: Work, after_step: AfterStep) -> None:
    """Train with Trainer's defaults on rows of concatenated texts, the usual script for language models."""
    rows = work.rows()
    if work.objective is Objective.CAUSAL:
        rows = [{"input_ids": row["input_ids"], "labels": row["input_ids"]} for row in rows]
    trainer(work, after_step, work.make_model(), rows, len(rows))


def tuned(work: Work, after_step: AfterStep, compiled: bool = True) -> None:
    """Train with a compiled model, fused AdamW, the best dtype and stock sdpa on packed rows.

    Rows of causal models have position_ids, which keep the documents separate.
    """
    rows = work.rows()
    trainer(work, after_step, work.make_model(), rows, len(rows), torch_compile=compiled, optim="adamw_torch_fused",
            bf16=work.bf16)


def flattening(work: Work, after_step: AfterStep) -> None:
    """Train like `tuned`, with transformers' own packing collator: one row of all documents, with a mask over it."""
    documents = work.documents()
    trainer(work, after_step, work.make_model(), documents, len(documents), DataCollatorWithFlattening(),
            torch_compile=True, optim="adamw_torch_fused", bf16=work.bf16)


def with_our_attention(work: Work, after_step: AfterStep) -> None:
    """Train like `tuned`, with the attention of this project in place of sdpa, on one row of all documents."""
    model = work.make_model()
    chunk_attention.use_chunk_attention(model)
    flat = flatten(work.batch)
    labels_N = flat.input_ids_N.clone()
    labels_N[flat.position_ids_N == 0] = IGNORE_INDEX
    row = {"input_ids": flat.input_ids_N[None], "labels": labels_N[None], "position_ids": flat.position_ids_N[None],
           "cu_seq_lens_q": flat.offsets_C1, "max_length_q": flat.longest, "use_cache": False}
    trainer(work, after_step, model, [row], 1, lambda rows: rows[0], torch_compile=True, optim="adamw_torch_fused",
            bf16=work.bf16, remove_unused_columns=False)


ARMS: dict[str, Callable[[Work, AfterStep], None]] = {
    "statecode, eager": ours,
    "statecode, compiled": partial(ours, compiled=True),
    "statecode, muon": partial(ours, optimizer="muon"),
    "trainer, as it comes": as_it_comes,
    "trainer, bf16, rows": partial(tuned, compiled=False),
    "trainer, tuned, rows": tuned,
    "trainer, tuned, flattening collator": flattening,
    "trainer, tuned, attention of statecode": with_our_attention,
    "bare compiled loop": bare_compiled,
}
"""The arms by name."""
MASKED_ARMS = ("statecode, eager", "statecode, compiled", "trainer, as it comes", "trainer, bf16, rows",
               "trainer, tuned, rows")
"""The arms of masked models. Those of Trainer read the same masks, and do not separate the documents of a row."""


class ArmProcess:
    """An arm in a process of its own, which takes a step when it is asked.

    Several arms in one process would disturb each other: operations of PyTorch in a second thread make those of all
    threads slower, and a compiling Trainer changes the environment of the process.
    """

    def __init__(self, name: str, make_work: Callable[[], Work], threads: int) -> None:
        """Start the process. The first two steps, which can compile, follow without being asked for."""
        self._name = name
        context = multiprocessing.get_context("spawn")  # a forked process could not use OpenMP or CUDA
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_run, args=(name, make_work, threads, other), daemon=True)
        self._process.start()
        other.close()
        self.start_s = sum(self._times()[0] for _ in range(2))

    def step(self) -> tuple[float, float]:
        """Take a step, and return its seconds and the CPU time of the process in it."""
        self._connection.send(None)
        return self._times()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    def _times(self) -> tuple[float, float]:
        try:
            return self._connection.recv()  # type: ignore[no-any-return]
        except EOFError as error:
            raise SystemExit(f"error: the arm {self._name!r} ended; see the messages above") from error


def _run(name: str, make_work: Callable[[], Work], threads: int, connection: Connection) -> None:
    """Run an arm; after each step send its times, and from the second step on wait until the next one is asked for."""
    launch.configure_libraries()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(threads)
    work = make_work()
    steps, begin, cpu = 0, time.perf_counter(), time.process_time()

    def after_step() -> None:
        nonlocal steps, begin, cpu
        work.wait()
        connection.send((time.perf_counter() - begin, time.process_time() - cpu))
        steps += 1
        if steps > 1:
            connection.recv()
        begin, cpu = time.perf_counter(), time.process_time()

    ARMS[name](work, after_step)
