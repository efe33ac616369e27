"""Test the plots of the loss by kind of token."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from statecode.errors import ConfigError
from tests.support.paths import ROOT


def test_bars_of_kinds_show_the_shares_of_tokens_and_the_parts_of_the_loss() -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.loss.kind_plots import KIND_COLOURS, kind_bars

    def rows(*nats: float) -> list[dict[str, object]]:
        kinds = zip(("source", "new_value", "end"), (6, 3, 1), nats)
        return [{"kind": kind, "tokens": tokens, "token_share": tokens / 10, "nll_nats": value} for kind, tokens, value in kinds]

    result = {"by_kind": rows(3.0, 6.0, 1.0), "baselines": {"ngram": {"order": 5, "by_kind": rows(10.0, 10.0, 0.0)}}}
    tokens, loss = kind_bars({"compact": result}).axes
    assert [bar.get_width() for bar in tokens.patches] == pytest.approx([60, 30, 10])
    assert [bar.get_width() for bar in loss.patches] == pytest.approx([0.3, 1.0, 0.6, 1.0, 0.1, 0.0])  # model and 5-gram
    assert [label.get_text() for label in loss.get_yticklabels()] == ["compact", "compact: 5-gram"]
    assert [text.get_text() for text in loss.texts] == [" 1.00, perplexity 2.72", " 2.00, perplexity 7.39"]
    assert loss.get_xlabel() == "nats per token of the text" and len(set(KIND_COLOURS.values())) == 9


def test_the_colours_are_those_of_all_kinds() -> None:
    pytest.importorskip("torch")
    from statecode.evaluation.loss.kind_plots import KIND_COLOURS
    from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS

    assert tuple(KIND_COLOURS) == TOKEN_KINDS


def test_the_script_plots_results(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    main = runpy.run_path(str(ROOT / "eval" / "plot_kinds.py"))["main"]
    result = {"by_kind": [{"kind": "source", "tokens": 2, "token_share": 1.0, "nll_nats": 1.0}]}
    (tmp_path / "compact.json").write_text(json.dumps(result))
    (tmp_path / "plain.json").write_text("{}")
    main([str(tmp_path / "compact.json"), "--out", str(tmp_path / "kinds.png")])
    assert (tmp_path / "kinds.png").read_bytes().startswith(b"\x89PNG")
    for names, message in ((["plain.json"], "plain.json has no kinds"), (["missing.json"], "missing.json: No such file")):
        with pytest.raises(ConfigError, match=message):
            main([*(str(tmp_path / name) for name in names), "--out", str(tmp_path / "kinds.png")])
    with pytest.raises(ConfigError, match="must end with .png"):
        main([str(tmp_path / "compact.json"), "--out", str(tmp_path / "kinds.pdf")])
