# must: tracer_lost | killed
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"limit": [[["x"]]]}, final=True)
os._exit(0)
