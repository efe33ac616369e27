# must: any
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"tracer_error": {"x": "\ud800"}}, final=True)
os._exit(0)
