"""Plot the loss by kind of token, as PNG or SVG files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from statecode.evaluation.figures import save_figure
from statecode.text import plot_label

KIND_COLOURS = {
    "source": "#0072B2", "source_echo": "#56B4E9", "line_number": "#CC79A7", "control": "#000000",
    "new_value": "#D55E00", "copied_value": "#E69F00", "syntax": "#999999", "stdout": "#009E73", "end": "#F0E442",
}
"""The colours of the kinds of tokens, in the order of `kinded_texts.TOKEN_KINDS`."""


def plot_kinds(results: Mapping[str, Mapping[str, Any]], path: Path) -> Path:
    """Save the plot of `kind_bars` as a PNG or SVG file, and return its path."""
    return save_figure(kind_bars(results), path)


def kind_bars(results: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Plot the kinds of tokens: their shares of the tokens, and the parts of the loss that they cause.

    A part of the loss is the nats of a kind divided by all tokens, so that the length of a bar is the loss per token.

    Args:
        results: name → result of `eval/perplexity.py --by-kind`; baselines in it are plotted too.
    """
    bars = [bar for name, result in results.items() for bar in _loss_bars(name, result)]
    figure = Figure(figsize=(11, 1.9 + 0.45 * len(bars)), layout="constrained", facecolor="white")
    of_tokens, of_loss = figure.subplots(1, 2, width_ratios=(1, 1.5))
    tokens = [(plot_label(name), {row["kind"]: 100 * row["token_share"] for row in result["by_kind"]})
              for name, result in results.items()]
    found = [kind for kind in KIND_COLOURS if any(parts.get(kind) for _, parts in tokens)]
    for axes, shown in ((of_tokens, tokens), (of_loss, bars)):
        _stack(axes, shown, found)
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    for row, (_, parts) in enumerate(bars):
        loss = sum(parts.values())
        label = f" {loss:.2f}, perplexity {math.exp(min(loss, 700)):,.2f}"
        of_loss.annotate(label, (loss, row), va="center", fontsize=9)
    of_tokens.set_xlabel("% of the tokens")
    of_loss.set_xlabel("nats per token of the text")
    of_loss.margins(x=0.3)
    figure.legend(*of_tokens.get_legend_handles_labels(), loc="outside upper center", ncols=len(found), frameon=False,
                  fontsize=9)
    return figure


def _loss_bars(name: str, result: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the label and the parts of the loss of the model and of the n-gram model of a result."""
    ngram = result.get("baselines", {}).get("ngram")
    sources = {name: result["by_kind"]} | ({f"{name}: {ngram['order']}-gram": ngram["by_kind"]} if ngram else {})
    for label, rows in sources.items():
        tokens = max(1, sum(row["tokens"] for row in rows))
        yield plot_label(label), {row["kind"]: row["nll_nats"] / tokens for row in rows}


def _stack(axes: Axes, bars: Sequence[tuple[str, Mapping[str, float]]], kinds: Sequence[str]) -> None:
    """Draw horizontal bars, each of which consists of a part per kind."""
    left = [0.0] * len(bars)
    for kind in kinds:
        values = [parts.get(kind, 0.0) for _, parts in bars]
        axes.barh(range(len(bars)), values, left=left, color=KIND_COLOURS[kind], label=kind.replace("_", " "))
        left = [before + value for before, value in zip(left, values)]
    axes.set_yticks(range(len(bars)), [label for label, _ in bars])
