import asyncio
from collections import deque


class Turns:
    """Asynchronous context manager that counts turns and prints the number when left."""

    async def __aenter__(self):
        self.count = 0
        return self

    async def __aexit__(self, *error):
        print(self.count)

    def took(self, text):
        self.count += 1
        print(text)


async def lines(name, count):
    for k in range(count, 0, -1):
        yield f"{name} {k}"
    yield f"{name} done"


async def main():
    ring = deque()
    try:
        while True:
            name, count = input().split()
            ring.append(lines(name, int(count)))
    except EOFError:
        pass
    async with Turns() as turns:
        while ring:
            current = ring.popleft()
            async for text in current:
                turns.took(text)
                ring.append(current)
                break


asyncio.run(main())
