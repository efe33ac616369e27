"""Measure the loss of a model by kind of token, beside the baselines: the report of `eval/perplexity.py --by-kind`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerBase

from statecode.evaluation.configs import BaselineConfig, PerplexityConfig
from statecode.evaluation.loss.baselines import Baselines, measure_baselines
from statecode.evaluation.loss.kind_scores import KindScore, kind_table, scores_by_kind, total_of
from statecode.evaluation.loss.perplexity import PerplexityResult, score_documents
from statecode.evaluation.loss.token_kinds import KindedDocuments, load_kinded
from statecode.evaluation.trained_view import choose_view
from statecode.modeling import launch, models
from statecode.modeling.configs import Objective
from statecode.modeling.texts import load_texts
from statecode.modeling.tokenizers import load_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class LossByKind:
    """The scores of the kinds of tokens, with those of the baselines if they were measured."""

    rows: list[KindScore]
    baselines: Baselines | None

    def table(self) -> str:
        """Return a table in Markdown; see `kind_scores.kind_table`."""
        found = self.baselines
        return kind_table(self.rows, {found.ngram_name: found.ngram} if found else {},
                          found.copied_shares if found else {})

    def bits_per_byte(self) -> dict[str, float]:
        """Return the bits per byte of the model and of the baselines that have some, by name."""
        bits = {"model": total_of(self.rows).bits_per_byte}
        if self.baselines:
            bits[self.baselines.ngram_name] = total_of(self.baselines.ngram).bits_per_byte
            bits["zstd"] = self.baselines.zstd_bits_per_byte
        return {name: value for name, value in bits.items() if value is not None}

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values, from which `kind_plots.kind_bars` makes a plot."""
        baselines = {"baselines": self.baselines.as_dict()} if self.baselines else {}
        return {"by_kind": [row.as_dict() for row in self.rows], **baselines}


def loss_by_kind(
    kinded: KindedDocuments, result: PerplexityResult, train: Sequence[str] | None,
    tokenizer: PreTrainedTokenizerBase, config: BaselineConfig,
) -> LossByKind:
    """Divide the loss of a causal model among the kinds of tokens, and measure the baselines.

    Args:
        result: the score of the model on `kinded.documents`.
        train: the texts of the train split in the same view, which the baselines read; None: no baselines.
    """
    assert result.nll is not None and result.scored is not None  # the model is causal
    return LossByKind(
        rows=scores_by_kind(kinded, result.nll, result.scored),
        baselines=None if train is None else measure_baselines(kinded, result.scored, train, tokenizer, config))


def measure_run(
    run: str, corpus: str, split: str = "test", *, documents: int | None = None,
    config: PerplexityConfig = PerplexityConfig(), baselines: BaselineConfig | None = None, threads: int = 0,
) -> LossByKind:
    """Measure the loss by kind of the causal model in a run folder, on the view on which it was trained.

    Args:
        corpus: embedded or a corpus folder.
        documents: score the first texts only, as many as this; None: all.
        baselines: the settings of the baselines; None: they are not measured.
        threads: CPU threads; 0: one per usable core.

    Raises:
        InputError: the model cannot be loaded, or the corpus lacks the split.
    """
    view, _ = choose_view(run, None)
    accelerator = launch.make_accelerator("fp32", threads)
    tokenizer = load_tokenizer(run)
    model = models.load_model(run, Objective.CAUSAL, tokenizer)
    kinded = load_kinded(corpus, view, split, tokenizer, documents)
    result = score_documents(model, tokenizer, Objective.CAUSAL, kinded.documents, config.of_run(run), accelerator)
    train = load_texts(corpus, view).split("train") if baselines else None
    return loss_by_kind(kinded, result, train, tokenizer, baselines or BaselineConfig())
