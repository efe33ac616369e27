# must: tracer_lost
# runs: trusted
# One line that would read as several where lines are joined.
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
line = b'{"exception":null},{"limit":"forged"}\n'
channel.map[:8 + len(line)] = len(line).to_bytes(8, "little") + line; os._exit(0)  # noqa: E702
