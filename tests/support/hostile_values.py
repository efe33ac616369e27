"""Values whose code raises, returns nonsense or changes the interpreter when a tracer reads them, and exceptions of this kind.

Each source defines `make()`, which returns one such value. `program_with` uses it in a program that never reads the value.
"""

from __future__ import annotations

_RAISED = {
    "an error": "ValueError('no')", "an exit": "SystemExit(3)", "a generator exit": "GeneratorExit",
    "a keyboard interrupt": "KeyboardInterrupt", "no memory": "MemoryError", "a stop": "StopIteration",
    "an exception of its own": "type('Own', (BaseException,), {})()",
    "an exception without a text": "type('Mute', (Exception,), {'__str__': None, '__repr__': None})()",
    "an exception without a class": "type('Odd', (Exception,), {'__class__': property(lambda self: 1 / 0)})()",
}
_ATTRIBUTES = {
    "repr": "def __repr__(self): raise {0}", "class": "@property\n    def __class__(self): raise {0}",
    "every attribute": "def __getattribute__(self, name): raise {0}", "a missing attribute": "def __getattr__(self, name): raise {0}",
    "length": "def __len__(self): raise {0}", "shape": "@property\n    def shape(self): raise {0}",
    "dtype": "@property\n    def dtype(self): raise {0}",
}
_METACLASS = "class Meta(type):\n    {0}\nclass A(metaclass=Meta):\n    {1}\ndef make(): return A()\n"
_CLASS = "class A{0}:\n    {1}\ndef make(): return A()\n"

VALUES: dict[str, str] = {
    f"{where} raises {what}": _CLASS.format("", body.format(raised)) for where, body in _ATTRIBUTES.items()
    for what, raised in _RAISED.items() if where in ("repr", "class", "every attribute") or what in ("an error", "an exit")
} | {
    f"a metaclass with {name}": _METACLASS.format(body, "pass") for name, body in {
        "raising attributes": "def __getattribute__(cls, name): raise SystemExit(name)",
        "a raising instance check": "def __instancecheck__(cls, value): raise OSError",
        "a raising repr": "def __repr__(cls): raise OSError", "a raising hash": "def __hash__(cls): raise OSError",
        "a raising comparison": "def __eq__(cls, other): raise OSError\n    __hash__ = type.__hash__",
        "a raising MRO": "__mro__ = property(lambda cls: 1 / 0)", "a raising name": "__name__ = property(lambda cls: 1 / 0)",
        "a nonsense name": "__name__ = 3", "a raising module": "__module__ = property(lambda cls: 1 / 0)",
    }.items()
} | {
    "an instance whose class is hostile": _METACLASS.format(
        "def __getattribute__(cls, name): raise OSError", "def __repr__(self): raise OSError"),
    "a hostile class": _METACLASS.format("def __getattribute__(cls, name): raise OSError", "pass").replace("A()", "A"),
    "a class whose repr raises": _METACLASS.format("def __repr__(cls): raise GeneratorExit", "pass").replace("A()", "A"),
    "a class of its own at each look": _CLASS.format("", "__class__ = property(lambda self: type('B', (), {}))"),
    "a class that is no class": _CLASS.format("", "__class__ = 3"),
    "a class that looks like a list": _CLASS.format("", "__class__ = list"),
    "a class that looks like a tuple": _CLASS.format("", "__class__ = tuple\n    def __len__(self): return 1"),
    "a negative length": _CLASS.format("", "def __len__(self): return -1"),
    "a huge length": _CLASS.format("(list)", "def __len__(self): return 2**62"),
    "an overflowing length": _CLASS.format("", "def __len__(self): return 2**80"),
    "a length that is no number": _CLASS.format("(dict)", "def __len__(self): return 'x'"),
    "an endless dict": _CLASS.format("(dict)", "def __len__(self): return 7\n    def __iter__(self):\n        while True: yield 1"),
    "an endless set": _CLASS.format("(set)", "def __len__(self): return 9\n    def __bool__(self): return True\n"
                                    "    def __iter__(self):\n        while True: yield 1"),
    "a list without slices": _CLASS.format("(list)", "def __getitem__(self, at): raise OSError\n    def __len__(self): return 20"),
    "a shape that is no tuple": _CLASS.format("", "shape = 3"),
    "a shape that raises": "class S:\n    def __repr__(self): raise OSError\nclass A:\n    shape = S()\n    dtype = S()\n"
                           "def make(): return A()\n",
    "a repr that is no text": _CLASS.format("", "def __repr__(self): return 3"),
    "a repr of a subclass of str": "class S(str):\n    def __len__(self): return 10**9\n    __str__ = __getitem__ = __add__ = None\n"
                                   "class A:\n    def __repr__(self): return S('text')\ndef make(): return A()\n",
    "a repr with lone surrogates": _CLASS.format("", "def __repr__(self): return '\\ud800 \\udfff \\x00 \\u2028'"),
    "a long repr": _CLASS.format("", "def __repr__(self): return 'x' * 10_000_000"),
    "a repr that is None": _CLASS.format("", "__repr__ = None"),
    "a dict whose keys raise": "class K:\n    armed = False\n    def __hash__(self):\n        if K.armed: raise OSError\n        return 1\n"
                               "    def __eq__(self, other): raise OSError\ndef make():\n    K.armed = False\n    found = {K(): 1}\n"
                               "    K.armed = True\n    return found\n",
    "a dict whose keys compare with errors": "class K:\n    def __hash__(self): return 1\n    def __eq__(self, other): raise SystemExit\n"
                                             "def make(): return {K(): 1, 'a': 2}\n",
    "attributes with odd names": "class K:\n    def __hash__(self): return hash('shape')\n    def __eq__(self, other): raise SystemExit\n"
                                 "class A: pass\ndef make():\n    found = A()\n    found.__dict__[K()] = 1\n    return found\n",
    "an attribute name that deletes variables": "class K(str):\n    armed = False\n    def __hash__(self): return hash('shape')\n"
                                                "    def __eq__(self, other):\n        if K.armed:\n            K.armed = False\n"
                                                "            for name in [name for name in globals() if name[0] == 'z']: del globals()[name]\n"
                                                "            K.unused = [bytearray(56) for _ in range(1_000)]\n        return False\n"
                                                "z1, z2, z3 = [1.5, 2], [object()], {1: 2}\nclass A: pass\ndef make():\n    found = A()\n"
                                                "    found.__dict__[K('q')] = 1\n    K.armed = True\n    return found\n",
    "attributes in a dict of its own": "class D(dict):\n    def items(self): raise OSError\n    __iter__ = items\nclass A: pass\n"
                                       "def make():\n    found = A()\n    found.__dict__ = D(a=1)\n    return found\n",
    "an unbound proxy": "class Local:\n    def _get(self): raise RuntimeError('working outside of context')\n"
                        "    __class__ = __dict__ = property(_get)\n    def __getattr__(self, name): return getattr(self._get(), name)\n"
                        "    def __repr__(self): return '<Local unbound>'\ndef make(): return Local()\n",
    "a module with a hostile name": "import types\nclass N:\n    def __repr__(self): raise SystemExit\ndef make():\n"
                                    "    found = types.ModuleType('m')\n    found.__name__ = N()\n    return found\n",
    "a module with a hostile spec": "import types\nclass N:\n    def __getattribute__(self, name): raise SystemExit\ndef make():\n"
                                    "    found = types.ModuleType('m')\n    found.__spec__ = found.__loader__ = N()\n    return found\n",
    "a method of a hostile object": _CLASS.format("", "def __repr__(self): raise OSError\n    def f(self): pass").replace("A()", "A().f"),
    "methods of a list that contains them": "import types\ndef make():\n    found = []\n    found += [types.MethodType(print, found)] * 6\n"
                                            "    return found\n",
    "a chain of methods": "import types\ndef make():\n    found = 1\n    for _ in range(500): found = types.MethodType(print, (found,))\n"
                          "    return found\n",
    "an int with too many digits": "def make(): return 10**5000\n",
    "a repr that recurses": _CLASS.format("", "def __repr__(self): return f'A({self!r})'"),
    "a repr that recurses on both sides": _CLASS.format("", "def __repr__(self):\n        try: return repr(self)\n        finally: self.x = 1"),
    "a repr that replaces builtins": "import builtins\nclass A:\n    def __repr__(self):\n        for name in ('repr', 'isinstance', 'len', "
                                     "'getattr', 'type', 'hasattr', 'str', 'id', 'super', 'range', 'list', 'tuple', 'map', 'set'):\n"
                                     "            setattr(builtins, name, None)\n        return 'A'\ndef make(): return A()\n",
    "a repr that ends the trace": "import sys\nclass A:\n    def __repr__(self):\n        sys.settrace(None)\n        return 'A'\n"
                                  "def make(): return A()\n",
    "a repr that sets a tracer": "import sys\nclass A:\n    def __repr__(self):\n        sys.settrace(lambda *_: 1 / 0)\n        return 'A'\n"
                                 "def make(): return A()\n",
    "a repr that lowers the recursion limit": "import sys\nclass A:\n    def __repr__(self):\n        sys.setrecursionlimit(200)\n"
                                              "        return 'A'\ndef make(): return A()\n",
    "a repr that raises the recursion limit": "import sys\nclass A:\n    def __repr__(self):\n        sys.setrecursionlimit(10**7)\n"
                                              "        return 'A'\ndef make(): return A()\n",
    "a repr that starts a thread": "import threading\nclass A:\n    def __repr__(self):\n        thread = threading.Thread(target=len, args=['x'])\n"
                                   "        thread.start()\n        thread.join()\n        return 'A'\ndef make(): return A()\n",
    "a repr that clears what it finds": "import sys, gc\nclass A:\n    def __repr__(self):\n        for found in gc.get_referrers(self):\n"
                                        "            if type(found) is list: found.clear()\n        return 'A'\ndef make(): return A()\n",
    "a repr that replaces modules": "import sys\nclass A:\n    def __repr__(self):\n        sys.modules['numpy'] = sys.modules['django'] = self\n"
                                    "        return 'A'\n    def __getattr__(self, name): raise SystemExit\ndef make(): return A()\n",
} | {
    f"a deep {name}": f"class T(tuple): pass\nclass L(list): pass\ndef make():\n    names = {{'T': T, 'L': L}}\n"
                      f"    exec('found = 1\\nfor _ in range(20_000): found = {expression}', names)\n    return names['found']\n"
    for name, expression in {"tuple": "(found,)", "list": "[found]", "dict": "{1: found}", "tuple of a subclass": "T((found,))",
                             "list of a subclass": "L([found])", "tuple of two": "(found, found)"}.items()
}

EXCEPTIONS: dict[str, str] = {
    name: f"class E(Exception):\n    {body}\ndef make(): return E('words')\n" for name, body in {
        "a text that raises": "def __str__(self): raise SystemExit", "a text that interrupts": "def __str__(self): raise KeyboardInterrupt",
        "a text that is no str": "def __str__(self): return 3", "arguments that raise": "args = property(lambda self: 1 / 0)",
        "a class that raises": "__class__ = property(lambda self: 1 / 0)", "notes that raise": "__notes__ = property(lambda self: 1 / 0)",
        "notes that are no list": "__notes__ = 3", "a module that is no str": "__module__ = 3",
        "attributes that raise": "def __getattribute__(self, name): raise SystemExit",
        "a context that raises": "__context__ = __cause__ = __suppress_context__ = property(lambda self: 1 / 0)",
        "a long text": "def __str__(self): return 'x' * 10_000_000", "a text with line separators": "def __str__(self): return 'a\\u2028\\x0b\\nb'",
        "a text that recurses": "def __str__(self): return str(self)",
    }.items()
} | {
    "a hostile metaclass": "class M(type):\n    def __getattribute__(cls, name): raise SystemExit\nclass E(Exception, metaclass=M): pass\n"
                           "def make(): return E('words')\n",
    "a builtin exception with a hostile argument": "class A:\n    def __repr__(self): raise SystemExit\ndef make(): return KeyError(A())\n",
    "a syntax error with odd fields": "def make():\n    found = SyntaxError('words')\n    found.text = found.lineno = found.offset = object()\n"
                                      "    return found\n",
    "a builtin exception with a long text": "def make(): return ValueError('x' * 1_000_000)\n",
}

_USE = """\
def use(value):
    number = 1
    items = [value, 2]
    number = number + 1
    text = "ok"
    return value
print("before")
value = make()
k = 3
same = use(value)
k = 4
print("after", k)
"""
_RAISE = """\
def use(error):
    number = 1
    try:
        raise error
    except BaseException:
        number = 2
    return number
print("before")
k = 3
print(use(make()))
k = 4
print("after", k)
"""
OUTPUT = "before\nafter 4\n"
OUTPUT_OF_RAISED = "before\n2\nafter 4\n"


def program_with(value: str) -> tuple[str, int]:
    """Return a program that contains the value of a source, and the number of lines before the part that uses it."""
    return value + _USE, value.count("\n")


def program_that_raises(exception: str) -> tuple[str, int]:
    """Return a program that raises and handles an exception, and the number of lines before that part."""
    return exception + _RAISE, exception.count("\n")
