# must: any
# runs: trusted
import types


def f():
    pass


x = types.FunctionType(f.__code__, {})
y = types.MappingProxyType({1: f})
z = types.SimpleNamespace(a=f)
z.z = z
w = types.ModuleType("\ud800")
w.__repr__ = None
x()
