# must: tracer_lost
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
line = b"\n" * 500_000
channel.map[:8 + len(line)] = len(line).to_bytes(8, "little") + line; os._exit(0)  # noqa: E702
