# A file object is closed when its last reference goes: the reader of a pipe sees the end.
import io
import os


def open_pipe():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    return reader, os.fdopen(writer, "w")


def read(reader):
    try:
        return os.read(reader, 100)
    except BlockingIOError:
        return "still open"


reader, file = open_pipe()
file.write("text")
print(read(reader))
file = None
print(read(reader), read(reader))
os.close(reader)


def local():
    reader, file = open_pipe()
    file.write("local")
    del file
    return read(reader), read(reader), os.close(reader)


print(local())


def returning():
    reader, file = open_pipe()
    file.write("returned")
    return reader


reader = returning()
print(read(reader), read(reader))
buffer = io.BytesIO(b"abc")
view = buffer.getbuffer()
try:
    buffer.write(b"longer than before")
except BufferError as error:
    print("BufferError")
view = None
print(buffer.write(b"longer than before"))
data = bytearray(b"xyz")
memory = memoryview(data)
try:
    data.append(1)
except BufferError:
    print("BufferError")
del memory
data.append(1)
print(data)


def resize():
    values = bytearray(4)
    part = memoryview(values)[1:3]
    part = None
    values.extend(b"12")
    return len(values)


print(resize())
