# must: tracer_lost | killed
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"exception": 7, "limit": {"x": []}, "first_perturbed_event": "y", "tracer_error": [1]}, final=True)
os._exit(0)
