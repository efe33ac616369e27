# must: any
# runs: trusted
# Numbers that stand for addresses and names of other programs are texts like any others.
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([3, 1, 1, 0, 0, 0, "f", [["x", "<object at 0x" + "f" * 5000 + ">" * 5000]], None, None, 0])
