# must: tracer_lost
# runs: trusted
import gc
import os
import random

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.map[:5000] = (4000).to_bytes(8, "little") + random.randbytes(4992); os._exit(0)  # noqa: E702
