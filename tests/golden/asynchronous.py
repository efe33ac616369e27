import asyncio


async def numbers(limit):
    for n in range(limit):
        yield n
        await asyncio.sleep(0)


async def main():
    found = []
    async for n in numbers(2):
        found.append(n)
    return found + [m async for m in numbers(1)]


print(asyncio.run(main()))
