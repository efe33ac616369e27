"""Test the samples that `make test` runs: they have each kind of case, and the step 1 returns all cases."""

from __future__ import annotations

from statecode.programs import load_programs
from tests.support.samples import kinds_of_program, kinds_of_source, sample


def test_every_third_case_and_the_first_of_each_kind() -> None:
    cases = ["a0", "a1", "b2", "a3", "b4", "c5", "ab6", "ac7"]
    chosen = sample(cases, 3, lambda case: frozenset(case.rstrip("0123456789")))
    assert chosen == ["a0", "b2", "a3", "c5", "ab6"]
    assert sample(cases, 1, frozenset) == cases


def test_kinds_of_a_source() -> None:
    found = kinds_of_source("import os.path\nfrom re import match\nasync def f():\n    await g()\n")
    assert {"AsyncFunctionDef", "Await", "import os.path", "import re"} <= found and "FunctionDef" not in found
    assert kinds_of_source("x = (") == {"SyntaxError"}


def test_a_sample_of_the_embedded_programs_has_every_kind() -> None:
    programs = list(load_programs("embedded"))
    chosen = sample(programs, 10, kinds_of_program)
    assert set().union(*map(kinds_of_program, programs)) == set().union(*map(kinds_of_program, chosen))
    assert len(programs) / 10 < len(chosen) < len(programs) / 3
