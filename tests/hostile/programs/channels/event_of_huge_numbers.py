# must: tracer_lost
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([3, 10**40, 10**40, 10**40, 2**63, 2**63, "f", [], None, None, 2**70])
