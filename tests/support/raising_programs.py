"""Programs that raise exceptions from each kind of expression in each kind of statement and scope."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import indent

PRELUDE = '''\
class Bad:
    def __getattr__(self, name): raise AttributeError(name)
    def __bool__(self): raise ValueError("bool")
    def __iter__(self): raise ValueError("iter")
    def __eq__(self, other): raise ValueError("eq")
    def __enter__(self): raise ValueError("enter")
    def __exit__(self, *args): raise ValueError("exit")
    def __format__(self, spec): raise ValueError("format")
    def __del__(self): pass
class Exits:
    def __enter__(self): return self
    def __exit__(self, *args): raise ValueError("exits")
def fails(*args, **kwargs): raise KeyError(args)
def twice(f): return lambda *args: f(f(*args))
bad, exits, one, none, text, items, table = Bad(), Exits(), 1, None, "text", [1, 2, 3], {"a": 1}
'''
EXPRESSIONS = [
    "fails(one)", "fails(fails(1))", "fails(\n    one,\n    key=items,\n)", "one(1)", "items[9]", "table['b']",
    "table[\n  'b'\n]", "none[0]", "items[1:'a']", "one + text", "one - none", "one @ one", "one // 0", "one % 0", "-text",
    "~text", "not bad", "bad == 1", "one < text", "0 < one < text < 3", "one in none", "one not in none", "one is bad.x",
    "bad.attribute", "text.nothing()", "text.upper().nothing(one)", "bad.a.b.c", "(bad\n  .attribute\n  .other)",
    "missing", "[missing for x in items]", "[x / 0 for x in items]", "{x: x[0] for x in items}", "{fails(x) for x in items}",
    "list(x / 0 for x in items)", "sum(fails(x) for x in items)", "[y for x in items for y in x]", "(lambda: one / 0)()",
    "(lambda x: fails(x))(1)", "f'{missing}'", "f'{one} {fails(1)}'", "f'{bad} {one!r:>{fails(2)}}'", "f'''{\n fails(1)}'''",
    "one if bad else 2", "bad and one", "one and fails(1) or 2", "[*none]", "{**none}", "fails(*none)", "fails(**one)",
    "(new := one / 0)", "len(one)", "sorted([1, 'a'])", "max([])", "int('x')", "items.index(7)", "items.pop(9)",
    "map(fails, items).__next__()", "list(map(fails, items))", "next(iter([]))", "twice(fails)(1)", "table['ä'], 'ä', fails(1)",
    "'ä' + ('ö' + one)", "super().method()", "open('/no/such/file')", "__import__('no_such_module')", "items[one:][7]",
    "(one / 0) ** 2", "((one) / (0))", "items[\n    9  # nine\n]", "not (one < text)", "one not in (none)", "items[0][0]",
    "print(end=1)", "''.join(items)", "'%d' % text", "'{}'.format()", "[] < {}", "fails(1)(2)(3)", "fails if bad else one",
]
STATEMENTS = [
    "{e}", "x = {e}", "x = y = {e}", "a, b = {e}, 1", "x: int = {e}", "one + ({e})", "return {e}", "assert {e}",
    "assert one, {e}", "assert not one, {e}", "if {e}: pass", "while {e}: break", "for x in {e}: pass", "with {e} as x: pass",
    "raise {e}", "raise ValueError({e}) from none", "del items[{e}]", "items[{e}] = 1", "items[0] += {e}", "x = [1, {e}, 3]",
    "print(1); {e}; print(2)", "x = ({e},)", "items.append({e})", "x = {{'a': {e}, 'b': [{e}]}}",
    "if one: {e}", "x = [{e} for i in items]", "def f(a={e}): pass", "class C(({e})): x = 1", "class C: x = {e}", "lambda: {e}",
    "yield {e}", "x = yield from {e}", "for x in items: {e}", "x = {e} if one else {e}", "x = one if {e} else 2",
]
WHOLE = [
    "x, y = items", "a, *b, c = one, ", "x = items = 1 / 0", "bad.x.y = 1", "none.x = 1", "del missing", "del none.x",
    "none[0] = 1", "del table['b']", "from os import nothing", "import no_such_module", "import os.nothing", "raise ValueError",
    "raise", "raise fails", "assert 0", "assert one == 2, 'message'", "assert (\n    one ==\n    2\n)", "one += text",
    "with exits: pass", "with exits as x, bad: pass", "with (\n    exits\n): pass", "for i in bad: pass", "for a, b in items: pass",
    "@fails\ndef f(): pass", "@fails(1)\ndef f(): pass", "@twice\n@fails\n@twice\ndef f():\n    pass", "@fails\nclass C: pass",
    "@twice\n@fails\nclass C:\n    x = 1", "@ fails\ndef f(): pass", "@twice(fails)(\n    1\n)\ndef f(): pass",
    "class C(one): pass", "class C(metaclass=fails): pass", "class C:\n    x = 1\n    y = x.z\n    def f(self): pass",
    "@staticmethod\n@fails\n\ndef f(): pass", "try:\n    fails(1)\nfinally:\n    fails(2)", "try:\n    one/0\nfinally: x = 1",
    "try:\n    try: one/0\n    except KeyError: pass\nfinally:\n    x = 2\n    one/0", "try: pass\nfinally: fails(3)",
    "try: one/0\nexcept fails(1): pass", "try: one/0\nexcept one: pass", "try: one/0\nexcept Exception as e: fails(e)",
    "for x in items:\n    try: one/0\n    finally: continue", "print(\n    1,\n    fails(\n        2),\n)", "\tfails(1)" * 0 + "pass",
    "match items:\n    case [x, y, z] if fails(x): pass", "match fails(1):\n    case _: pass", "match bad:\n    case 1: pass",
    "match bad:\n    case one(): pass", "match one:\n    case int(real=fails.x): pass", "x = 1;\\\nfails(x)", "x = fails(1) + \\\n   2",
    "def g():\n    yield 1\n    fails(2)\nlist(g())", "def g():\n    yield 1\ng().throw(ValueError)", "(x for x in none)",
    "def g():\n    x = yield\n    return x.y\nh = g(); next(h); h.send(1)", "def g():\n    yield\nh = g(); next(h); h.throw(KeyError)",
    "async def c():\n    await none\nc().send(None)", "async def c():\n    async with bad: pass\nc().send(None)",
    "async def c():\n    async for x in bad: pass\nc().send(None)", "async def c():\n    return [x async for x in bad]\nc().send(None)",
    "async def d(): one/0\nasync def c():\n    await d()\nc().send(None)", "def r(n): return r(n - 1) if n else one/0\nr(3)",
    "x = '''\nlong\n''' + none", "fails('''\n  a\n    b''', [\n  1,\n])", "if (\n    one\n    + text\n): pass", "fails(1) ; one/0",
    "if one < 2 < text and text < 'z': pass", "while one < 2 < text: pass", "x = [i for i in items if 0 < i < text]",
    "for i in range(3):\n    if i == 2: fails(i)", "if 0: pass\nelif fails(1): pass", "if none: pass\nelse: fails(1)",
    "def outer():\n    inner = one\n    def nested(): return inner / 0\n    return nested()\nouter()", "eval('1/0')", "exec('fails(1)')",
    "class D:\n    __x = 1\n    def f(self): return self.__y\nD().f()", "class D:\n    def f(self): return super().f()\nD().f()",
    "class D:\n    @property\n    def p(self): return fails(self)\nD().p", "class D:\n    def __init__(self): self.a.b\nD()",
    "print(*[fails(i)\n       for i in items])", "x = {1: 2,\n     3: fails(4)}", "x = fails(1) if one else \\\n    2", "(fails)(1)",
]
if sys.version_info >= (3, 11):
    WHOLE += ["try: fails(1)\nexcept* KeyError: one/0", "try: raise ExceptionGroup('g', [ValueError()])\nexcept* ValueError: fails(2)"]
if sys.version_info >= (3, 12):
    WHOLE += [
        "def f[T: fails(1)](x: T): pass\nf.__type_params__[0].__bound__", "type X = fails(1)\nX.__value__", "f'{fails(\n1)}'",
        "class G[T]:\n    def m[U](self): return fails(self)\nG().m()", "f'{f'{fails('a')}'}'", "def g[T](x: T):\n    class K[V]:\n        y = fails(1)\ng(1)",
    ]
SCOPES = [
    "{body}", "def place():\n{indented}\nplace()\n", "class Place:\n{indented}\n", "def place():\n    seen = one\n    def inside():\n{twice}\n    inside()\nplace()\n",
]


def programs(step: int = 1) -> Iterator[str]:
    """Yield programs that contain at most 20 statements that may raise; with `step` n, only every n-th program."""
    attempts = [statement.format(e=e) for statement in STATEMENTS for e in EXPRESSIONS] + WHOLE * 3
    for scope_number, scope in enumerate(SCOPES):
        own = [text for number, text in enumerate(attempts) if _compiles(text, scope_number) and number % len(SCOPES) == scope_number]
        for start in range(0, len(own), 20 * step):
            yield PRELUDE + in_scope(scope, "".join(map(attempt, own[start : start + 20])))


def _compiles(text: str, scope_number: int) -> bool:
    try:
        compile(PRELUDE + in_scope(SCOPES[scope_number], attempt(text)), "program.py", "exec", dont_inherit=True)
    except (SyntaxError, SystemError):  # Python 3.12.1 raises SystemError for a statement that calls super()
        return False
    return True


def attempt(text: str) -> str:
    """Return a try statement around a statement that may raise.

    A statement that yields or returns is put into a function of its own, which the try statement calls.
    """
    if text.startswith(("return", "yield", "x = yield")):
        text = f"def own():\n{indent(text, '    ')}\nlist(own() or ())"
    return f"try:\n{indent(text, '    ')}\nexcept Exception: pass\n"


def in_scope(scope: str, body: str) -> str:
    return scope.format(body=body, indented=indent(body, "    "), twice=indent(body, "        "))
