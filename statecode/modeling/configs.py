"""The configuration of a training run. Each config checks its values when it is created and is saved in run.json."""

from __future__ import annotations

import importlib.util
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Literal

from statecode.arguments import check, required, setting
from statecode.views.windows import SHORTEST_WINDOW

ALLOW_PICKLE_WEIGHTS_HELP = "load weights from pickle files (pytorch_model.bin) too, not only from safetensors"
TRACKERS = ("tensorboard", "trackio", "wandb")
SPECIAL_TOKENS_OF_WINDOW = 2  # of a sequence that is a window: the start token and, for masked models, the end token


class Objective(str, Enum):
    """The training objective. Losses of different objectives are not comparable."""

    CAUSAL = "causal"  # predict the next token
    MASKED = "masked"  # predict the tokens that the mask token replaced


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """The shape of a model that starts from random weights."""

    family: Literal["gpt2", "llama", "bert"] = required(
        "architecture: gpt2 and llama predict the next token, bert masked tokens; llama has rotary positions")
    layers: int = required("transformer blocks")
    width: int = required("width of the residual stream; a multiple of --heads")
    heads: int = required("attention heads per block")
    max_seq_len: int = required("longest sequence that the model can read, tokens")
    dropout: float = setting(0.0, "dropout on embeddings, attention and residuals; llama: on attention only")

    def __post_init__(self) -> None:
        for name in ("layers", "width", "heads", "max_seq_len"):
            check(getattr(self, name) > 0, f"--{name.replace('_', '-')} must be positive; got {getattr(self, name)}")
        check(self.width % self.heads == 0, f"--width {self.width} is not a multiple of --heads {self.heads}")
        check(0 <= self.dropout < 1, f"--dropout must lie in [0, 1); got {self.dropout}")
        check(self.family != "llama" or self.width // self.heads % 2 == 0,
              f"--width {self.width} with --heads {self.heads}: llama needs an even width per head")

    @property
    def objective(self) -> Objective:
        """The training objective of this family."""
        return Objective.MASKED if self.family == "bert" else Objective.CAUSAL


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """The settings of the conversion of texts into training sequences."""

    vocab_size: int = setting(8192, "tokens of the byte-level BPE that is trained on the corpus (at least 300)")
    digits: Literal["single", "merged"] = setting(
        "single", "new tokenizers: single: each digit is a token; merged: frequent numbers are tokens too",
        before="merged")
    context_tokens: int | None = setting(None, "tokens per training sequence; default: as many as the model can read")
    document_tokens: int | None = setting(
        None, "use only the first N tokens of each document, so that a few very long ones do not outweigh the rest")
    long_documents: Literal["windows", "cut"] = setting(
        "cut", "runs longer than a sequence: windows: parts that begin with the source and the state; cut: consecutive "
               "chunks")
    loss_on: Literal["all", "trace"] = setting(
        "all", "trace: no loss on the source, the input and the state at the start of a window; all: on all tokens")
    packing: bool = setting(
        True, "pack several documents into one sequence, without attention between them; off: one chunk per sequence")
    mask_share: float = setting(0.15, "masked models: share of the text tokens that are predicted")
    mask_unit: Literal["token", "value"] = setting(
        "token", "masked models: value: all tokens of a value of the trace are masked, or none; token: each by itself")

    def __post_init__(self) -> None:
        check(self.vocab_size >= 300, f"--vocab-size must be at least 300: 256 bytes, specials; got {self.vocab_size}")
        check(self.context_tokens is None or self.context_tokens >= 8,
              f"--context-tokens must be at least 8; got {self.context_tokens}")
        shortest = SHORTEST_WINDOW + SPECIAL_TOKENS_OF_WINDOW
        check(self.long_documents == "cut" or self.context_tokens is None or self.context_tokens >= shortest,
              f"--context-tokens must be at least {shortest} with --long-documents windows; got {self.context_tokens}")
        check(self.document_tokens is None or self.document_tokens >= 8,
              f"--document-tokens must be at least 8; got {self.document_tokens}")
        check(0 < self.mask_share < 1, f"--mask-share must lie in (0, 1); got {self.mask_share}")


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """The settings of the optimizer and of its learning rate.

    Embeddings, norms and biases have no weight decay. The learning rate rises linearly in the warm-up and then falls
    to its final value, as the schedule defines. `statecode.modeling.optimizers` creates the flags and the optimizer.
    """

    optimizer: str = "adamw"   # a name in optimizers.OPTIMIZERS
    schedule: str = "cosine"   # a name in schedules.SCHEDULES
    learning_rate: float = setting(6e-4, "peak learning rate, reached at the end of the warm-up")
    final_learning_rate_share: float = setting(0.1, "learning rate of the last step as a share of the peak")
    warmup_share: float = setting(0.05, "share of the steps in which the learning rate rises linearly")
    decay_share: float = setting(0.2, "wsd: share of the steps in which the learning rate falls, at the end")
    weight_decay: float = setting(0.1, "decoupled weight decay, multiplied by the learning rate")
    beta1: float = setting(0.9, "AdamW: decay rate of the running mean of the gradient")
    beta2: float = setting(0.95, "AdamW: decay rate of the running mean of the squared gradient")
    gradient_clip: float = setting(1.0, "maximum L2 norm of the gradient over all parameters")
    options: Any = None  # own settings of the optimizer, a frozen dataclass; None: it has none, or their defaults

    def __post_init__(self) -> None:
        check(self.learning_rate > 0, f"--learning-rate must be positive; got {self.learning_rate}")
        check(0 <= self.warmup_share < 1, f"--warmup-share must lie in [0, 1); got {self.warmup_share}")
        check(0 <= self.final_learning_rate_share <= 1, "--final-learning-rate-share must lie in [0, 1]")
        check(0 < self.decay_share <= 1 - self.warmup_share + 1e-9 or self.schedule != "wsd",
              f"--decay-share must lie in (0, 1 - warmup_share={self.warmup_share}]; got {self.decay_share}")
        check(self.weight_decay >= 0, f"--weight-decay must not be negative; got {self.weight_decay}")
        check(0 <= self.beta1 < 1 and 0 <= self.beta2 < 1, "--beta1 and --beta2 must lie in [0, 1)")
        check(self.gradient_clip > 0, f"--gradient-clip must be positive; got {self.gradient_clip}")


@dataclass(frozen=True, kw_only=True)
class LoopConfig:
    """The training loop: number of steps, batch sizes, and when to evaluate and save."""

    total_steps: int = setting(1000, "optimizer steps")
    batch_rows: int = setting(32, "sequences per optimizer step, all processes together")
    micro_batch_rows: int = setting(8, "sequences per forward pass and process; fewer need less memory, same result")
    seed: int = setting(0, "seed of the initial weights, the order of the data, the masking and dropout")
    evaluate_every: int = setting(100, "steps between evaluations on the validation split; also at step 0 and the end")
    evaluate_rows: int | None = setting(
        None, "evaluate on a fixed sample of N sequences, or on all of them if there are not more; 0: all")
    save_every: int = setting(200, "steps between checkpoints; also one at the end and at Ctrl-C")
    keep_checkpoints: int = setting(2, "number of newest checkpoints that are kept on disk")
    final_weights: Literal["best", "last"] = setting(
        "best", "weights that are saved at the end: those with the lowest validation loss, or the last")
    precision: Literal["auto", "fp32", "bf16"] = setting(
        "auto", "auto: bf16 on GPUs and CPUs that have instructions for it, else fp32; a resumed run keeps its own")
    compile: Literal["auto", "on", "off"] = setting(
        "auto", "torch.compile for the blocks of the model; auto: if the run is long; a resumed run keeps its own")
    checkpoint_activations: bool = setting(
        False, "compute activations again in the backward pass: less memory, about a third more time, same result")
    log_every: int = setting(1, "steps per record of metrics; on GPUs the host waits for the device at each record")
    threads: int = setting(0, "CPU threads per process; 0: divide the usable cores among the processes")

    def __post_init__(self) -> None:
        for name in ("total_steps", "batch_rows", "micro_batch_rows", "evaluate_every", "save_every",
                     "keep_checkpoints", "log_every"):
            check(getattr(self, name) > 0, f"--{name.replace('_', '-')} must be positive; got {getattr(self, name)}")
        check(self.evaluate_rows is None or self.evaluate_rows >= 0, "--evaluate-rows must not be negative")
        if self.evaluate_rows == 0:
            object.__setattr__(self, "evaluate_rows", None)
        # All libraries that are used accept seeds in this range.
        check(0 <= self.seed < 2**31, f"--seed must lie in [0, 2147483648); got {self.seed}")
        check(self.threads >= 0, f"--threads must not be negative; got {self.threads}")


@dataclass(frozen=True, kw_only=True)
class DecodingConfig:
    """The settings of text generation."""

    max_new_tokens: int = setting(128, "maximum length of a continuation, tokens")
    beams: int = setting(1, "number of beams; 1 is greedy decoding")
    decoding_rows: int = setting(32, "number of prompts that are continued at a time")

    def __post_init__(self) -> None:
        for name in ("max_new_tokens", "beams", "decoding_rows"):
            check(getattr(self, name) > 0, f"--{name.replace('_', '-')} must be positive; got {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """The folder of a run and the services that receive its metrics. These settings do not affect results."""

    output_dir: str = required("run folder: metrics.jsonl, checkpoints, config, the finished model and tokenizer")
    resume: Literal["auto", "restart"] = setting(
        "auto", "auto: continue from the newest checkpoint if the settings are the same; restart: delete the old run")
    tracker: tuple[str, ...] = setting((), f"also log metrics to: {', '.join(TRACKERS)}")

    def __post_init__(self) -> None:
        for tracker in self.tracker:
            check(tracker in TRACKERS, f"unknown tracker {tracker!r}; known: {', '.join(TRACKERS)}")
            check(importlib.util.find_spec(tracker) is not None, f"--tracker {tracker}: pip install {tracker} first")


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """The corpus, the initial weights and the tokenizer."""

    corpus: str = setting(
        "embedded", "embedded, a corpus folder, a folder of train/validation/test.jsonl (a text per line), a run "
                    "folder, whose tokens are read, a Hub id, or a mixture with shares, such as A:0.7,B:0.3")
    config: str = setting("snoop", "texts of the corpus: a view such as snoop or code; `statecode views` lists all")
    token_cache: str | None = setting(
        None, "folder in which runs share tokens; default: STATECODE_TOKEN_CACHE, else in the cache of datasets",
        metavar="DIR")
    init: str = setting("scratch", "scratch (random weights, the preset's shape), or a run, checkpoint folder, Hub id")
    gguf_file: str | None = setting(None, "GGUF file in --init that contains the weights")
    allow_pickle_weights: bool = setting(False, ALLOW_PICKLE_WEIGHTS_HELP)
    tokenizer: str | None = setting(
        None, "folder with a tokenizer; default: with scratch, one trained on the corpus, else the checkpoint's own")

    def __post_init__(self) -> None:
        check(self.gguf_file is None or self.init != "scratch", "--gguf-file needs --init FOLDER")


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    """The complete configuration of a pre-training run."""

    preset: str
    objective: Objective
    source: SourceConfig
    shape: ModelShape | None  # None: the checkpoint defines it
    data: DataConfig
    optimizer: OptimizerConfig
    loop: LoopConfig
    run: RunConfig

    def __post_init__(self) -> None:
        check(self.data.mask_unit == "token" or self.objective is Objective.MASKED,
              f"--mask-unit {self.data.mask_unit}: only for masked models; {self.preset} predicts the next token")

    def settings(self) -> dict[str, Any]:
        """Return the settings that determine the results. A run is resumed only if they equal those in its run.json."""
        return without_changeable(as_json(self))


CHANGEABLE_ON_RESUME = ("run", "save_every", "keep_checkpoints", "threads", "micro_batch_rows", "compile",
                        "token_cache", "checkpoint_activations", "log_every")
"""Names of settings and nested configs that may change when a run is resumed. Results change by rounding at most."""


def without_changeable(settings: dict[str, Any]) -> dict[str, Any]:
    """Return nested settings without those in CHANGEABLE_ON_RESUME."""
    return {name: without_changeable(value) if isinstance(value, dict) else value
            for name, value in settings.items() if name not in CHANGEABLE_ON_RESUME}


def default_settings(config: Any) -> dict[str, Any]:
    """Return the values of the fields of a config and of its nested configs in older versions, as flat settings.

    A setting that the run.json of an older version lacks counts as this value. It is the default of the field, or the
    value of `before` if the versions without the field behaved in another way; see `arguments.setting`.
    """
    defaults: dict[str, Any] = {}
    for field in fields(config):
        value = getattr(config, field.name)
        if is_dataclass(value):
            defaults |= default_settings(value)
        elif field.default is not MISSING:
            defaults[field.name] = field.metadata.get("before", field.default)
    return defaults


def as_json(config: Any) -> dict[str, Any]:
    """Return a config as nested plain values, in the form that run.json stores."""
    return asdict(config)
