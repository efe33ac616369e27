# must: any
# runs: weakened
# A filter of its own can only make things worse for itself: here everything is refused from now on.
import ctypes
import struct

program = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x00050001))
argument = struct.pack("HxxxxxxQ", 1, ctypes.addressof(program))
ctypes.CDLL(None).prctl(22, 2, argument)
print("went on", flush=True)
