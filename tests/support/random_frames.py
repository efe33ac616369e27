"""Templates of statements about frames and lifetimes in random programs: see `random_statements` for the placeholders.

They print the variables that `locals`, `vars`, `dir`, `exec` and frames show, reference counts, and the moments at which
finalisers, callbacks of weak references and generators run.
"""

from __future__ import annotations

FRAME_STATEMENTS = [
    "<G> = Noisy('<F>')\nprint('made')\n<G> = <any>", "<G> = <H> = Noisy('<F>')\ndel <G>\nprint('one left')\n<H> = 0", "Noisy('<F>')\nprint('after a statement')",
    "<G> = [Noisy('<F>'), Noisy('<H>')]\n<G>.pop()\nprint('popped')\n<G>.clear()\nprint('cleared')", "<x> = Noisy('<F>')", "<x> = Noisy('<F>')\nprint('bound')",
    "<x:str> = Noisy('<F>').name\nprint('attribute')", "<G> = Plain()\n<H> = weakref.ref(<G>)\n<G> = None\nprint(<H>() is None)",
    "<G> = Plain()\n<H> = weakref.ref(<G>, lambda r: print('callback'))\ndel <G>\nprint('after the callback')",
    "<G> = Plain()\n<H> = weakref.ref(<G>)\n<x> = <G>\ndel <G>\nprint(<H>() is None)\n<x> = <any>\nprint(<H>() is None)",
    "<G> = [<any>]\nprint(sys.getrefcount(<G>))\n<H> = <G>\nprint(sys.getrefcount(<G>))\ndel <H>\nprint(sys.getrefcount(<G>))",
    "<G> = Plain()\n<H> = [<G>, <G>]\nprint(sys.getrefcount(<G>))\n<H>.pop()\nprint(sys.getrefcount(<G>))\n<H> = None\nprint(sys.getrefcount(<G>))",
    "<G> = locals()\nprint(type(<G>).__name__, len(<G>))", "print(sorted(locals()))", "for <x> in list(locals()): pass", "<G> = locals()\n<H> = <any>\nprint(sorted(<G>))",
    "<G> = locals()\n<G>['<F>'] = <n>\nprint('<F>' in locals(), '<F>' in <G>)", "<G> = dict(locals())\n<x> = <any>\nprint(len(<G>), len(locals()))",
    "try:\n    for <x> in locals():\n        <G> = <x>\nexcept RuntimeError as error:\n    print(error)", "exec('<F> = <n>')\nprint('<F>' in locals(), locals().get('<F>'))",
    "exec('<F> = <n>')\n<x> = <any>\nprint('<F>' in locals())\nexec('print(<F>)')", "<x:list> = eval('sorted(locals())')\nprint(<x>)", "print(sorted(vars()))",
    "print(len(dir()))\n<G> = <any>\nprint(len(dir()))\ndel <G>\nprint(len(dir()))", "<G> = sys._getframe()\nprint(sorted(<G>.f_locals), <G>.f_lineno)\ndel <G>",
    "<G> = sys._getframe().f_locals\n<x> = <any>\nprint(sorted(<G>))\n<H> = <any>\nprint(len(<G>))\ndel <G>", "print(sys._getframe().f_code.co_name, sys._getframe().f_lineno)",
    "print(sorted(names_of_caller()))", "<G> = names_of_caller()\n<x> = <any>\nprint(<G> <= names_of_caller())",
    "<G> = closing_generator('<F>')\nnext(<G>)\n<G> = None\nprint('dropped')", "<G> = closing_generator('<F>')\nnext(<G>)\n<G>.close()\nprint('closed')",
    "<G> = closing_generator('<F>')\nnext(<G>)\nprint(sorted(<G>.gi_frame.f_locals))\ndel <G>\nprint('deleted')", "for <x> in closing_generator('<F>'):\n    break\nprint('left')",
    "<x:list> = list(closing_generator('<F>'))\nprint('listed')", "next(closing_generator('<F>'))\nprint('after next')",
    "<G> = iter([Noisy('<F>'), Noisy('<H>')])\nnext(<G>)\nprint('first')\nnext(<G>)\nprint('second')\ndel <G>", "<x:list> = [each.name for each in [Noisy('<F>'), Noisy('<H>')]]\nprint('listed')",
    "<x:list> = [each.name for each in map(Noisy, 'ab')]\nprint('mapped')", "<x:int> = sum(len(each.name) for each in (Noisy('<F>'), Noisy('<H>')))\nprint('summed')",
    "<G> = {'k': Noisy('<F>')}\n<G>['k'] = <any>\nprint('replaced')", "<G>, <H> = Noisy('<F>'), Noisy('<C>')\n<G>, <H> = <H>, <G>\n<G> = 1\nprint('swapped')\ndel <H>",
    "<G> = weakref.WeakValueDictionary()\n<H> = Plain()\n<G>['k'] = <H>\nprint(len(<G>))\n<H> = None\nprint(len(<G>))", "<G> = Plain()\nweakref.finalize(<G>, print, 'finalize')\n<G> = <n>\nprint('finalized')",
    "<x> = Noisy('<F>') if <bool> else None", "<G> = lambda held=Noisy('<F>'): held.name\nprint(<G>())\n<G> = None\nprint('lambda')", "(lambda value: print(value.name))(Noisy('<F>'))\nprint('after the call')",
    "print(sorted(name for name in globals() if len(name) < 3))", "<G> = bytearray(4)\n<H> = memoryview(<G>)\ndel <H>\n<G>.append(1)\nprint(<G>)",
    "<G> = Noisy('<F>')\ntry:\n    raise ValueError(<G>)\nexcept ValueError as error:\n    <G> = None\n    print('handler')\nprint('after the handler')",
    "try:\n    fail_with(Noisy('<F>'))\nexcept LookupError as error:\n    print('handler')\nprint('after the handler')", "try:\n    fail_with(Noisy('<F>'))\nexcept LookupError as error:\n    <G> = error\nprint('kept')\n<G> = None\nprint('released')",
    "<x:list> = [x for x in range(3)]\nprint('x' in locals())", "<x:list> = [y for x in range(3) for y in range(x)]\nprint(sorted(locals()))", "<x:list> = [(lambda: x)() for x in range(2)]",
    "<x:list> = [[count for count in range(left)] for left in range(3)]\nprint('left' in locals())", "<x:list> = [lambda: y for y in range(2)]\nprint([each() for each in <x>])",
    "<x:list> = [sorted(locals()) for y in range(1)]", "<x:dict> = {x: (lambda: x) for x in range(2)}\n<y:list> = [each() for each in <x>.values()]\nprint(<y>)",
    "<x> = (<H> := Noisy('<F>')).name\n<H> = None\nprint('walrus')", "<G> = Node(Node(None, '<F>'), '<H>')\n<G>.child = None\nprint('child gone')\n<G> = None\nprint('root gone')",
    "<G> = Plain()\n<G>.held = Noisy('<F>')\ndel <G>.held\nprint('attribute gone')", "<G> = Plain()\n<G>.held = Noisy('<F>')\n<G> = None\nprint('holder gone')",
    "*<x:list>, <G> = Noisy('<F>'), Noisy('<H>')\n<x>.clear()\nprint('cleared')\n<G> = None", "<G> = OwnClass()\nprint(isinstance(<G>, int), isinstance(<G>, OwnClass), <G>.method())",
]
FRAME_BLOCKS = [
    "def <F>(a, held=None):\n    scope = locals()\n    <def a held>\n    print(sorted(scope))\n    return scope.get('a') is a\nprint(<F>(<any>), <F>(<any>, Noisy('<H>')))",
    "def <F>(a):\n    held = Noisy('<H>')\n    <def a>\n    print('returning')\n    return a\n<x> = <F>(<any>)\nprint('returned')",
    "def <F>(a):\n    held, other = Noisy('<H>'), Noisy('<C>')\n    try:\n        <risky>\n    finally:\n        print('finally')\ntry:\n    <F>(<any>)\nexcept Exception as error:\n    print(type(error).__name__)\nprint('after the error')",
    "def <F>(source):\n    result = 0\n    scope = locals()\n    exec(source, globals(), scope)\n    <def source>\n    return scope['result']\nprint(<F>('result = <n>'))",
    "def <F>(a):\n    exec('made = <n>; a = 9')\n    <def a>\n    return sorted(locals()), locals().get('made')\nprint(<F>(<n>))",
    "def <F>(debug=True, level=1):\n    options = locals()\n    options['level'] = 9\n    options.pop('debug')\n    <def debug level>\n    return sorted(options), options['level']\nprint(<F>())",
    "def <F>(a, b=2):\n    names = []\n    for name in locals():\n        names.append(name)\n        other = <any>\n    <def a b>\n    return names\nprint(<F>(<any>))",
    "def <F>(a):\n    first = sorted(vars())\n    <def a>\n    del a\n    return first, sorted(vars())\nprint(<F>(<any>))",
    "def <F>(n):\n    held = Noisy('<H>')\n    def inner(m):\n        nonlocal n\n        n += m\n        <def m>\n        return held.name, sorted(locals())\n    return inner\n<G> = <F>(<n>)\nprint(<G>(1))\n<G> = None\nprint('closure gone')",
    "def <F>(n):\n    def inner():\n        return n, sorted(locals())\n    scope = locals()\n    scope['n'] = 'edited'\n    n += 1\n    <def n>\n    return inner(), sorted(scope)\nprint(<F>(<n>))",
    "class <C>(Plain):\n    @property\n    def __class__(self):\n        return int\n    def method(self, other=None):\n        <def self other>\n        return super().method(other) is self\n<G> = <C>()\nprint(isinstance(<G>, int), isinstance(<G>, <C>), <G>.method())",
    "class <C>(Plain):\n    def method(self, other=None):\n        scope = locals()\n        <def self other>\n        return super().method(other) is self, sorted(scope), __class__.__name__\nprint(<C>().method(<any>))",
    "class <C>:\n    a = <n>\n    scope = locals()\n    scope['b'] = a\n    <class>\n    c = b\n    names = sorted(n for n in locals() if len(n) == 1)\nprint(<C>.c, <C>.names)",
    "class <C>(metaclass=CountingMeta):\n    a = <n>\n    <class>\n    b = a\n    def method(self):\n        <def self>\n        return __class__\nprint(<C>.counts, <C>().method() is <C>)",
    "class <C>:\n    held = Noisy('<H>')\n    held = None\n    print('in the class')\n    <class>\n    del held\nprint('after the class')",
    "def <F>(a):\n    held = Noisy('<H>')\n    try:\n        yield a\n        <def a>\n        yield sorted(locals())\n    finally:\n        print('finally')\n<G> = <F>(<any>)\nnext(<G>)\n<body>\n<G> = None\nprint('dropped')",
    "def <F>(a):\n    held = Noisy('<H>')\n    got = yield sorted(locals())\n    <def a got>\n    held = None\n    print('released')\n    yield sorted(locals())\n<G> = <F>(<any>)\nprint(next(<G>))\nprint(<G>.send(<any>), sorted(<G>.gi_frame.f_locals))\n<G>.close()",
    "for <x> in range(2):\n    <y> = Noisy('<F>')\n    <body>\nprint('loop done')", "for <x> in [Noisy('<F>'), Noisy('<H>')]:\n    <body>\nprint('loop done')\n<x> = None\nprint('released')",
    "with managed(Noisy('<F>')) as <x>:\n    <body>\nprint('left the block')", "with managed(Noisy('<F>')):\n    <body>\nprint('left the block')",
    "try:\n    <G> = Noisy('<F>')\n    <risky>\nexcept Exception as error:\n    print('handler')\n    <body>\nfinally:\n    <H> = Noisy('<C>')\n    print('finally')\n<H> = None",
    "def <F>(n):\n    local = Noisy('<H>')\n    if n:\n        <F>(n - 1)\n    <def n>\n    print('leaving', n)\n<F>(2)\nprint('back')",
    "def <F>(value):\n    first = sys.getrefcount(value)\n    copy = value\n    second = sys.getrefcount(value)\n    <def first second>\n    return first, second, sys.getrefcount(value)\nprint(<F>([1]), <F>(value=Plain()))",
    "def <F>(*args, **kwargs):\n    counts = sys.getrefcount(args), sys.getrefcount(kwargs), sys.getrefcount(args[0])\n    <def counts>\n    return counts\nprint(<F>([<any>]), <F>(Plain(), key=<any>))",
    "def <F>(value):\n    reference = weakref.ref(value)\n    <def reference>\n    value = None\n    return reference() is None\nprint(<F>(Plain()))",
    "def <F>():\n    made = Plain()\n    made.held = Noisy('<H>')\n    <def made>\n    return weakref.ref(made)\nprint(<F>()() is None)",
    "def <F>():\n    def inner():\n        return <n>\n    reference = weakref.ref(inner)\n    <def inner>\n    inner = None\n    return reference() is None\nprint(<F>())",
    "async def <F>(a):\n    held = Noisy('<H>')\n    <def a>\n    await Ticket(a)\n<G> = <F>(<any>)\n<G>.send(None)\n<G> = None\nprint('dropped')",
    "async def <F>(a):\n    held = Noisy('<H>')\n    await asyncio.sleep(0)\n    <def a>\n    return sorted(locals())\nprint(asyncio.run(<F>(<any>)))",
    "def <F>(a):\n    held = Noisy('<H>')\n    scope = locals()\n    <def a>\n    print(sorted(scope))\nthread = threading.Thread(target=<F>, args=(<plain>,)); thread.start(); thread.join(); del thread\nprint('joined')",
    "def <F>(a):\n    frame = sys._getframe()\n    first = sorted(frame.f_locals)\n    <def a>\n    second = sorted(frame.f_locals)\n    del frame\n    return first, second\nprint(<F>(<any>))",
    "def <F>(a):\n    b = <any>\n    names = names_of_caller()\n    <def a b>\n    return sorted(names), sorted(names_of_caller())\nprint(<F>(<any>))",
    "if <bool>:\n    <G> = Noisy('<F>')\nelse:\n    <G> = Noisy('<H>')\n<body>\n<G> = None\nprint('branch done')",
    "<G> = Noisy('<F>')\nwhile <G> is not None:\n    <body>\n    <G> = None\nprint('while done')",
    "def <F>(a):\n    try:\n        return Noisy('<H>').name\n    finally:\n        print('finally')\n        <def a>\nprint(<F>(<any>))",
    "def <F>(a):\n    held = Noisy('<H>')\n    def other(b):\n        mine = Noisy('<C>')\n        <def b>\n        raise LookupError('from inside')\n    try:\n        other(a)\n    except LookupError:\n        print('handler')\n    print('in the function')\n<F>(<any>)\nprint('after the function')",
    "match Node(None, '<F>'):\n    case Node(label=p) if <bool>:\n        print('guarded', p)\n    case Node(child=None) as found:\n        <x> = found\n        <body>\nprint('matched')",
]

FRAME_DEFINITIONS = {
    "weakref": "import weakref",
    "Noisy": "class Noisy:\n    def __init__(self, name):\n        self.name = name\n    def __del__(self):\n        print('del', self.name)",
    "Node": "class Node:\n    def __init__(self, child, label):\n        self.child, self.label = child, label\n    def __del__(self):\n        print('del node', self.label)",
    "closing_generator": "def closing_generator(label):\n    try:\n        for number in range(3):\n            yield number\n    finally:\n        print('closing', label)",
    "names_of_caller": "def names_of_caller():\n    return set(sys._getframe(1).f_locals)",
    "fail_with": "def fail_with(value):\n    local = [value]\n    raise LookupError(len(local))",
    "OwnClass": "class OwnClass:\n    __class__ = property(lambda self: int)\n    def method(self):\n        return super().__init__ is not None, isinstance(self, OwnClass)",
    "CountingMeta": "exec('''\nclass CountedNames(dict):\n    count = 0\n    def __getitem__(self, name):\n        self.count += 1\n        return dict.__getitem__(self, name)\n"
                    "    def __iter__(self):\n        self.count += 100\n        return dict.__iter__(self)\nclass CountingMeta(type):\n    @classmethod\n    def __prepare__(meta, name, bases):\n"
                    "        return CountedNames()\n    def __new__(meta, name, bases, space):\n        made = type.__new__(meta, name, bases, dict.copy(space))\n        made.counts = space.count\n        return made\n''')",
}
"""Name → definition. A definition uses names of this dict and of `random_values.DEFINITIONS`."""
