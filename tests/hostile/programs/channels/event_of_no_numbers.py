# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
nan = float("nan")
channel.write([nan, float("inf"), -float("inf"), nan, nan, nan, "f", [], None, None, nan])
