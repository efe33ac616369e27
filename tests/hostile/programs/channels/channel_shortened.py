# must: any
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
try:
    channel.map.resize(8)
except (OSError, ValueError, SystemError):
    print("refused")
