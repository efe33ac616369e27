# Asynchronous generators and coroutines driven by hand: close, throw, drop.
import types


@types.coroutine
def pause(value):
    got = yield value
    return got


async def ticks(n):
    try:
        for i in range(n):
            await pause(("tick", i))
            yield i
    finally:
        print("ticks finally")


async def use():
    total = 0
    async for i in ticks(3):
        total += i
    return total


def drive(coroutine):
    seen = []
    try:
        while True:
            seen.append(coroutine.send(None))
    except StopIteration as stop:
        return seen, stop.value


print(drive(use()))


async def close_early():
    generator = ticks(5)
    print(await generator.asend(None))
    await generator.aclose()
    print("closed")
    return "done"


print(drive(close_early()))


async def held():
    try:
        await pause("waiting")
    except GeneratorExit:
        print("coroutine exit")
        raise
    finally:
        print("coroutine finally")


c = held()
print(c.send(None), c.cr_running, sorted(c.cr_frame.f_locals))
c = None
print("dropped")
c = held()
c.send(None)
try:
    c.throw(KeyError("thrown"))
except KeyError as error:
    print("KeyError", error)
print(c.cr_frame)
