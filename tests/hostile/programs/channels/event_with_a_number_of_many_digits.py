# must: tracer_lost
# runs: trusted
# More digits than Python reads.
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
line = b'[3,1,1,0,0,0,"f",[],null,null,' + b"9" * 50_000 + b"]\n"
channel.map[:8 + len(line)] = len(line).to_bytes(8, "little") + line; os._exit(0)  # noqa: E702
