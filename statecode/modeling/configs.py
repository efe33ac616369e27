"""Everything that decides a training run, checked when made and saved beside the model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Literal

from statecode.modeling.arguments import check, required, setting


class Objective(str, Enum):
    """What a model is trained to predict; losses of the two are never compared."""

    CAUSAL = "causal"  # the next token
    MASKED = "masked"  # the tokens hidden behind the mask token


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """A model that starts from random weights."""

    family: Literal["gpt2", "bert"] = required("architecture: gpt2 predicts the next token, bert masked ones")
    layers: int = required("transformer blocks")
    width: int = required("width of the residual stream; a multiple of --heads")
    heads: int = required("attention heads per block")
    positions: int = required("longest context that the model can ever read, tokens")
    dropout: float = setting(0.0, "dropout on embeddings, attention and residuals")

    def __post_init__(self) -> None:
        for name in ("layers", "width", "heads", "positions"):
            check(getattr(self, name) > 0, f"--{name} must be positive; got {getattr(self, name)}")
        check(self.width % self.heads == 0, f"--width {self.width} is no multiple of --heads {self.heads}")
        check(0 <= self.dropout < 1, f"--dropout must lie in [0, 1); got {self.dropout}")

    @property
    def objective(self) -> Objective:
        """What this family is trained to predict."""
        return Objective.CAUSAL if self.family == "gpt2" else Objective.MASKED


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """What the model reads, and how it is laid out."""

    vocab_size: int = setting(8192, "tokens of the byte-level BPE that is trained on the corpus (at least 300)")
    context_tokens: int | None = setting(None, "positions of one training row; default: all that the model has")
    document_tokens: int | None = setting(
        None, "use only this many first positions of each document, so that a few huge ones do not outweigh the rest")
    packing: bool = setting(True, "several documents in one row, each blind to the others; off: one piece a row")
    mask_share: float = setting(0.15, "masked models: share of the text tokens that must be predicted")

    def __post_init__(self) -> None:
        check(self.vocab_size >= 300, f"--vocab-size must be at least 300: 256 bytes, specials; got {self.vocab_size}")
        check(self.context_tokens is None or self.context_tokens >= 8,
              f"--context-tokens must be at least 8; got {self.context_tokens}")
        check(self.document_tokens is None or self.document_tokens >= 8,
              f"--document-tokens must be at least 8; got {self.document_tokens}")
        check(0 < self.mask_share < 1, f"--mask-share must lie in (0, 1); got {self.mask_share}")


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """AdamW; no decay on embeddings, norms and biases. Linear warm-up, then a cosine to the final rate."""

    learning_rate: float = setting(6e-4, "peak, reached at the end of the warm-up")
    final_learning_rate_share: float = setting(0.1, "the last step's rate as a share of the peak")
    warmup_share: float = setting(0.05, "share of the steps that the rate rises linearly")
    weight_decay: float = setting(0.1, "decoupled, times the learning rate")
    beta1: float = setting(0.9, "decay of the mean gradient")
    beta2: float = setting(0.95, "decay of the mean squared gradient")
    gradient_clip: float = setting(1.0, "longest global gradient, L2 norm")

    def __post_init__(self) -> None:
        check(self.learning_rate > 0, f"--learning-rate must be positive; got {self.learning_rate}")
        check(0 <= self.warmup_share < 1, f"--warmup-share must lie in [0, 1); got {self.warmup_share}")
        check(0 <= self.final_learning_rate_share <= 1, "--final-learning-rate-share must lie in [0, 1]")
        check(self.weight_decay >= 0, f"--weight-decay must not be negative; got {self.weight_decay}")
        check(0 <= self.beta1 < 1 and 0 <= self.beta2 < 1, "--beta1 and --beta2 must lie in [0, 1)")
        check(self.gradient_clip > 0, f"--gradient-clip must be positive; got {self.gradient_clip}")


@dataclass(frozen=True, kw_only=True)
class LoopConfig:
    """How long to train, on how much per step, and when to measure and save."""

    total_steps: int = setting(1000, "optimizer steps")
    batch_rows: int = setting(32, "rows per optimizer step over all processes, whatever their number")
    micro_batch_rows: int = setting(8, "rows per forward pass and process; smaller takes less memory, same result")
    seed: int = setting(0, "of the initial weights, the order of the data, masks and dropout")
    evaluate_every: int = setting(100, "steps between evaluations on the validation split; also at step 0 and the end")
    evaluate_rows: int | None = setting(None, "evaluate on a fixed sample of this many rows; default: all of them")
    save_every: int = setting(200, "steps between checkpoints; also one at the end and at Ctrl-C")
    keep_checkpoints: int = setting(2, "newest checkpoints that stay on disk")
    final_weights: Literal["best", "last"] = setting("best", "which weights are saved: lowest validation loss, or last")
    precision: Literal["auto", "fp32", "bf16"] = setting("auto", "auto: bf16 on GPUs that have it, else fp32")
    compile: bool = setting(False, "torch.compile the model: slow to start, faster on GPUs")
    threads: int = setting(0, "CPU threads per process; 0: the cores this process may use, shared among the ranks")

    def __post_init__(self) -> None:
        for name in ("total_steps", "batch_rows", "micro_batch_rows", "evaluate_every", "save_every",
                     "keep_checkpoints"):
            check(getattr(self, name) > 0, f"--{name.replace('_', '-')} must be positive; got {getattr(self, name)}")
        check(self.evaluate_rows is None or self.evaluate_rows > 0, "--evaluate-rows must be positive")
        check(0 <= self.seed < 2**31, f"--seed must lie in [0, 2147483648); got {self.seed}")  # what all libraries take
        check(self.threads >= 0, f"--threads must not be negative; got {self.threads}")


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Where a run lives and who is told about it; nothing here changes a number."""

    output_dir: str = required("the run's folder: metrics.jsonl, checkpoints, config, the finished model and tokenizer")
    resume: Literal["auto", "restart"] = setting(
        "auto", "auto: go on from the newest checkpoint of the same settings; restart: throw the old run away")
    tracker: tuple[str, ...] = setting((), "also report to: tensorboard, trackio, wandb")


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """What is read and where the weights come from."""

    corpus: str = setting(
        "embedded", "embedded, a corpus folder, a folder of train/validation/test.jsonl with a text a row, or a Hub id")
    config: str = setting("snoop", "the text of the corpus: a view, such as snoop or code; `statecode views` lists all")
    init: str = setting("scratch", "scratch (random weights, the preset's shape), or a run, checkpoint folder, Hub id")
    gguf_file: str | None = setting(None, "the GGUF file in --init that holds the weights")
    tokenizer: str | None = setting(
        None, "a folder with a tokenizer; default: with scratch trained on the corpus, else the checkpoint's own")

    def __post_init__(self) -> None:
        check(self.gguf_file is None or self.init != "scratch", "--gguf-file needs --init FOLDER")


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    """All of a pre-training run."""

    preset: str
    objective: Objective
    source: SourceConfig
    shape: ModelShape | None  # None where a checkpoint brings its own
    data: DataConfig
    optimizer: OptimizerConfig
    loop: LoopConfig
    run: RunConfig

    def settings(self) -> dict[str, Any]:
        """What decides the numbers: a run goes on only while these stay the same."""
        return without_free(as_json(self))


FREE = ("run", "save_every", "keep_checkpoints", "threads", "micro_batch_rows", "compile")
"""Settings that may change when a run goes on; they alter no result beyond rounding."""


def without_free(settings: dict[str, Any]) -> dict[str, Any]:
    """Nested settings without those named in FREE."""
    return {name: without_free(value) if isinstance(value, dict) else value
            for name, value in settings.items() if name not in FREE}


def as_json(config: Any) -> dict[str, Any]:
    """A config as nested plain values, as it is saved."""
    return asdict(config)
