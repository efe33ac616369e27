# must: ok
# stdout: refused
# runs: weakened
# What root keeps here it could use on what no layer covers. Asking may be refused, too.
import ctypes
import os
import struct

number = {"x86_64": 125, "aarch64": 90}[os.uname().machine]
header = struct.pack("Ii", 0x20080522, 0)
data = ctypes.create_string_buffer(24)
ctypes.CDLL(None).syscall(number, header, data)
effective, permitted = struct.unpack_from("II", data.raw)
print("held" if effective or permitted else "refused")
