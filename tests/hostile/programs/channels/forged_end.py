# must: any
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"exception": ["Forged", "message", 7]}, final=True)
os._exit(0)
