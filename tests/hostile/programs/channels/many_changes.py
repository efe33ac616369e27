# must: any
# runs: trusted
# trace_bytes: 8388608
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
line = b'[3,1,1,0,0,0,"f",[["",""]' + b',["",""]' * 1_000_000 + b"],null,null,0]\n"
channel.map[:8 + len(line)] = len(line).to_bytes(8, "little") + line; os._exit(0)  # noqa: E702
