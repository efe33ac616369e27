# must: any
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write([4, 1, 1, 50, 900, 70, "\n\x00\u202e", [["", ""]], "\ud800", "\udfff", 10**6])
channel.write([5, 0, 0, 0, 0, 0, "", [["x\ny", "\x1b[2J"]], None, None, 3])
