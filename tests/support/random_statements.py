"""Templates of the statements in random programs. The placeholders are:

    <x> <y> ...   a variable; equal letters in a template are the same variable
    <x:list>      a variable to which the template assigns a list
    <x@list>      an existing variable of this kind; if there is none, a new variable is assigned before the template
    <F> <C> ...   a unique name
    <int> <any>   an expression of this kind
    <name>        an existing variable; if there is none, an expression of any kind
    <plain>       an expression whose text contains no address
    <var>         an existing variable with a number or a str; if there is none, a small number
    <body>        nested statements; <class>: statements of a class body; <risky>: a statement that usually raises
    <def a b>     the body of a function with these parameters
    <n>           a small number
"""

from __future__ import annotations

SIMPLE = [
    "<x> = <any>", "<x> = <any>", "<x> = <any>", "<x:int> = <int>", "<x:int> = <int>", "<x:float> = <float>", "<x:str> = <str>", "<x:str> = <str>",
    "<x:list> = <list>", "<x:list> = <list>", "<x:dict> = <dict>", "<x:set> = <set>", "<x:tuple> = <tuple>", "<x:bytes> = <bytes>", "<x> = <other>",
    "<x>, <y> = <any>, <any>", "<x>, *<y:list> = <list> or [0]", "(<x>, (<y:int>, <z>)), = [(<any>, (<int>, <any>))]", "<x> = <y> = <any>",
    "<x:int> = <int>; <y:int> = <x> + 1", "<x>: <str> = <any>", "<x:int>: int = <int>", "<x> = (<any>,\n       <any>,\n       <any>)",
    "<x> = [\n    <any>,\n    *<list>,\n]", "<x> = dict(\n    a=<any>,\n    **{'k': <any>},\n)", "<x> = <name>", "<x:list> = [<name>, <name>]",
    "<x:tuple> = (<name>, <name>)", "<x:dict> = {'k': <name>}", "<x> = <any> if <bool> else <any>", "<x:int> = len(<list>)", "<x:str> = str(<int>)",
    "<x:str> = f'<n>{<var>!r:>5}{<var>}'", "<x:str> = (f'{<var>}'\n    f'{<var>!s:.20}')", "<x:list> = sorted([3, <n>, 1.5, 'a'], key=repr)",
    "<x:int> = <int> + <int>", "<x:str> = <str> + <str>", "<x:list> = <list> + <list>", "<x> = <any> or <any>", "<x> = not <any>", "<x> = <any>,",
    "print(<plain>)", "print(<str>, <int>, sep='-', end='')", "print(\n    <plain>,\n    <plain>,\n)", "print(f'{<var>} {<var>=}')", "print(<str>, file=sys.stderr)",
    "sys.stdout.write(ascii(<str>))", "pass", "assert <bool>, <str>", "<any>", "'a text that nothing uses'", "<x> = yes = <bool>",
    "<x@int> += <n>", "<x@list>.append(<any>)", "<x@list> += [<any>]", "<x@str> += 'tail'", "<x@list> *= 2", "<x@dict>['new'] = <any>", "<x@set> |= {<n>}",
    "<x@list>[:1] = [<any>, <any>]", "<x@list>[::2] = <x>[::2]", "<x@dict>.update(u=<any>)", "<x@list>.insert(0, <any>)", "<x@tuple> += (<any>,)",
    "<x@float> *= 2", "<x@list>.clear()", "<x@list>.extend(<str>[:4])", "<x@int> = -<x>", "<x@dict>.setdefault('s', []).append(<any>)",
    "<x@list>.reverse()", "del <x@list>[:1]", "<x@dict>.pop('a', None)", "<x@list>, <y@list> = <y>, <x>", "<x@int> <<= 3",
    "<G> = <any>\ndel <G>", "<G> = <any>\n<H> = <G>\ndel <G>, <H>", "<G> = <any>\ndel <G>\n<G> = <any>",
    "<G> = list(range(<n> + 40))\n<G>[20] = -1\n<G>.append(1)\n<G>[0] = <any>", "<G> = {k: k for k in range(12)}\n<G>[7] = <any>\n<G>[0] = 'new'",
    "<G> = 'p' * 200\n<G> = <G>[:100] + 'q' + <G>[101:]\n<G> = 'p' + <G>[:-1]", "<G> = [[[[<n>]]]]\n<G>[0][0][0][0] = 'deep'\n<G>[0][0][0] = 'less deep'",
    "<G> = [1]\n<G>.append(<G>)\n<G>.append(<G>)", "<G> = {}\n<G>['self'] = <G>", "<G> = [<any>]\n<H> = [<G>, <G>]\n<G>.append(<H>)",
    "<G> = Plain()\n<G>.attr = <any>\n<G>.attr = <any>", "<G> = Item('i', 1)\n<G>.size += 1\n<G>.tags.append(<any>)", "<G> = deque(range(4), maxlen=4)\n<G>.append(9)",
    "<G> = Counter(<str>)\n<G>.update('ab')\n<G>.most_common(2)", "<G> = defaultdict(list)\n<G>[<n>].append(<any>)\n<G>[7]", "<G> = array('i', [1, 2])\n<G>.append(3)",
    "<G> = iter(<list>)\n<x> = next(<G>, None)\n<y> = next(<G>, None)", "<G> = Shown(1)\n<G>.n = <any>", "<G> = bytearray(b'abc')\n<G>[0] = 65",
    "<G> = Changing()\n<x> = 1\n<x> = 2", "<G> = BadRepr()\n<H> = BadRepr()\n<x> = [<G>]", "<G> = Sized(1)\n<G>.n = 5\n<G>.n = -1",
    "exec('made_by_exec = 1')", "exec(\"print('in exec')\\nfor q in range(2):\\n    pass\")", "<x> = eval('1 + 1')", "<x> = eval('[q for q in range(3)]')",
    "<x:int> = len(locals()) * 0", "<x> = sorted(globals())[:1]", "import math as <G>", "from os import path as <G>",
    "<x> = (lambda p, q=<n>: p + q)(<int>)", "<x> = list(map(lambda p: p * 2, [1, 2]))", "<x> = (lambda: <any>)()", "<x> = sorted([3, 1, 2], key=lambda p: -p)",
    "<x> = (lambda *p, **q: (p, q))(1, *<list>[:2], k=<any>)", "<x:int> = max([<int>, <int>], default=0)", "<x> = (lambda p: [q for q in p])('ab')",
    "<x:list> = [p for p in <list>]", "<x:list> = [p * 2 for p in range(<n>) if p % 2]", "<x:list> = [(p, q) for p in range(3) for q in range(p)]",
    "<x:set> = {p % 3 for p in range(<n>)}", "<x:dict> = {p: [q for q in range(p)] for p in range(3)}", "<x:list> = [[q for q in range(p)] for p in range(3)]",
    "<x:list> = [\n    p\n    for p in range(<n> + 10)\n    if p != 2\n]", "<x:int> = sum(p for p in range(<n>))", "<x:list> = list(p for p in <list> if p)",
    "<x> = any(p == 1 for p in <list>)", "<x:list> = [<any> for p in range(2)]", "<x> = {**<dict>, **<dict>}",
    "<x:tuple> = tuple(p for p in (q for q in range(3)))", "<x:list> = [lambda: p for p in range(2)]", "<x:list> = [f() for f in [lambda p=p: p for p in range(2)]]",
    "<x:list> = [p for p in 'abc' for p in p * 2]", "if (<x:int> := <n>) > 2: print('more')", "print(<x:int> := <n>, (<y> := <plain>))",
    "while (<x:int> := <n>) > 9: pass", "for <x> in <list>[:3]: pass", "if <bool>: <x> = 1\nelse: <x> = 2", "<x> = [*<list>, *<set>]", "<x> = <list>[:2] == <list>",
    "<x> = random.randint(1, 9)", "heapq.heappush(<x@list>, 0) if all(type(p) is int for p in <x>) else None", "<x> = copy.copy(<any>)", "<x> = '''multi\nline\n\n  text'''",
    "<x> = 1 + \\\n    2 + \\\n    <n>", "<G> = <any>; <H> = <any>; print(1); <x> = 3", "# only a comment\n<x> = <any>  # and another", "<x> = __name__", "ä_ö = <any>",
    "<x> = f'{<var>!r:>{<n>}}|{[p for p in range(2)]}'", "<x> = isinstance(<any>, (int, str))", "<x> = type(<name>)", "__debug__", "<x> = reduce(lambda p, q: p + q, [1, 2, 3])",
]
BLOCKS = [
    "if <bool>:\n    <body>", "if <bool>:\n    <body>\nelif <bool>:\n    <body>\nelse:\n    <body>", "for <x> in range(<n>):\n    <body>",
    "for <x:int> in range(2):\n    <body>\n    <body>", "for <x>, <y> in enumerate(<list>[:3]):\n    <body>", "for <x> in 'ab':\n    if <bool>:\n        continue\n    <body>",
    "for <x:int> in range(4):\n    if <x> == <n>:\n        break\n    <body>\nelse:\n    <body>", "<G> = <n>\nwhile <G>:\n    <G> -= 1\n    <body>",
    "<G> = 0\nwhile True:\n    <G> += 1\n    if <G> > 2:\n        break\n    <body>\n", "for <x> in [\n    1,\n    2,\n]:\n    <body>",
    "try:\n    <body>\nexcept Exception as error:\n    print(type(error).__name__)", "try:\n    <body>\nexcept (TypeError, ValueError) as error:\n    <G> = error\nelse:\n    <body>",
    "try:\n    <body>\nfinally:\n    <body>", "try:\n    <risky>\nexcept Exception as error:\n    <body>\nfinally:\n    <body>",
    "try:\n    try:\n        <risky>\n    except LookupError:\n        raise\n    finally:\n        <body>\nexcept Exception as error:\n    <G> = repr(error)",
    "try:\n    <risky>\nexcept Exception as error:\n    try:\n        raise RuntimeError('second') from error\n    except RuntimeError as other:\n        <G> = other.__cause__",
    "for <x> in range(3):\n    try:\n        if <x> == 1:\n            continue\n        <risky>\n    except Exception:\n        pass\n    finally:\n        <body>",
    "with Guard() as <x>:\n    <body>", "with Guard(True), managed(<any>) as <x>:\n    <risky>\n    <body>", "with managed(<any>):\n    <body>",
    "with suppress(Exception):\n    <risky>\n    <body>", "with Guard() as <x>, \\\n        Guard() as <y>:\n    <body>",
    "with ExitStack() as <x>:\n    <x>.callback(print, 'closed')\n    <body>",
    "match <any>:\n    case int(p) | float(p):\n        <x> = p\n    case [p, *q]:\n        <x> = q\n    case {'a': p, **q}:\n        <x> = p\n    case str() as p if p:\n        <x> = p\n"
    "    case _:\n        <body>",
    "match Point(<n>, <any>):\n    case Point(x=0):\n        <body>\n    case Point(x=p, y=q) if p > 1:\n        <body>\n    case (p, q):\n        <body>",
    "match <list>:\n    case []:\n        <body>\n    case [1, 2, *rest] | [1, *rest]:\n        <body>\n    case other:\n        <body>",
    "def <F>(a, b=<any>):\n    <def a b>\n    return <any>\n<x> = <F>(<any>)\n<y> = <F>(<any>, b=<any>)", "def <F>(*args, **kwargs):\n    <def args kwargs>\n    return args\n<x> = <F>(1, *<list>, k=<any>)",
    "def <F>(a, /, b, *, c=1):\n    <def a b c>\n<F>(<any>, <any>, c=<any>)", "def <F>(a):\n    '''Says what.'''\n    <def a>\n    if <bool>:\n        return a\n    return\n<x> = <F>(\n    <any>\n)",
    "def <F>():\n    <def>\n    <def>\n<F>()\n<F>()", "def <F>(n):\n    <def n>\n    return 1 if n < 1 else n * <F>(n - 1)\n<x:int> = <F>(<n>)",
    "def <F>(n):\n    if n < 2:\n        return n\n    return (<F>(n - 1)\n            + <F>(n - 2))\n<x:int> = <F>(4)", "def <F>(n):\n    def inner(m):\n        nonlocal n\n        n += m\n        <def m>\n        return n\n"
    "    return inner\n<G> = <F>(<n>)\n<x> = <G>(1), <G>(2)",
    "@told\ndef <F>(a):\n    <def a>\n    return a\n<x> = <F>(<any>)",
    "@times(2)\n@told\ndef <F>(\n    a,\n    b=2,\n):\n    <def a b>\n    return b\n<x> = <F>(<any>)", "@lru_cache(maxsize=None)\ndef <F>(n):\n    return n if n < 2 else <F>(n - 1) + <F>(n - 2)\n<x> = <F>(6)",
    "def <F>(n):\n    for k in range(n):\n        got = yield k\n        <def got>\n    return 'done'\n<x:list> = list(<F>(2))\nfor <y> in <F>(<n>):\n    <body>",
    "def <F>(a):\n    try:\n        while True:\n            got = yield a\n            <def got>\n    except ValueError as error:\n        yield error\n    finally:\n        print('closing')\n"
    "<G> = <F>(<any>)\n<x> = next(<G>)\n<x> = <G>.send(<any>)\n<x> = <G>.throw(ValueError('thrown'))\n<G>.close()",
    "def <F>(n):\n    result = yield from <H>(n)\n    yield result\ndef <H>(n):\n    yield from range(n)\n    return 'end of h'\n<x:list> = list(<F>(<n>))",
    "def <F>():\n    yield 1\n    <risky>\n    yield 2\n<G> = <F>()\nfor _ in range(3):\n    try:\n        print(next(<G>))\n    except StopIteration:\n        print('stopped')\n    except Exception as error:\n        print(error)",
    "<G> = (p * q for p in range(3) for q in range(2) if p)\n<x> = next(<G>)\n<y:list> = list(<G>)", "def <F>(n):\n    total = 0\n    for k in range(n):\n        for m in range(k):\n            total += m\n            <def k m>\n    return total\n<x> = <F>(<n>)",
    "async def <F>(a):\n    <def a>\n    return await Ticket(a)\n<G> = <F>(<any>)\n<x> = <G>.send(None)\ntry:\n    <G>.send(<any>)\nexcept StopIteration as stop:\n    <y> = stop.value",
    "async def <F>(n):\n    for k in range(n):\n        await Ticket(k)\n        yield k\nasync def <H>():\n    async for k in <F>(2):\n        <def k>\n    return [k async for k in <F>(2)]\n<G> = <H>()\n"
    "try:\n    while True:\n        <G>.send(None)\nexcept StopIteration as stop:\n    <x> = stop.value",
    "class <C>:\n    def __aenter__(self):\n        return Ticket(self)\n    async def __aexit__(self, *args):\n        return True\nasync def <F>():\n    async with <C>() as c:\n        <def c>\n        <risky>\n<G> = <F>()\n"
    "try:\n    <G>.send(None)\n    <G>.send(1)\nexcept StopIteration:\n    pass",
    "class <C>:\n    x = <any>\n    y = [p for p in range(<n>)]\n    <class>\n    def __init__(self, a):\n        self.a = a\n        <def self a>\n    def get(self):\n        return self.a\n<x> = <C>(<any>)\n<x>.get()\n<x>.a = <any>",
    "class <C>:\n    @property\n    def p(self):\n        <def self>\n        return 1\n    @staticmethod\n    def s(a):\n        return a\n    @classmethod\n    def c(cls, a):\n        return cls, a\n<x> = <C>().p, <C>.s(<any>)\n<C>.c(1)",
    "class <C>(Plain):\n    kind = <any>\n    def method(self, other=None):\n        <def self other>\n        return super().method(other)\n<G> = <C>()\n<x> = <G>.method(<any>)",
    "class <C>:\n    def __init__(self, n):\n        self.n = n\n    def __add__(self, other):\n        return <C>(self.n + other.n)\n    def __eq__(self, other):\n        return self.n == other.n\n    def __repr__(self):\n        return '<C>(%s)' % self.n\n"
    "    def __getitem__(self, key):\n        return key\n    def __len__(self):\n        return 3\n    def __call__(self, *a):\n        return a\n<x> = <C>(1) + <C>(<n>)\n<y> = <C>(1) == <C>(1), <x>[1:2], <x>(<any>)",
    "@dataclass(order=True)\nclass <C>:\n    a: int\n    b: str = 'b'\n    def both(self):\n        return self.a, self.b\n<x:list> = sorted([<C>(2), <C>(1, 'z')])\n<y> = <x>[0].both()",
    "class <C>(ABC):\n    @abstractmethod\n    def a(self): ...\nclass <D>(<C>):\n    def a(self): return <any>\n<x> = <D>().a()\ntry:\n    <C>()\nexcept TypeError as error:\n    <y> = str(error)[:20]",
    "class <C>:\n    class Inner:\n        z = <any>\n    def f(self, n):\n        class Local:\n            w = n\n        return Local\n<x> = <C>().f(<any>).w\n<y> = <C>.Inner", "class <C>(Exception):\n    pass\ntry:\n    raise <C>(<any>)\nexcept <C> as error:\n    <x> = error.args",
    "def <F>(a):\n    here = locals()\n    b = <any>\n    <def a>\n    return sorted(locals())\n<x> = <F>(<any>)", "def <F>(a):\n    exec('a = 5; fresh = 6')\n    return a\n<x> = <F>(<any>)",
    "def <F>(a):\n    <def a>\n    <risky>\ntry:\n    <F>(<any>)\nexcept Exception as error:\n    print(type(error))\n", "def <F>(n):\n    if n == 0:\n        <risky>\n    <F>(n - 1)\ntry:\n    <F>(<n>)\nexcept Exception as error:\n    <G> = error",
    "def <F>(a):\n    del a\n    b = <any>\n    del b\n    a = <any>\n    return a\n<x> = <F>(<any>)", "def <F>(a):\n    try:\n        return <any>\n    finally:\n        <def a>\n<x> = <F>(<any>)",
    "def <F>(a):\n    print('in a thread', a)\n    <def a>\nthread = threading.Thread(target=<F>, args=(<plain>,)); thread.start(); thread.join(); del thread",
    "<G> = []\ndef <F>(a):\n    for k in range(2):\n        <G>.append((a, k))\n    <risky>\nfor k in range(2):\n    thread = threading.Thread(target=<F>, args=(k,)); thread.start(); thread.join(); del thread",
    "async def <F>(a):\n    await asyncio.sleep(0)\n    <def a>\n    return a\n<x> = asyncio.run(<F>(<any>))",
]
MODULE_STATEMENTS = [  # statements at module level only
    "from math import *", "from string import *", "<G> = 0\ndef <F>(a):\n    global <G>\n    <G> += 1\n    <def a>\n    return <G>\n<F>(<any>)\n<F>(<any>)",
    "def <F>():\n    global <G>\n    <G> = <any>\n    <def>\n<F>()\n<x> = <G>", "from collections import *", "<x:list> = [<G> := p for p in range(3)]", "if True:\n    from math import *",
]
CLASS_STATEMENTS = [
    "<x> = <any>", "<x> = <any>\n<y> = <x>", "<x>: int = <n>", "<x>: str", "print('in a class')", "<x:list> = [p for p in range(<n>)]", "for <x> in range(2):\n    <y> = <any>", "<x> = <any>\ndel <x>",
    "def <F>(self):\n    <def self>\n    return <any>", "'Says what.'", "<x> = (lambda self: self)", "<x> = __qualname__", "if <bool>:\n    <x> = <any>", "<x> = {p: [q for q in range(p)] for p in range(3)}",
    "@told\ndef <F>(self):\n    return self", "try:\n    <risky>\nexcept Exception as error:\n    <x> = 1", "class <C>:\n    <class>", "<x@int> += 1", "<x> = locals()['__module__']", "pass",
]
RISKY = [
    "<x> = 1 / 0", "<x> = <list>[99]", "<x> = <dict>['no such key']", "raise ValueError(<str>)", "raise KeyError(<plain>)", "<x> = int('no number')", "<x> = undefined_name",
    "<x> = None + <int>", "<x> = (<any>).no_such_attribute", "raise Exception(<plain>, <plain>)", "<x>, <y> = (1, 2, 3)", "assert False, <plain>", "raise RuntimeError", "<x> = len(<int>)",
    "<x> = max(\n    [],\n)", "print(<int>(\n    1))", "'%d' % <str>", "next(iter([]))", "raise StopIteration(<plain>)", "raise ValueError('line one\\nline two')", "<x> = [p / (p - 1) for p in range(3)]",
    "<x> = sum(1 / p for p in range(2))", "<x> = (lambda: [][0])()", "<x> = {}[\n    <str>\n]", "<x> = <str>.index('no such text')", "import no_such_module", "raise OSError(2, 'gone', 'name')",
    "<x> = math.sqrt(-1) + math.sqrt(\n    2)", "<x> = [1, 2][<str>]", "for <x> in 5:\n    pass", "with 5:\n    pass", "del undefined_too", "<x> = open('nothing')", "raise UnicodeDecodeError('u', b'x', 0, 1, 'w')",
    "eval('1 +')", "<x> = Point(1)", "BadRepr().x", "Plain().method(1, 2, 3)", "raise 5", "<x> = -<str>", "<x> = <list> < 5", "<x> = ''.join([1])", "exec('raise KeyError(1)')",
]
UNCAUGHT = [
    "<G> = <n>\n<H> = 10**5000\n<x> = <n>, <G>\n<y> = len([<n>])", "<G> = (10**5000, 1)\n<x> = [<n>, <list>]", "sys.exit(<n>)", "sys.exit('words')", "raise SystemExit", "def deep(n):\n    return deep(n + 1)\ndeep(0)", "<x> = input()", "raise KeyboardInterrupt", "raise BaseException(<plain>)",
]
