# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([-1, -1, -1, -1, -1, -1, "f", [], None, None, -1])
