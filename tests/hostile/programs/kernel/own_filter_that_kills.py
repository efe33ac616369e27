# must: any
# runs: weakened
import ctypes
import struct

program = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x80000000))
argument = struct.pack("HxxxxxxQ", 1, ctypes.addressof(program))
ctypes.CDLL(None).prctl(22, 2, argument)
print("went on", flush=True)
