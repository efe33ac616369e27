# must: any
# recorded: x = 1
# runs: trusted
import gc

x = 1
channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.map.close()
y = 2
