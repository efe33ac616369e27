"""Test that each module has a test of the same name. Exceptions are listed with the tests that cover them.

The test of `statecode/a/b.py` is `tests/a/test_b.py`. The modules of a package `statecode/a/p/` may be tested together, in
`tests/a/test_p.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.test_layers import modules

COVERED_BY = {
    "__main__": "cli/test_trace.py",
    "_version": "cli/test_doctor.py",
    "builder": "dataset/test_builder.py",
    "cli.experiment": "experiments/test_runner.py",
    "cli.findings": "experiments/test_findings.py",
    "cli.program_file": "cli/test_trace.py, cli/test_view.py",
    "cli.source_options": "cli/test_build.py, cli/test_cli.py",
    "corpus.progress": "corpus/test_build.py",
    "corpus.worker": "corpus/test_pool.py",
    "dataset.source": "dataset/test_builder.py, dataset/test_materialise.py",
    "errors": "test_entry.py",
    "evaluation.comparison.tables": "evaluation/comparison/test_groups.py",
    "evaluation.configs": "evaluation/loss/test_perplexity.py, evaluation/continuation/test_cases.py",
    "evaluation.continuation.report": "evaluation/continuation/test_scoring.py",
    "evaluation.continuation.texts": "evaluation/continuation/test_scoring.py",
    "evaluation.figures": "evaluation/comparison/test_plots.py",
    "evaluation.interpreter.report": "evaluation/interpreter/test_scoring.py",
    "evaluation.interpreter.text_writer": "evaluation/interpreter/test_scoring.py",
    "experiments.config": "experiments/test_runner.py",
    "experiments.findings_page": "experiments/test_findings.py",
    "experiments.findings_plot": "experiments/test_findings.py",
    "experiments.plan": "experiments/test_runner.py",
    "experiments.results": "experiments/test_runner.py, experiments/test_findings.py",
    "modeling.command": "modeling/test_presets.py, test_entry.py",
    "modeling.compiling": "modeling/test_forward.py, modeling/test_pretraining.py",
    "modeling.key_value_cache": "modeling/test_batched_decoding.py",
    "modeling.text_starts": "modeling/test_tokenising.py, modeling/test_trace_tokens.py",
    "modeling.trainer": "modeling/test_pretraining.py",
    "tasks.base": "extension_points/test_new_task.py",
    "tasks.conala.published": "evaluation/comparison/test_groups.py",
    "tasks.configs": "tasks/test_finetuning.py",
    "tracing.engines.base": "extension_points/test_new_engine.py",
    "tracing.engines.cpython": "tracing/engines/test_registry.py, tracing/forkserver/test_client.py",
    "tracing.engines.native.inprocess": "tracing/inprocess/test_record.py",
    "tracing.engines.native.tracer": "tracing/engines/native/test_recorders.py, tracing/compare/test_engines.py",
    "tracing.forkserver.settings": "tracing/forkserver/test_client.py",
    "tracing.forkserver.tracer": "tracing/forkserver/test_child.py",
    "tracing.own_builtins": "tracing/forkserver/test_end_record.py, tracing/transparency/test_frames.py",
    "tracing.sandbox.isolation": "corpus/test_build_isolation.py, hostile/test_hostile.py",
    "tracing.sandbox.landlock": "hostile/test_hostile.py",
    "tracing.sandbox.layers": "cli/test_doctor.py, corpus/test_build_isolation.py",
    "tracing.sandbox.namespaces": "hostile/test_hostile.py",
    "tracing.sandbox.probe": "cli/test_doctor.py",
    "tracing.sandbox.python_files": "hostile/test_hostile.py",
    "tracing.sandbox.writable_folder": "tracing/forkserver/test_file_keeper.py, hostile/test_hostile.py",
    "tracing.source_info.hints": "tracing/compare/test_engines.py",
    "views.final_state": "views/test_input_output.py, views/test_cutting.py",
    "views.frames.predictor": "views/frames/test_writer.py, views/test_event_predictor.py",
    "views.line_kinds": "views/compact/test_classify.py",
    "views.one_line": "views/full_state/test_writer.py, views/full_state/test_reader.py",
    "views.snoop.classify": "evaluation/continuation/test_lines.py",
    "views.status_line": "views/test_input_output.py",
    "views.stopped_runs": "views/test_partial_texts.py",
}
"""Modules without a test file of their name → the test files, below tests/, that run them."""


def expected_files(module: str) -> list[Path]:
    """Return the paths at which the test of a module may be: its own, and that of the package around it."""
    *folders, name = module.split(".")[1:]
    own = ROOT.joinpath("tests", *folders, f"test_{name}.py")
    return [own, ROOT.joinpath("tests", *folders[:-1], f"test_{folders[-1]}.py")] if folders[1:] else [own]


def is_package(module: str) -> bool:
    """Return True if the module is the __init__.py of a folder."""
    return modules()[module].name == "__init__.py"


@pytest.mark.parametrize("module", sorted(name for name in modules() if not is_package(name)))
def test_every_module_has_tests(module: str) -> None:
    expected = expected_files(module)
    listed = module.removeprefix("statecode.") in COVERED_BY
    assert any(path.is_file() for path in expected) != listed, (
        f"write {expected[0].relative_to(ROOT)} or list the module in COVERED_BY, but not both"
    )


@pytest.mark.parametrize("module", COVERED_BY)
def test_the_listed_tests_exist(module: str) -> None:
    assert f"statecode.{module}" in modules()
    assert all((ROOT / "tests" / name).is_file() for name in COVERED_BY[module].split(", "))
