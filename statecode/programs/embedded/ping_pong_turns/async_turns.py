import asyncio


async def play(name, start, last):
    for k in range(start, last + 1, 2):
        print(name, k)
        await asyncio.sleep(0)      # the other one's turn


async def main():
    n = int(input())
    await asyncio.gather(play("ping", 1, n), play("pong", 2, n))
    print("end")


asyncio.run(main())
