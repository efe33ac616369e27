# must: any
# runs: trusted
import gc
import os

channel = next(item for item in gc.get_objects() if type(item).__name__ == "ChannelWriter")
line = b'[3,1,1,0,0,0,"f",[],null,null,0]\n' * 20_000
channel.map[:8 + len(line)] = len(line).to_bytes(8, "little") + line; os._exit(0)  # noqa: E702
