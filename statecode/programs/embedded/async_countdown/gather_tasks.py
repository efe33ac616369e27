import asyncio
import sys

turns = 0


async def countdown(name, count):
    global turns
    while count:
        print(name, count)
        count -= 1
        turns += 1
        await asyncio.sleep(0)
    print(name, "done")
    turns += 1


async def main():
    jobs = [line.split() for line in sys.stdin]
    await asyncio.gather(*(countdown(name, int(count)) for name, count in jobs))
    print(turns)


asyncio.run(main())
