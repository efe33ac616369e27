"""Test the source `mutated`: the edits of each kind, what every mutant has in common, varied inputs, and errors."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from statecode.arguments import NoOptions
from statecode.cli import main
from statecode.corpus.duplicates import normalised_digest
from statecode.corpus.splits import SplitRule
from statecode.errors import ConfigError, ProgramError
from statecode.programs import SOURCES, load_programs
from statecode.programs.base import BaseSource
from statecode.programs.generated.choices import Choices
from statecode.programs.mutated.inputs import vary, vary_inputs
from statecode.programs.mutated.kinds import KINDS
from statecode.programs.mutated.mutants import compiled_digest, mutate
from statecode.programs.mutated.mutation import mutation_of, parent_code
from statecode.programs.mutated.syntax import Syntax, nearest
from statecode.programs.mutated.variables import Variables, integer_variables
from statecode.records import Program, metadata_facts
from statecode.tracing import SandboxRunner
from tests.support.paths import ROOT
from tests.support.samples import sampled

GOLDEN = "801d054dc8742778dfbf212ec8eb542994d2b2a6aae6b29032271380c4b5d993"
"""The hash of mutants of generated and embedded programs. A change to the mutations changes it; a Python never does."""

LINE_END = re.compile(r"\r\n|\r|\n")

EDITS = [  # kind, program, all lines that differ in its mutants of this kind
    ("constant", 'x = 7\nname = "Ada"', ["x = 0", "x = 1", "x = 6", "x = 8", 'name = ""']),
    ("constant", "a = True\nb = 0.5\nc = -3", [
        "a = False", "b = 0.25", "b = 1.5", "c = -2", "c = -4", "c = 0", "c = 1",
    ]),
    ("constant", "'''doc'''\nprint('%d' % x, f'{1}', '{}'.format(x), None, b'b')\n@f(3)\ndef g(x: 'int') -> 4: pass", []),
    ("constant", "match x:\n    case 1: pass\nif __name__ == '__main__': pass", []),
    ("constant", "print('a')\nprint('b')", ["print('')", "print('b')", "print('')", "print('a')"]),
    ("arithmetic", "y = a + b", ["y = a * b", "y = a - b"]),
    ("arithmetic", "y = (a) // (b)  # a // b\nz = -x", [
        "y = (a) % (b)  # a // b", "y = (a) * (b)  # a // b", "y = (a) / (b)  # a // b", "z = x",
    ]),
    ("arithmetic", "y = a ** b\nz = a << b | c", [
        "y = a * b", "y = a + b", "z = a >> b | c", "z = a << b & c", "z = a << b ^ c",
    ]),
    ("arithmetic", "s = 'a' + t\nu = [0] * n\nv = '%s' % t\nw = (a\n  + b)", []),
    ("assignment", "total += x", ["total *= x", "total -= x", "total = x"]),
    ("assignment", "s += 'x'", ["s = 'x'"]),
    ("comparison", "r = a < b", ["r = a <= b", "r = a > b", "r = a >= b"]),
    ("comparison", "r = a not  in b is not c == d", [
        "r = a in b is not c == d", "r = a not  in b is c == d", "r = a not  in b is not c != d",
    ]),
    ("logical", "r = a and b or c", ["r = a or b or c", "r = a and b and c"]),
    ("negation", "if a < b: pass", ["if not a < b: pass"]),
    ("negation", "while not a: pass\nassert a or b\nr = [x if a else y for x in y if x]\nwhile True: pass", [
        "while a: pass", "assert not (a or b)", "r = [x if not a else y for x in y if x]",
        "r = [x if a else y for x in y if not x]",
    ]),
    ("negation", "if __name__ == '__main__': pass", []),
    ("variable-misuse", "width = 3\nheight = 4\nprint(width * height)", [
        "print(height * height)", "print(width * width)",
    ]),
    ("variable-misuse", "def f(self, a, b):\n    if a:\n        c = 1\n    return a(self), b", [
        "    if b:", "    return a(self), a",
    ]),
    ("variable-misuse", "x = 1\ny = [a for a in b if a]\nz = (lambda q: q)(x)", [
        "y = [x for a in b if a]", "y = [a for a in b if x]", "z = (lambda q: q)(y)",
    ]),
    ("statement-swap", "total = 0\ntotal += x\nprint(total)", ["print(total)\ntotal += x"]),
    ("statement-swap", "a = 1  # one\nb = a\na = b + a\nc = 3\nd = 4", []),
    ("statement-swap", "def f(a):\n    a.append(1)\n\n    # then\n    return a", [
        "    return a\n    a.append(1)",
    ]),
    ("statement-deletion", "import os\nx = 1\nx = 2\nprint(x)  # shown\nself.a = 1\nd[x] = 1\nx += 1", [
        "pass", "pass  # shown", "pass", "pass",
    ]),
    ("statement-deletion", "def f():\n    'doc'\n    yield 1\n    return 2\nprint(f())\nf()\nx: int", ["    pass"]),
    ("statement-deletion", "class A:\n    b = 1\n    b = 2\nif __name__ == '__main__':\n    print(A)", []),
    ("loop-bound", "for i in range(n): pass", [
        "for i in reversed(range(n)): pass", "for i in range(1, n): pass", "for i in range(n + 1): pass",
        "for i in range(n - 1): pass",
    ]),
    ("loop-bound", "x = [i for i in range(1, len(a) - 1, 2)]\ny = range(*a)", [
        "x = [i for i in range(0, len(a) - 1, 2)]", "x = [i for i in range(2, len(a) - 1, 2)]",
        "x = [i for i in range(1, len(a), 2)]", "x = [i for i in range(1, len(a) - 2, 2)]",
    ]),
    ("loop-bound", "while i < n-1: pass\nwhile a < b: pass\nfor i in reversed(a): pass", [
        "while i < n: pass", "while i < n-2: pass", "for i in a: pass",
    ]),
    ("loop-bound", "for i in range(a if b else c): pass", [
        "for i in reversed(range(a if b else c)): pass", "for i in range(1, a if b else c): pass",
        "for i in range((a if b else c) + 1): pass", "for i in range((a if b else c) - 1): pass",
    ]),
    ("break-continue", "while a:\n    break\n    continue", ["    continue", "    break"]),
    ("off-by-one", "first = items[0]", ["first = items[-1]", "first = items[1]"]),
    ("off-by-one", "i = 0\na[i], a[-1], a[i + 1], a[key], a['b']", [
        "a[i + 1], a[-1], a[i + 1], a[key], a['b']", "a[i - 1], a[-1], a[i + 1], a[key], a['b']",
        "a[i], a[-2], a[i + 1], a[key], a['b']", "a[i], a[0], a[i + 1], a[key], a['b']",
        "a[i], a[-1], a[i], a[key], a['b']", "a[i], a[-1], a[i + 2], a[key], a['b']",
    ]),
    ("off-by-one", "a[n:-1]", ["a[n + 1:-1]", "a[n - 1:-1]", "a[n:-2]", "a[n:0]"]),
    ("slice-bound", "b = a[1:n:2]", ["b = a[:n:2]", "b = a[1::2]", "b = a[1:n:]"]),
]


def edited_lines(kind: str, code: str) -> list[str]:
    """Return the lines that differ from the program, for each edit of a kind."""
    syntax = Syntax.of(code)
    assert syntax is not None
    found = []
    for edit in sorted(set(KINDS[kind].edits(syntax))):
        pairs = zip(code.split("\n"), syntax.apply(edit).split("\n"), strict=True)
        found.append("\n".join(new for old, new in pairs if new != old))
    return found


@pytest.mark.parametrize(("kind", "code", "expected"), EDITS)
def test_the_edits_of_a_kind(kind: str, code: str, expected: list[str]) -> None:
    assert Counter(edited_lines(kind, code)) == Counter(expected)


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, expected in EDITS if expected} == set(KINDS)


@pytest.mark.parametrize(("code", "known"), [
    ("a = 1\nb, (c, *d) = a\n", "a b c d"), ("if x:\n    a = 1\nelse:\n    a = 2; b = 3\n", "a"),
    ("if x:\n    a = 1\nelse:\n    raise x\n", "a"), ("for i in x:\n    a = 1\n", ""), ("while x:\n    a = 1\n", ""),
    ("with x as a:\n    b = 1\n", "a b"), ("try:\n    a = 1\nexcept X:\n    b = 1\n", ""),
    ("try:\n    a = 1\nexcept X as e:\n    a = 2\nfinally:\n    c = 3\n", "a c"), ("a = 1\ndel a\n", ""),
    ("try:\n    a = 1\nexcept X:\n    raise\nelse:\n    b = 1\n", "a b"), ("a: int\nb: int = 1\n", "b"),
    ("def f(a):\n    b = 1\nclass C:\n    c = 1\n", ""), ("a = [b for b in c]\n", "a"), ("match a:\n    case b:\n        c = 1\n", ""),
    ("import a\nself = 1\n_ = 2\n", ""),
])
def test_variables_that_are_certainly_assigned(code: str, known: str) -> None:
    tree = ast.parse(code + "end\n")
    assert Variables(tree).before(tree.body[-1]) == set(known.split())


def test_parameters_and_loop_variables_are_known_in_their_blocks() -> None:
    tree = ast.parse("def f(a, /, b, *c, d, **e):\n    pass\nfor i, j in x:\n    pass\n")
    inner = [node.body[0] for node in tree.body]  # type: ignore[attr-defined]
    assert [sorted(Variables(tree).before(statement)) for statement in inner] == [list("abcde"), list("ij")]


def test_the_number_of_variables_is_bounded() -> None:
    tree = ast.parse("".join(f"v{number} = 1\n" for number in range(200)))
    assert len(Variables(tree).before(tree.body[-1])) == 64


def test_integer_variables() -> None:
    code = "for a in range(3): pass\nb = 1\nc = len(x)\nd += 1\n[e for e in range(2)]\nfor f, g in enumerate(x): pass\nh, i = 0, y\nj = -b - 1"
    assert integer_variables(ast.parse(code)) == set("abcdefhj")


@pytest.mark.parametrize(("own", "most", "expected"), [(5, 2, [4, 6]), (1, 4, [2, 3, 4, 5]), (9, 4, [5, 6, 7, 8]), (5, 99, [1, 2, 3, 4, 6, 7, 8, 9])])
def test_the_nearest_items(own: int, most: int, expected: list[int]) -> None:
    assert list(nearest(range(1, 10), own, most)) == expected


ODD_LAYOUT = {
    "line ends": "x = 1\r\ny = 2\rz = 'é' + str(x + y)\nprint(z)",
    "form feed": "x = 1\n\x0c\nprint(x + 2) # \x0b \u2028 x + 2\nprint(x - 2)\n",
    "wide": "größe = 3; 漢字 = größe * 2; print('漢字🙂', größe + 漢字 * 4)\n",
    "tabs": "if 1:\n\tx = 2\n\tprint(x*3 ,\\\n\t   x /4)\n",
    "one line": "a = 1; b = 2; a = a + b; print(a, b);" * 40,
}


def check_mutant(parent: Program, mutant: Program) -> None:
    """Assert what every mutant has in common."""
    mutation = mutation_of(mutant)
    assert mutation is not None and mutation.mutation in KINDS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escape sequences, which the parent has too
        compile(mutant.code, "mutant", "exec")
    assert parent_code(mutant, mutation) == parent.code != mutant.code
    old, new = LINE_END.split(parent.code), LINE_END.split(mutant.code)
    differing = [number for number, pair in enumerate(zip(old, new, strict=True), 1) if len(set(pair)) > 1]
    assert differing[0] == mutation.line and differing[-1] <= mutation.line + len(LINE_END.findall(mutation.before))
    assert mutation.mutation == "statement-swap" or len(differing) == 1
    assert normalised_digest(mutant.code) != normalised_digest(parent.code)
    assert (mutant.problem_id, mutant.license, mutant.origin) == (parent.problem_id, parent.license, parent.origin)
    assert not mutant.may_share_process
    assert mutant.label == "mutant" and mutant.program_id.startswith(f"{mutation.parent}~")


def check_mutants(source: str, step: int, **options: object) -> int:
    """Check the mutants of every step-th program of a source, and return their number."""
    count = 0
    for parent in itertools.islice(load_programs(source, **options), 0, None, step):
        mutants = list(mutate(parent, tuple(KINDS), 10, 0))
        for mutant in mutants:
            check_mutant(parent, mutant)
        count += len(mutants)
        assert len({normalised_digest(mutant.code) for mutant in mutants}) == len(mutants)
    return count


@sampled(25)
def test_every_mutant_of_embedded_programs(step: int) -> None:
    assert check_mutants("embedded", step) > 4000 // step


@sampled(200)
def test_every_mutant_of_mbpp(step: int, statecode_data: Path) -> None:
    assert check_mutants("mbpp", step, mbpp_path=str(statecode_data / "mbpp")) > 20_000 // step


@pytest.mark.parametrize("code", ODD_LAYOUT.values(), ids=ODD_LAYOUT)
def test_every_edit_of_a_program_with_an_odd_layout(code: str) -> None:
    parent = Program(program_id="p", problem_id="p", code=code)
    mutants = list(mutate(parent, tuple(KINDS), 60, 0))
    for mutant in mutants:
        check_mutant(parent, mutant)
    assert len(mutants) >= 9


@pytest.mark.parametrize("code", [
    "def", "return 1", "x = " + "-" * 5000 + "1", "if a:\n  pass\n" + "elif b:\n  pass\n" * 1500, "'\ud800' + 1", "pass", "", "#\x00",
])
def test_programs_without_mutants(code: str) -> None:
    assert list(mutate(Program(program_id="p", problem_id="p", code=code), tuple(KINDS), 5, 0)) == []


def test_programs_in_other_languages_have_no_mutants() -> None:
    assert not list(mutate(Program(program_id="p", problem_id="p", code="x = 1 + 2", language="ruby"), tuple(KINDS), 5, 0))


def test_few_mutants_end_with_a_name_error() -> None:
    with SandboxRunner() as runner:
        programs = itertools.islice(load_programs("mutated:generated:60", generated_exceptions=0), 0, None, 5)
        ends = Counter(str(runner.run(program).trace.exception and runner.run(program).trace.exception.type) for program in programs)  # type: ignore[union-attr]
    assert ends.total() > 100 and ends["None"] > 0.6 * ends.total()
    assert ends["NameError"] + ends["UnboundLocalError"] <= 0.02 * ends.total()


def whole_hash(*sources: str) -> str:
    found = hashlib.sha256()
    loaded = (itertools.islice(load_programs(source, mutants=3), 300) for source in sources)
    for program in itertools.chain(*loaded):
        found.update(repr((program.program_id, program.code, program.inputs, program.expected_outputs, program.metadata)).encode())
    return found.hexdigest()


def test_the_same_mutants_on_every_python() -> None:
    assert whole_hash("mutated:generated:100", "mutated:embedded") == GOLDEN


def test_other_seeds_yield_other_mutants_and_inputs() -> None:
    options = {"mutants": 1, "generated_levels": "12"}
    first, second = (list(load_programs("mutated:generated:60", **options, mutation_seed=seed)) for seed in (0, 1))
    assert len({program.code for program in first} & {program.code for program in second}) < 0.2 * len(first)
    assert sum(one.inputs != other.inputs for one, other in zip(first, second)) > 50


def test_the_mutants_of_a_program_do_not_depend_on_other_programs(tmp_path: Path) -> None:
    rows = [{"program_id": name, "problem_id": "q", "code": f"x = {number}\nprint(x + 1)\n"} for number, name in enumerate("abc")]
    for name, chosen in (("all", rows), ("last", rows[2:])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in chosen))
    of_all, of_last = (list(load_programs(f"mutated:{tmp_path / name}/p.jsonl")) for name in ("all", "last"))
    assert of_last and of_last == [program for program in of_all if program.program_id.startswith("c")]


def test_facts_outputs_and_label_of_the_parent(tmp_path: Path) -> None:
    row = {
        "program_id": "p", "problem_id": "q", "code": "print(int(input()) + 1)", "inputs": ["4\n"], "label": "accepted",
        "expected_outputs": ["5\n"], "metadata": {"difficulty": 3, "line": "x"}, "license": "MIT",
    }
    (tmp_path / "p.jsonl").write_text(json.dumps(row))
    mutant = next(load_programs(f"mutated:{tmp_path / 'p.jsonl'}", mutations="arithmetic", varied_inputs=1))
    assert metadata_facts(mutant.metadata or "") == {
        "difficulty": 3, "parent": "p", "parent_label": "accepted", "mutation": "arithmetic", "line": 1, "column": 19,
        "before": "+", "after": mutant.code[19],
    }
    assert mutant.expected_outputs == ("5\n", None) and len(mutant.inputs) == 2 and mutant.inputs[0] == "4\n"


def test_only_the_chosen_kinds() -> None:
    options = {"mutations": "off-by-one, logical", "generated_levels": "4-5"}
    mutations = [mutation_of(program) for program in load_programs("mutated:generated:60", **options)]
    assert {mutation.mutation for mutation in mutations if mutation} == {"off-by-one", "logical"}


def test_parents_can_be_included_with_the_same_inputs() -> None:
    programs = list(load_programs("mutated:generated:20", generated_levels="12", include_parents=True, mutants=2))
    families = [list(family) for _, family in itertools.groupby(programs, lambda program: program.problem_id)]
    assert len(families) == 20
    for parent, *mutants in families:
        assert parent.may_share_process and not any(mutant.may_share_process for mutant in mutants)
        assert parent.label is None and "~" not in parent.program_id and 1 <= len(mutants) <= 2
        assert {mutant.inputs for mutant in mutants} == {parent.inputs}


def test_mutants_of_mutants_have_mutants_as_parents() -> None:
    first = {program.program_id: program for program in load_programs("mutated:generated:5", mutants=2)}
    second = list(load_programs("mutated:mutated:generated:5", mutants=2))
    assert len(second) > 10
    for mutant in second:
        mutation = mutation_of(mutant)
        assert mutation and parent_code(mutant, mutation) == first[mutation.parent].code


def test_a_mutant_has_the_split_of_its_parent() -> None:
    rule = SplitRule.parse("60,20,20")
    splits = {program.program_id: rule.split_of(program.problem_id) for program in load_programs("generated:100")}
    assert set(Counter(splits.values())) == {"train", "validation", "test"}
    for mutant in load_programs("mutated:generated:100", mutants=2):
        mutation = mutation_of(mutant)
        assert mutation and rule.split_of(mutant.problem_id) == splits[mutation.parent]


@pytest.mark.parametrize("facts", [
    None, {"parent": "p"}, {"parent": "p", "mutation": "constant", "line": "1", "column": 0, "before": "", "after": ""},
    {"parent": "p", "mutation": "constant", "line": True, "column": 0, "before": "a", "after": "b"},
])
def test_metadata_without_a_mutation(facts: dict[str, object] | None) -> None:
    metadata = None if facts is None else json.dumps(facts)
    assert mutation_of(Program(program_id="p~", problem_id="p", code="", metadata=metadata)) is None


@pytest.mark.parametrize("place", [{"line": 3}, {"line": 0}, {"column": -1}, {"after": "y"}])
def test_a_mutation_that_does_not_fit_the_code(place: dict[str, object]) -> None:
    facts = {"parent": "p", "mutation": "constant", "line": 1, "column": 4, "before": "2", "after": "1"}
    program = Program(program_id="p~", problem_id="p", code="x = 1\n", metadata=json.dumps(facts | place))
    mutation = mutation_of(program)
    assert mutation is not None and parent_code(program, mutation) is None
    fitting = Program(program_id="p~", problem_id="p", code="x = 1\n", metadata=json.dumps(facts))
    assert parent_code(fitting, mutation_of(fitting)) == "x = 2\n"  # type: ignore[arg-type]


FORMAT = re.compile(r"[A-Za-z]+|\d+")


def shape(text: str) -> str:
    """Return a text in which each number is 0 and each word is as many letters a or A."""
    return FORMAT.sub(lambda found: "0" if found[0].isdecimal() else re.sub("[a-z]", "a", re.sub("[A-Z]", "A", found[0])), text)


@pytest.mark.parametrize(("text", "kept"), [  # kept: regular expression of all variations
    ("5\n", r"[1-8]\n"), ("0 3.50\n-7", r"[0-3] \d\.\d\d\n-\d\d?"), ("3\n1 2 3\n", r"3\n\d \d \d\n"),
    ("2 9\n1 9\n8 9\n", r"2 \d\d?\n\d \d\d?\n\d\d? \d\d?\n"), ("3 7 7 7\n", r"3( \d\d?){3}\n"), ("5\nabcde\n", r"5\n[a-z]{5}\n"),
    ("push 40\npop\n", r"push \d\d\npop\n"), ("2024-01-05 10:30 1.2.3 007 x1\n", r"2024-01-05 10:30 1\.2\.3 007 x1\n"),
    ("9" * 5000, "9" * 5000), ("2\n4 4\n6 6\n", r"2\n\d \d\n\d \d\n"), ("1,50;[30]", r"\d,\d\d;\[\d\d\]"), ("+4 1e5", r"\+\d 1e5"),
])
def test_the_format_of_varied_inputs(text: str, kept: str) -> None:
    code = "if command == 'push': pass\nelif 'pop': pass\n"
    varied = {vary(text, code, Choices(seed)) for seed in range(300)}
    assert all(re.fullmatch(kept, one) and shape(one) == shape(text) for one in varied), varied
    assert len(varied) > 4 or kept.replace("\\", "") == text.replace("\n", "n")


def test_varied_inputs_are_new_and_different() -> None:
    inputs = ["7 8\n", "", "word\n"]
    varied = vary_inputs(inputs, "", 6, Choices(1))
    assert len(set(varied)) == 6 and not set(varied) & set(inputs)
    assert vary_inputs(["", "x\n"], "", 3, Choices(1)) == []


def test_programs_without_stdin_keep_their_inputs() -> None:
    assert {program.inputs for program in load_programs("mutated:generated:30", generated_levels="1-3")} == {("",)}


def test_parents_run_on_most_varied_inputs_as_on_their_own() -> None:
    ended: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    with SandboxRunner() as runner:
        parents = [p for p in load_programs("mutated:generated:25", generated_levels="12", include_parents=True) if p.label is None]
        for parent in parents:
            for index, text in enumerate(parent.inputs):
                ended[index > 0][runner.run(parent, index).trace.status.value] += 1
    assert ended[True].total() > 30 and ended[True]["ok"] > 0.8 * ended[True].total()


@pytest.mark.parametrize(("spec", "options", "message"), [
    ("mutated", {}, "mutated: expected mutated:SOURCE"),
    ("mutated:", {}, "mutated: expected mutated:SOURCE"),
    ("mutated:nosuch", {}, "nosuch: no such folder or source of programs"),
    ("mutated:embedded", {"mutations": "constants"}, "unknown kind of mutation 'constants'; known: constant, arithmetic"),
    ("mutated:embedded", {"mutations": " ,"}, "mutations: no kind"),
    ("mutated:embedded", {"mutants": 0}, "mutants must be from 1 to 1,000; got 0"),
    ("mutated:embedded", {"mutants": 1001}, "mutants must be from 1 to 1,000; got 1001"),
    ("mutated:embedded", {"varied_inputs": -1}, "varied_inputs must be from 0 to 1,000; got -1"),
    ("mutated:embedded", {"mutation_seed": -1}, "mutation_seed must be at least 0; got -1"),
    ("mutated:embedded", {"generated_seed": 1}, "option generated_seed does not fit mutated or embedded programs"),
])
def test_specs_and_options_that_are_not_valid(spec: str, options: dict[str, object], message: str) -> None:
    with pytest.raises((ProgramError, ConfigError), match=f"^{re.escape(message)}"):
        load_programs(spec, **options)


class OneProgram(BaseSource):
    """A source with one program."""

    name = "one"

    def __init__(self, code: str, inputs: tuple[str, ...]) -> None:
        self.program = Program(program_id="p", problem_id="p", code=code, inputs=inputs)

    def load(self, spec: str, options: NoOptions) -> Iterator[Program]:
        return iter([self.program])


@pytest.mark.parametrize(("source", "message"), [
    (OneProgram("x = 1", ()), "no program has an input; mutants need programs with at least one input"),
    (OneProgram("x = (", ("",)), "no mutation is possible in its 1 programs; choose others"),
])
def test_a_source_without_inputs_or_mutations_is_one_line(
    source: OneProgram, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SOURCES.register(source)
    try:
        assert main(["build", "--programs", "mutated:one", "--out", str(tmp_path / "out"), "--quiet"]) == 2
    finally:
        SOURCES.unregister("one")
    assert capsys.readouterr().err == f"error: mutated:one: {message}\n"
    assert not (tmp_path / "out").exists()


def test_a_digest_of_a_source_that_does_not_compile() -> None:
    assert compiled_digest("return 1") is None and compiled_digest("x = (") is None
    assert compiled_digest("x=1  # a") == compiled_digest("x = 1") != compiled_digest("x = 2")


DOCUMENT = ROOT / "docs" / "mutated.md"
MEASURED = ROOT / "benchmarks" / "results" / "mutated.json"
PLACE = re.compile(r"(<!-- fill: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
EXPLAINED = {  # kind → its usual names, and the number of the example in its list of edits
    "constant": ("CRP: a number by a near one, 0, 1 or another one of the program; a text by another or an empty one", 3),
    "arithmetic": ("AOR, AOD: another operator; a minus sign removed", 1),
    "assignment": ("ASR: another augmented assignment, or a plain one", 1),
    "comparison": ("ROR: another comparison", 0),
    "logical": ("LCR: `and` and `or` exchanged", 1),
    "negation": ("COI, COD: a condition negated, or its `not` removed", 0),
    "variable-misuse": ("another variable of the same scope that is certainly assigned before", 1),
    "statement-swap": ("two consecutive statements exchanged, if their order matters", 0),
    "statement-deletion": ("SDL: `pass` in the place of a statement", 1),
    "loop-bound": ("a bound of `range` or `while` by one; RIL: the reverse direction", 3),
    "break-continue": ("BCR: `break` and `continue` exchanged", 0),
    "off-by-one": ("an index or a bound of a slice by one", 1),
    "slice-bound": ("SIR: a bound or the step of a slice removed", 1),
}


def kinds() -> str:
    """Return the table of the kinds with examples."""
    lines = ["| kind | edit | example | becomes |", "|---|---|---|---|"]
    for kind, (meaning, number) in EXPLAINED.items():
        code = next(code for name, code, expected in EDITS if name == kind)
        syntax = Syntax.of(code)
        assert syntax is not None
        new = syntax.apply(sorted(set(KINDS[kind].edits(syntax)))[number])
        pairs = [pair for pair in zip(code.split("\n"), new.split("\n")) if pair[0] != pair[1]]
        before, after = ("; ".join(line.strip() for line in lines_) for lines_ in zip(*pairs))
        lines.append(f"| `{kind}` | {meaning} | `{before}` | `{after}` |")
    return "\n".join(lines) + "\n"


def table(*rows: Sequence[object]) -> str:
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def numbers() -> str:
    """Return the tables of the results of benchmarks/mutated.py."""
    sources = json.loads(MEASURED.read_text(encoding="utf-8"))["sources"]
    found = list(sources.values())

    def row(title: str, *names: str, unit: str = "") -> list[object]:
        values = [value[names[0]][names[1]] if len(names) > 1 else value[names[0]] for value in found]
        return [title, *(f"{value:,}{unit}" for value in values)]

    def kind_row(kind: str) -> list[object]:
        shares = [value["differ_by_kind"].get(kind) for value in found]
        return [f"`{kind}`", *("" if share is None else f"{share[1]} % of {share[0]}" for share in shares)]

    def ends(value: dict[str, dict[str, float]]) -> str:
        return ", ".join(f"{name} {share} %" for name, share in list(value["ends"].items())[:6])

    def inputs(value: dict[str, dict[str, list[float]]]) -> str:
        return "; ".join(f"{name} {share} % of {count:,}" for name, (count, share) in value["inputs"].items())

    general = table(
        ["", *(f"`{source}`" for source in sources)], row("programs", "parents"), row("mutants", "mutants"),
        row("mutants per program", "mutants_per_parent"), row("programs without a mutant", "parents_without_mutant"),
        row("mutants that compile", "compile", unit=" %"), row("CPU time per mutant", "ms_per_mutant", unit=" ms"),
        row("compared mutants", "compared", "mutants"), row("time of a comparison", "compared", "ms_per_mutant", unit=" ms"),
        row("mutants that behave differently", "differ", unit=" %"),
        ["first runs end with", *map(ends, found)], ["runs of parents without exception", *map(inputs, found)],
    )
    by_kind = table(["different behaviour", *(f"`{source}`" for source in sources)], *map(kind_row, KINDS))
    return f"Command: `python -m benchmarks.mutated`.\n\n{general}\n{by_kind}"


def test_the_document_is_up_to_date() -> None:
    content = {"kinds": kinds, "numbers": numbers}
    document = DOCUMENT.read_text(encoding="utf-8")
    expected = PLACE.sub(lambda found: f"{found[1]}{content[found[2]]()}{found[3]}", document)
    if os.environ.get("STATECODE_REWRITE_GOLDEN"):
        DOCUMENT.write_text(expected, encoding="utf-8")
    assert document == expected, "run this test with STATECODE_REWRITE_GOLDEN=1"
