# must: tracer_lost
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.map[:8] = (17).to_bytes(8, "little"); os._exit(0)  # noqa: E702
