"""Run train/pretrain.py in a process that `tests.support.ranks` starts, with signals and a full disk."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

from statecode.modeling import checkpoints, figures, loop
from tests.support.modeling_samples import script


def pretrain(arguments: list[str], fault: list[int] | None = None, batches: str | None = None) -> None:
    """Run train/pretrain.py.

    Args:
        fault: a rank, the number of a step from 0, and a signal that the rank sends to itself when the step starts.
        batches: the start of file names. Each rank appends the hash of each global batch to the file of its number.
    """
    rank = int(os.environ.get("RANK", "0"))
    accumulate_gradients, seed_step = loop.accumulate_gradients, loop.seed_step

    def recorded(scoring: Any, batch: Any, *others: Any) -> Any:
        if batches is not None:
            digest = hashlib.sha256(batch.input_ids_BT.numpy().tobytes()).hexdigest()
            with Path(f"{batches}-{rank}").open("a") as out:
                out.write(digest + "\n")
        return accumulate_gradients(scoring, batch, *others)

    def signalled(seed: int, step: int, of_rank: int) -> None:
        if fault is not None and fault[:2] == [rank, step]:
            os.kill(os.getpid(), fault[2])
        seed_step(seed, step, of_rank)

    loop.accumulate_gradients, loop.seed_step, figures.PRODUCT_S = recorded, signalled, 0.02
    script("train/pretrain.py")["main"](arguments)


def pretrain_on_a_full_disk(arguments: list[str], saves: int) -> None:
    """Run train/pretrain.py on a disk that is full after `saves` checkpoints."""
    save_file, done = checkpoints.save_file, []

    def limited(tensors: Any, path: Path) -> None:
        if len(done) == saves:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        done.append(path)
        save_file(tensors, path)

    checkpoints.save_file = limited
    pretrain(arguments)
