"""Expressions for values of every kind in random programs, and the definitions that the expressions need."""

from __future__ import annotations

INT = [
    "0", "1", "-1", "2", "7", "41", "-5", "255", "256", "257", "2**31", "-2**31 - 1", "2**62", "2**63 - 1", "2**63", "-2**63 - 1", "2**64",
    "10**18", "10**30", "-10**40", "10**49", "10**99", "10**120", "True", "False", "sum([1, 2, 3])", "len('abc')", "abs(-3)", "0x7f", "1_000",
]
FLOAT = [
    "0.0", "-0.0", "1.5", "0.1 + 0.2", "1e300", "1e-300", "float('nan')", "float('inf')", "-float('inf')", "1e16", "123456789.123456789", "2.0",
    "1e400", "5e-324", "1 / 3", "-2.5e-8",
]
STR = [
    "''", "'a'", "'hello world'", '"it\'s"', "'say \"hi\"'", "'\\'\"'", "'é😀'", "'\\ud800'", "'tab\\tnew\\nline'", "'\\x00\\x7f'", "'x' * 49",
    "'x' * 50", "'x' * 51", "'ab' * 30", "'y' * 98", "'y' * 99", "'y' * 100", "'y' * 101", "'z' * 300", "'\\\\' * 60", "'é' * 120", '"\'" * 80',
    "'\\n' * 60", "'\\u2028\\x85\\xa0'", "'<A object at 0x7f00>'", "' at 0xbeef'", "'\\U0010ffff'", "'\\udfff' * 30", "'123'", "' '", "'a, b'",
    "'name=1'", "'Ünïcödé'", "'\\N{BULLET}' * 3", "str(2.5)", "'-'.join('abc')",
]
BYTES = [
    "b''", "b'abc'", "b'\\x00\\xff\\n'", "b'q' * 99", "b'q' * 101", "b\"it's\"", "bytearray(b'abc')", "bytearray(200)", "bytes(range(60))",
]
LIST = [
    "[]", "[1]", "[1, 2, 3]", "list(range(6))", "list(range(7))", "list(range(30))", "list(range(60))", "[[1, 2], [3, [4, [5, [6]]]]]",
    "[[], [[]], [[[]]], [[[[]]]]]", "['a', 1, None, 2.5]", "[None] * 8", "['long' * 20] * 3", "['x' * 40] * 9", "[{'k': [1]}]", "[(1,), (), ((),)]",
    "[[i] * 8 for i in range(8)]", "[float('nan')] * 2", "[10**20] * 10", "['ab', \"it's\"]", "[b'a', {1}, {}, set()]", "[True, False]",
    "[-0.0, 0.0, 0]", "sorted('hello')", "'a b c d e f g h'.split()", "[1j, ..., None]", "[[[[1, 2], 3], 4], 5]",
]
DICT = [
    "{}", "{'a': 1}", "{1: 2, 3: 4, 5: 6, 7: 8}", "{1: 2, 3: 4, 5: 6, 7: 8, 9: 10}", "dict.fromkeys(range(20))", "{'k': {'k': {'k': {'k': 1}}}}",
    "{(1, 2): [3], 'x': {'y'}}", "{None: ..., True: 0.5}", "{'a': [1, [2, [3, [4]]]]}", "{n: 'v' * n for n in range(9)}", "{'long' * 30: 'long' * 30}",
    "{1.5: 'x', 'é': b'y'}", "{'': ''}", "dict(b=1, a=2)", "{'x': 10**60, 'y': 10**60}",
]
SET = [
    "set()", "{1}", "{1, 2, 3}", "set(range(6))", "set(range(10))", "frozenset()", "frozenset({1, 2})", "frozenset('abcdefghij')",
    "{'b', 'a', 'c'}", "{(1, 2), (3, 4)}", "{frozenset({1}), frozenset()}", "{1.5, 2, 'x'}", "set('hello world of letters')", "{b'a', 'a'}",
]
TUPLE = [
    "()", "(1,)", "(1, 2)", "tuple(range(6))", "tuple(range(12))", "((1, (2, (3, (4,)))),)", "('a', [1])", "(None, True, 1.5, 'x', b'y', 1j, ...)",
    "('x' * 60, 'y' * 60)", "((1, 2), 3)",
]
OTHER = [
    "None", "...", "NotImplemented", "1j", "complex(-0.0, 2)", "complex('nan')", "range(10)", "range(0, 100, 7)", "slice(1, None, 2)", "int",
    "list[int]", "type(None)", "len", "[].append", "str.upper", "lambda: 1", "lambda a, *b, c=1, **d: a", "iter([1, 2])", "reversed([1, 2])",
    "zip('ab', [1, 2])", "map(str, [1])", "filter(None, [0, 1])", "enumerate('ab')", "(n * n for n in range(3))", "object()", "ValueError('bad')",
    "KeyError('k')", "OSError(2, 'gone')", "Exception()", "StopIteration(3)", "UnicodeDecodeError('utf-8', b'x', 0, 1, 'why')", "{}.keys()",
    "{'a': 1}.items()", "{'a': [1, 2]}.values()", "memoryview(b'abc')", "property()", "staticmethod(len)", "type('Made', (), {})", "print",
    "math", "math.pi", "math.floor", "sys.maxsize", "Counter('abracadabra')", "Counter()", "deque([1, 2, 3])", "deque(range(20), maxlen=10)",
    "defaultdict(list)", "defaultdict(int, a=1, b=2, c=3, d=4, e=5)", "OrderedDict(a=1, b=2)", "OrderedDict.fromkeys('abcdefgh')",
    "ChainMap({'a': 1}, {'b': 2})", "UserList([1, 2])", "UserDict(a=1)", "array('i', [1, 2, 3])", "array('d', range(50))", "array('b')",
    "Fraction(1, 3)", "Decimal('1.10')", "SimpleNamespace(a=1, b=[2])", "MappingProxyType({'a': 1})", "partial(pow, 2)", "itertools.count(3)",
    "itertools.chain([1], [2])", "itertools.repeat(1, 2)", "re.compile('a+')", "datetime.date(2020, 1, 2)", "Point(1, 2)", "Point('x' * 60, [1] * 9)",
    "Item('n', 2)", "Item('long' * 30, {})", "Color.RED", "Color", "Level.LOW", "Mode.A | Mode.B", "Plain()", "Plain", "Plain().method", "Plain.method",
    "Shown(3)", "Shown('x' * 90)", "LongShown()", "BadRepr()", "[BadRepr()]", "NoText()", "Sized(0)", "Sized(3)", "Sized(70)", "BadLen()", "HugeLen()",
    "Shaped()", "MethodShaped()", "BadShape()", "Slotted(1)", "Asked()", "Refusing()", "Liar()", "Meta('Of', (), {})", "OfMeta", "OfMeta()", "Telling()",
    "[Telling(), Telling()]", "ListChild([1, 2, 3])", "ListChild(range(20))", "DictChild(a=1)", "TupleChild((1, 2))", "SetChild({1, 2})",
    "StrChild('text')", "StrChild('t' * 60)", "OwnStr('text')", "IntChild(5)", "OwnInt(5)", "FloatChild(0.5)", "Unequal()", "Holder(Shown(1))",
    "Holder([1, 2])", "Walker()", "counting(3)", "Tree(Tree(None, 1, None), 2, None)", "{'a': Shown(1), 'b': Plain()}", "(Shown(1), BadRepr())",
    "Multi()", "BytesChild(b'ab')", "NamedChild(1, 2)", "Quoted()", "ReprRaisesExit()", "Changing()", "[Changing()] * 3", "Truthless()",
]

IMPORTS = {
    name: f"from {module} import {name}"
    for module, names in {
        "collections": "ChainMap Counter OrderedDict UserDict UserList defaultdict deque namedtuple", "array": "array", "decimal": "Decimal",
        "enum": "Enum Flag IntEnum", "fractions": "Fraction", "functools": "lru_cache partial reduce wraps cached_property", "typing": "NamedTuple",
        "types": "MappingProxyType SimpleNamespace coroutine", "dataclasses": "dataclass field", "contextlib": "contextmanager suppress ExitStack",
        "abc": "ABC abstractmethod", "operator": "itemgetter",
    }.items()
    for name in names.split()
} | {name: f"import {name}" for name in ("math", "sys", "itertools", "re", "datetime", "threading", "string", "copy", "heapq", "random", "asyncio")}

CLASSES = {
    "Point": "Point = namedtuple('Point', 'x y')",
    "Item": "@dataclass\nclass Item:\n    name: str\n    size: int = 0\n    tags: list = field(default_factory=list)",
    "Color": "class Color(Enum):\n    RED = 1\n    BLUE = 'b'",
    "Level": "class Level(IntEnum):\n    LOW, HIGH = 1, 2",
    "Mode": "class Mode(Flag):\n    A = 1\n    B = 2",
    "Plain": "class Plain:\n    kind = 'plain'\n    def method(self, other=None):\n        return self",
    "Shown": "class Shown:\n    def __init__(self, n):\n        self.n = n\n    def __repr__(self):\n        return f'Shown({self.n!r})'",
    "LongShown": "class LongShown:\n    def __repr__(self):\n        return '<' + 'long ' * 90 + '>'",
    "BadRepr": "class BadRepr:\n    def __repr__(self):\n        raise ValueError('no repr')",
    "NoText": "class NoText:\n    def __repr__(self):\n        return 5",
    "ReprRaisesExit": "class ReprRaisesExit:\n    def __repr__(self):\n        raise KeyboardInterrupt",
    "Sized": "class Sized:\n    def __init__(self, n):\n        self.n = n\n    def __len__(self):\n        return self.n",
    "BadLen": "class BadLen:\n    def __len__(self):\n        raise RuntimeError('no length')",
    "HugeLen": "class HugeLen:\n    def __len__(self):\n        return 2**70",
    "Shaped": "class Shaped:\n    shape = (2, 3)\n    dtype = 'float'\n    def __len__(self):\n        return 2",
    "MethodShaped": "class MethodShaped:\n    def shape(self):\n        return 1\n    @property\n    def dtype(self):\n        return [1, 2]",
    "BadShape": "class BadShape:\n    @property\n    def shape(self):\n        raise KeyError('shape')\n    def __len__(self):\n        return 4",
    "Slotted": "class Slotted:\n    __slots__ = ('a', 'b')\n    def __init__(self, a):\n        self.a = a",
    "Asked": "class Asked:\n    def __getattr__(self, name):\n        return 'attr ' + name",
    "Refusing": "class Refusing:\n    def __getattribute__(self, name):\n        raise AttributeError(name)",
    "Liar": "class Liar:\n    @property\n    def __class__(self):\n        return list",
    "Meta": "class Meta(type):\n    def __repr__(cls):\n        return f'<the class {cls.__name__}>'\n    def __len__(cls):\n        return 2",
    "OfMeta": "class OfMeta(metaclass=Meta):\n    pass",
    "Telling": "class Telling:\n    count = 0\n    def __repr__(self):\n        print('asked')\n        return 'Telling'",
    "Changing": "class Changing:\n    asked = 0  # a repr before __init__ does not fail\n    def __init__(self):\n        self.asked = 0\n    def __repr__(self):\n        self.asked += 1\n"
                "        return f'Changing{self.asked}'",
    "ListChild": "class ListChild(list):\n    pass",
    "DictChild": "class DictChild(dict):\n    def __missing__(self, key):\n        return key",
    "TupleChild": "class TupleChild(tuple):\n    pass",
    "SetChild": "class SetChild(set):\n    pass",
    "StrChild": "class StrChild(str):\n    pass",
    "OwnStr": "class OwnStr(str):\n    def __repr__(self):\n        return 'OwnStr!'",
    "IntChild": "class IntChild(int):\n    pass",
    "OwnInt": "class OwnInt(int):\n    def __repr__(self):\n        return 'own ' + int.__repr__(self)",
    "FloatChild": "class FloatChild(float):\n    def __str__(self):\n        return 'f'",
    "BytesChild": "class BytesChild(bytes):\n    pass",
    "Quoted": "class Quoted:\n    def __repr__(self):\n        return 'line one\\nline two \"q\" é'",
    "Unequal": "class Unequal:\n    __hash__ = None\n    def __eq__(self, other):\n        raise TypeError('not comparable')",
    "Truthless": "class Truthless:\n    def __bool__(self):\n        raise ValueError('neither')\n    def __len__(self):\n        return 1",
    "Holder": "class Holder:\n    def __init__(self, held):\n        self.held = held\n    def __repr__(self):\n        return 'Holder(%r)' % (self.held,)",
    "Walker": "class Walker:\n    def __init__(self):\n        self.left = 3\n    def __iter__(self):\n        return self\n    def __next__(self):\n"
              "        if not self.left:\n            raise StopIteration\n        self.left -= 1\n        return self.left",
    "Tree": "class Tree:\n    def __init__(self, left, key, right):\n        self.left, self.key, self.right = left, key, right\n"
            "    def __repr__(self):\n        return f'({self.left} {self.key} {self.right})'",
    "NamedChild": "class NamedChild(NamedTuple):\n    a: int\n    b: int = 2\n    def both(self):\n        return self.a, self.b",
    "Multi": "class Multi(ListChild, Sized):\n    def __init__(self):\n        super().__init__([1])\n        self.n = 9",
    "counting": "def counting(stop):\n    for number in range(stop):\n        yield number",
    "Guard": "class Guard:\n    def __init__(self, swallow=False):\n        self.swallow = swallow\n    def __enter__(self):\n        return self\n"
             "    def __exit__(self, kind, error, tb):\n        return self.swallow",
    "managed": "@contextmanager\ndef managed(value):\n    try:\n        yield value\n    finally:\n        print('left')",
    "told": "def told(function):\n    @wraps(function)\n    def wrapper(*args, **kwargs):\n        result = function(*args, **kwargs)\n"
            "        return result\n    return wrapper",
    "times": "def times(n):\n    def decorate(function):\n        def inner(*args):\n            for _ in range(n):\n                last = function(*args)\n"
             "            return last\n        return inner\n    return decorate",
    "Ticket": "@coroutine\ndef Ticket(value):\n    got = yield value\n    return got",
}
DEFINITIONS = IMPORTS | CLASSES
"""Name → definition. A definition uses only names of earlier definitions."""
