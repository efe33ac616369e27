# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([True, True, True, False, False, False, "f", [], None, None, True])
