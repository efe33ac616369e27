# must: any
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"limit": "x" * 50_000 + "\ud800\x00", "first_perturbed_event": None}, final=True)
os._exit(0)
