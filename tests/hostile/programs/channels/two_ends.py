# must: any
# runs: trusted
import gc

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
channel.write({"exception": None}, final=True)
channel.write({"compile_error": True}, final=True)
x = 1
