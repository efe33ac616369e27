# must: ok
# stdout: [0, 1, 4] done
# runs: trusted
import asyncio


async def square(n):
    await asyncio.sleep(0.001)
    return n * n


async def main():
    results = await asyncio.gather(*(square(n) for n in range(3)))
    queue = asyncio.Queue()
    await queue.put("done")
    loop = asyncio.get_running_loop()
    text = await loop.run_in_executor(None, str, results)
    print(text, await queue.get())


asyncio.run(main())
