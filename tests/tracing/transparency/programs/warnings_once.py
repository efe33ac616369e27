# Warnings: once per location, the registry of the module, filters, and text on stderr.
import sys
import warnings


def old(n):
    warnings.warn(f"old {n}", UserWarning, stacklevel=2)
    return n


def deprecated():
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)


for n in range(3):
    old(1)
for n in range(2):
    old(n)
deprecated()
print("__warningregistry__" in globals(), len([k for k in globals().get("__warningregistry__", {}) if k != "version"]))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old(5)
    old(5)
    values = [n for n in range(2)]
    eval("1 is 1") if False else None
print([(str(w.message), w.category.__name__, w.lineno) for w in caught])
warnings.simplefilter("error")
try:
    old(6)
except UserWarning as error:
    print("raised", error)
numbers = [old for old in range(3)]
print(numbers, sorted(n for n in globals() if n.startswith("__w")))


def resource():
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        return old(7)


resource()
print(len(sys.modules["warnings"].filters) > 0)
