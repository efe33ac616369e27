# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write(["3", "1", None, {}, [], 1.5, 7, "ab", 8, 9, "10"])
