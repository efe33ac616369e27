# must: timeout wall
# runs: trusted
import asyncio

asyncio.run(asyncio.sleep(60))
