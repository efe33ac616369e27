# unittest.mock: patched names, autospec, and mocks in variables, which record every access.
import math
from unittest import mock

m = mock.Mock()
a = m
b = [m]
m.method(1)
m.other.deep(2)
print(m.mock_calls)
with mock.patch("math.sqrt", return_value=5) as patched:
    value = math.sqrt(2)
    x = patched
    print(value, patched.mock_calls)
print(math.sqrt(4))


class Service:
    def call(self, n):
        return n


with mock.patch.object(Service, "call", autospec=True) as call:
    call.return_value = "mocked"
    service = Service()
    y = service.call(1)
    print(y, len(call.mock_calls))
magic = mock.MagicMock()
z = magic
w = {"k": magic}
v = (z, w)
print(magic.mock_calls, magic.__len__.mock_calls)
magic.__len__.return_value = 3
print(len(magic), magic.__len__.call_count, magic.mock_calls)
sentinel = mock.sentinel.thing
print(sentinel)
