# asyncio: tasks, cancellation, exceptions, and values that the tasks release.
import asyncio
import gc
import weakref


class Value:
    def __del__(self):
        print("del value")


async def worker(name, value):
    try:
        for i in range(3):
            await asyncio.sleep(0)
            print(name, i)
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise
    finally:
        print(name, "finally")
    return name


async def main():
    value = Value()
    task = asyncio.create_task(worker("a", value))
    reference = weakref.ref(value)
    del value
    other = asyncio.create_task(worker("b", None))
    await asyncio.sleep(0)
    other.cancel()
    results = await asyncio.gather(task, other, return_exceptions=True)
    print([type(r).__name__ for r in results])
    del task, results
    print("reference", reference() is None)
    return len(asyncio.all_tasks())


print(asyncio.run(main()))
