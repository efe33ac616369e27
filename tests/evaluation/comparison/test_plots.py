"""Test the plots of the comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.evaluation.comparison.arms import make_arms
from statecode.evaluation.comparison.groups import group_runs
from statecode.evaluation.comparison.run_summaries import read_summary
from tests.support.run_folders import conala_result, make_run


def test_plot_shows_every_point_with_units(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import loss_curves

    groups = group_runs([read_summary(make_run(tmp_path / "a")), read_summary(make_run(tmp_path / "b", preset="mini"))])
    axes = loss_curves(groups[0]).axes[0]
    assert axes.get_xlabel() == "optimizer steps" and axes.get_ylabel() == "validation loss (nats per token)"
    assert axes.lines[0].get_xdata().tolist() == [0, 50, 100, 150]
    assert axes.lines[0].get_ydata().tolist() == [6.0, 1.0, 0.25, 0.5]
    heights = sorted(label.get_position()[1] for label in axes.texts)
    assert len(heights) == 2 and heights[1] - heights[0] >= 0.049  # the labels of the curves do not overlap
    assert len({line.get_color() for line in axes.lines}) == 2
    assert axes.get_legend().get_title().get_text() == ""  # no run starts from trained weights


def test_the_legend_explains_the_line_styles_that_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import loss_curves

    (group,) = group_runs([read_summary(make_run(tmp_path / "a")), read_summary(make_run(tmp_path / "b", init="some/gpt2"))])
    assert loss_curves(group).axes[0].get_legend().get_title().get_text() == "solid: from scratch, dashed: from trained weights"


def test_bars_show_our_scores_and_published_ones(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import score_bars

    run = read_summary(make_run(tmp_path / "a", result=conala_result(12.5)))
    assert run.task is not None
    figure = score_bars(run.task, make_arms([run]))
    assert [bar.get_width() for bar in figure.axes[0].patches] == [12.5, 10.58, 14.26, 30.69, 32.26, 34.2]
    assert figure.axes[0].get_xlabel() == "corpus BLEU-4 (0 to 100), CoNaLa's tokenisation"
    assert figure.get_suptitle() == "CoNaLa, 20 test rows: measured here, and published elsewhere (hatched grey)"


def test_an_arm_is_the_mean_of_its_seeds_with_a_band(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import loss_curves

    curves = [((0, 6.0), (10, 1.0), (15, 9.0)), ((0, 6.0), (10, 3.0)), ((0, 3.0), (10, 5.0))]
    runs = [read_summary(make_run(tmp_path / f"tiny-{seed}", seed=seed, curve=curve)) for seed, curve in enumerate(curves)]
    runs.append(read_summary(make_run(tmp_path / "mini", preset="mini", seed=1)))
    axes = loss_curves(group_runs(runs)[0]).axes[0]
    assert axes.lines[0].get_xdata().tolist() == [0, 10] and axes.lines[0].get_ydata().tolist() == [5.0, 3.0]
    (band,) = axes.collections  # one arm has several seeds
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (1.0, 6.0)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "tiny (tiny, from scratch, 3 seeds)", "mini (mini, from scratch)"]


def test_bars_of_seeds_have_whiskers(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import score_bars

    runs = [read_summary(make_run(tmp_path / f"a-{bleu}", seed=bleu, result=conala_result(bleu))) for bleu in (1, 2, 3)]
    assert runs[0].task is not None
    axes = score_bars(runs[0].task, make_arms(runs)).axes[0]
    (whiskers,) = [found for found in axes.collections]
    assert axes.patches[0].get_width() == 2
    assert whiskers.get_segments()[0][:, 0].tolist() == pytest.approx([2 - 2.484138, 2 + 2.484138])


def test_equal_plots_are_equal_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from statecode.evaluation.comparison.plots import plot_group

    (group,) = group_runs([read_summary(make_run(tmp_path / "a"))])
    (one,), (other,) = (plot_group(group, tmp_path / name) for name in ("one", "other"))
    assert one.svg.read_bytes() == other.svg.read_bytes() and b"<svg" in one.svg.read_bytes()
    assert one.png.read_bytes() == other.png.read_bytes()
