"""The settings of evaluations. This module imports neither torch nor transformers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from statecode.arguments import check, setting
from statecode.modeling.run_folder import context_tokens_of_run


@dataclass(frozen=True, kw_only=True)
class PerplexityConfig:
    """Sizes of windows and batches, and the choice of the scored tokens."""

    context_tokens: int | None = setting(
        None, "positions read at once; default: those of the training of a run, else the model's maximum")
    stride_tokens: int | None = setting(
        None, "causal models: positions from one window to the next, 1 to the context; default: half of it")
    masked_groups: int = setting(
        8, "masked models: k; every k-th token is masked together, each text is read k times; 0: one token at a time")
    score_end: bool = setting(True, "causal models: score the end token of each document as well")
    batch_rows: int = setting(16, "windows per forward pass; affects the speed, not the result")

    def __post_init__(self) -> None:
        check(self.context_tokens is None or self.context_tokens >= 2, "--context-tokens must be at least 2")
        check(self.stride_tokens is None or self.stride_tokens >= 1, "--stride-tokens must be at least 1")
        check(self.masked_groups >= 0, "--masked-groups must not be negative")
        check(self.batch_rows >= 1, "--batch-rows must be at least 1")

    def of_run(self, model: str) -> PerplexityConfig:
        """Return the settings for a model: those of a run read as many positions as its training, if none are set."""
        return replace(self, context_tokens=self.context_tokens or context_tokens_of_run(model))


@dataclass(frozen=True, kw_only=True)
class BaselineConfig:
    """The settings of the baselines of a loss by kind."""

    ngram_order: int = setting(5, "length of the longest n-grams, tokens")
    ngram_tokens: int = setting(4_000_000, "maximum training tokens of the n-gram model; 100 bytes of memory each")

    def __post_init__(self) -> None:
        check(1 <= self.ngram_order <= 16, f"--ngram-order must be from 1 to 16; got {self.ngram_order}")
        check(self.ngram_tokens >= 1, f"--ngram-tokens must be positive; got {self.ngram_tokens}")


@dataclass(frozen=True, kw_only=True)
class PromptConfig:
    """Lengths of the prompts and of the continuations."""

    prompt_lines: int = setting(12, "lines of the real trace in the prompt")
    lines: int = setting(30, "maximum lines of the continuation")

    def __post_init__(self) -> None:
        check(self.prompt_lines > 0, f"--prompt-lines must be positive; got {self.prompt_lines}")
        check(self.lines > 0, f"--lines must be positive; got {self.lines}")


@dataclass(frozen=True, kw_only=True)
class InterpreterConfig:
    """The texts that a model writes in the interpreter evaluation."""

    next_events: int = setting(4, "single events of each run that the model writes after the real ones; 0: none")
    max_new_tokens: int | None = setting(
        None, "longest text that the model writes; default: twice the length of the real text and 32 tokens")
    decoding_rows: int = setting(32, "texts that are written at a time; affects the speed")

    def __post_init__(self) -> None:
        check(self.next_events >= 0, f"--next-events must not be negative; got {self.next_events}")
        check(self.max_new_tokens is None or self.max_new_tokens > 0, "--max-new-tokens must be positive")
        check(self.decoding_rows > 0, f"--decoding-rows must be positive; got {self.decoding_rows}")
