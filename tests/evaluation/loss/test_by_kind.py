"""Test the loss by kind of a run: it equals the result of the script, and known losses have known bits per byte."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.configs import BaselineConfig  # noqa: E402
from statecode.evaluation.loss.by_kind import LossByKind, measure_run  # noqa: E402
from statecode.evaluation.loss.kind_scores import scores_by_kind  # noqa: E402
from statecode.evaluation.loss.token_kinds import load_kinded  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenizers import save_tokenizer  # noqa: E402
from tests.support.corpus_samples import two_splits  # noqa: E402
from tests.support.modeling_samples import script, small_model, tokenizer_for  # noqa: E402


def saved_model(folder: Path, objective: Objective) -> str:
    small_model(objective).save_pretrained(folder)
    save_tokenizer(tokenizer_for(objective), folder)
    return str(folder)


def test_a_run_has_the_numbers_of_the_script(tmp_path: Path) -> None:
    corpus, model = str(two_splits(tmp_path / "corpus")), saved_model(tmp_path / "model", Objective.CAUSAL)
    flags = ["--corpus", corpus, "--split", "validation", "--documents", "2", "--threads", "1"]
    script("eval/perplexity.py")["main"](
        [model, *flags, "--by-kind", "--baselines", "--ngram-order", "2", "--out", str(tmp_path / "kinds.json")])
    found = measure_run(model, corpus, "validation", documents=2, baselines=BaselineConfig(ngram_order=2), threads=1)
    written = json.loads((tmp_path / "kinds.json").read_text())
    assert json.loads(json.dumps(found.as_dict())) == {name: written[name] for name in ("by_kind", "baselines")}
    assert "2-gram, nats/token" in found.table() and list(found.bits_per_byte()) == ["model", "2-gram", "zstd"]
    assert found.bits_per_byte()["model"] == pytest.approx(written["bits_per_byte"], rel=1e-12)


def test_one_bit_per_token_without_baselines() -> None:
    kinded = load_kinded("embedded", "compact", "validation", tokenizer_for(Objective.CAUSAL), 2)
    places = len(kinded.kinds)
    rows = scores_by_kind(kinded, np.full(places, math.log(2)), np.ones(places, dtype=bool))
    found = LossByKind(rows=rows, baselines=None)
    assert found.bits_per_byte() == {"model": pytest.approx(places / sum(len(text.encode()) for text in kinded.texts))}
    assert list(found.as_dict()) == ["by_kind"] and "| new_value |" in found.table() and "-gram" not in found.table()


def test_masked_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="masked|causal"):
        measure_run(saved_model(tmp_path, Objective.MASKED), "embedded", documents=1, threads=1)
