# must: killed exit code 0 before the end | tracer_lost
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.map[:8] = bytes(8); os._exit(0)  # noqa: E702
