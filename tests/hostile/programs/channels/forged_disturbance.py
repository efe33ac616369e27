# must: any
# runs: trusted
# The supervisor runs such a program once more, without the tracer.
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"exception": None, "first_perturbed_event": -(10**30)}, final=True)
os._exit(0)
