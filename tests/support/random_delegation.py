"""Templates of statements with `yield from`, coroutines and `except*`; `random_statements` explains the placeholders."""

from __future__ import annotations

import sys

BLOCKS = [
    "def <F>(n):\n    got = 0\n    while got != 5:\n        try:\n            got = yield n\n        except ValueError as error:\n            return error\n        <def n>\n    return got\n"
    "def <H>(n):\n    result = yield from <F>(n)\n    <def n result>\n    yield result\n    return (yield from <F>(n))\n<G> = <H>(<n>)\nnext(<G>)\n"
    "try:\n    <x> = <G>.throw(ValueError('thrown'))\n    <y> = <G>.send(None)\n    <G>.send(<n>)\n    <G>.throw(ValueError(<n>))\n    <x> = next(<G>)\nexcept StopIteration as stop:\n    <y> = stop.value",
    "class <C>:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return <n>\n    def throw(self, *thrown):\n        <def self thrown>\n        raise StopIteration(<any>)\n"
    "def <F>():\n    for k in range(2):\n        got = (yield from\n               <C>())\n        <def k got>\n    return got\n<G> = <F>()\ntry:\n    for <x> in range(4):\n        next(<G>)\n        <y> = <G>.throw(KeyError())\n"
    "except StopIteration as stop:\n    <y> = stop.value",
    "class <C>:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return <n>\n    def throw(self, *thrown):\n        return <any>\n"
    "def <F>(a):\n    yield from <C>()\n<G> = <F>(<any>)\nnext(<G>)\n<x> = <G>.throw(KeyError())\n<x> = next(<G>)\n<G>.close()",
    "def <F>(n):\n    yield n\n    if n:\n        yield from <F>(n - 1)\n        <def n>\n    yield -n\n<x:list> = list(zip(<F>(<n>), <F>(2)))\nfor <y> in <F>(<n>):\n    if <y> < 0:\n        break\n    <body>",
    "def <F>(n):\n    try:\n        yield from <H>(n)\n    except LookupError as error:\n        <def n>\n        yield error\n    finally:\n        yield 0\ndef <H>(n):\n    yield n\n    <risky>\n<G> = <F>(<n>)\n"
    "try:\n    next(<G>)\n    <x> = <G>.throw(KeyError())\n    <y:list> = list(<G>)\nexcept Exception as error:\n    <x> = type(error)",
    "async def <F>(n):\n    <def n>\n    await asyncio.sleep(0)\n    for k in range(n % 3):\n        await asyncio.sleep(0)\n    return n\nasync def <H>():\n    <x> = await asyncio.gather(*[<F>(k) for k in range(<n>)])\n"
    "    return await <F>(<n>), <x>\n<x> = asyncio.run(<H>())",
    "async def <F>(n):\n    try:\n        await asyncio.sleep(0)\n        <risky>\n    except asyncio.CancelledError:\n        <def n>\n        raise\n    finally:\n        await asyncio.sleep(0)\n"
    "async def <H>():\n    tasks = [asyncio.create_task(<F>(k)) for k in range(3)]\n    await asyncio.sleep(0)\n    tasks[<n> % 3].cancel()\n    return [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)]\n<x> = asyncio.run(<H>())",
    "async def <F>(a):\n    try:\n        return await Ticket(a)\n    except ValueError:\n        <def a>\n        return await Ticket(2)\n<G> = <F>(<any>)\n<G>.send(None)\ntry:\n    <x> = <G>.throw(ValueError())\n    <G>.send(<any>)\n"
    "except Exception as error:\n    <y> = type(error)",
]
if sys.version_info >= (3, 11):
    BLOCKS += [
        "try:\n    raise ExceptionGroup('g', [ValueError(<n>), TypeError(<any>), KeyError(<n>)])\nexcept* ValueError as error:\n    <body>\nexcept* (TypeError,\n         KeyError) as error:\n    <body>\nelse:\n    <x> = 3\nfinally:\n    <body>",
        "try:\n    <risky>\nexcept* TypeError:\n    <x> = 1\nexcept* Exception as error:\n    <body>\n<y> = 1",
        "def <F>(n):\n    try:\n        try:\n            raise ExceptionGroup('g', [ValueError(n), TypeError(n)])\n        except* ValueError as error:\n            <def n>\n    except* TypeError:\n        for k in range(2):\n            <def n k>\n    return n\n<x> = <F>(<n>)",
        "try:\n    try:\n        raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError:\n        raise KeyError(<n>)\nexcept* Exception as error:\n    <body>",
    ]
