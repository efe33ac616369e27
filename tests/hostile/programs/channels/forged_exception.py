# must: tracer_lost | killed
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"exception": ["a", ["b"], {"c": 1}, 4, 5, 6], "compile_error": "yes"}, final=True)
os._exit(0)
