# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([3, 1, 1, 0, 0, 0, "f", [["x", 1, 2], 7, [None, None]], None, None, 0])
