# must: tracer_lost
# runs: trusted
# In one line with the end: the next event would put the length right.
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
x = 1
channel.map[:8] = b"\xff" * 8; os._exit(0)  # noqa: E702
