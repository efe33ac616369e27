"""Test that the native engine has its own instance of cheap_repr."""

from __future__ import annotations

import builtins
import subprocess
import sys

import cheap_repr
import pytest

from statecode.tracing.engines.native import cheap_repr_copy


def test_an_instance_is_independent_of_the_package_and_of_other_instances() -> None:
    one, other = cheap_repr_copy.load(), cheap_repr_copy.load()
    assert sys.modules["cheap_repr"] is cheap_repr and cheap_repr not in (one, other)
    assert not any(name.endswith("cheap_repr_copy.cheap_repr") for name in sys.modules)
    one.register_repr(frozenset)(lambda value, helper: "mine")
    one.suppressed_classes.add(int)
    one.cheap_repr.max_level = 1
    for instance in (cheap_repr, other):
        assert instance.cheap_repr(frozenset([1])) == "frozenset({1})" and instance.cheap_repr([[[1]]]) == "[[[1]]]"
    assert one.cheap_repr(frozenset()) == "mine"


def test_an_instance_keeps_its_builtins(monkeypatch) -> None:
    instance = cheap_repr_copy.load()
    with monkeypatch.context() as replaced:
        for name in ("repr", "zip", "enumerate"):
            replaced.setattr(builtins, name, None)
        text = instance.cheap_repr({"a": [1, (2,)]}, target_length=100)
    assert text == "{'a': [1, (2,)]}"


def test_no_module_is_imported_only_to_register_a_function(tmp_path) -> None:
    for name in ("counter", "UserDict", "chainmap", "ordereddict", "backport_collections", "numpy", "pandas"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    script = ("import sys; from statecode.tracing.engines.native import cheap_repr_copy; cheap_repr_copy.load(); "
              "print('cheap_repr' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": ":".join([str(tmp_path), *filter(None, sys.path)])})
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_a_missing_package_is_an_import_error(monkeypatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ModuleNotFoundError, match="cheap_repr"):
        cheap_repr_copy.load()
