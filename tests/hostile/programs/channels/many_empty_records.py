# must: tracer_lost
# runs: trusted
# trace_bytes: 8388608
# What takes three bytes here takes twenty times as many when it is read.
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
count = 2_700_000
channel.map[:8 + 3 * count] = (3 * count).to_bytes(8, "little") + b"[]\n" * count; os._exit(0)  # noqa: E702
