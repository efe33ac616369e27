# must: ok | exception | killed SIGSYS
# lacks: ran
# runs: weakened
import asyncio


async def main():
    process = await asyncio.create_subprocess_exec("/bin/true")
    print("ran", await process.wait())


asyncio.run(main())
