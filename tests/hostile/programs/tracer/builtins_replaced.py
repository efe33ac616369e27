# must: any
# recorded: x = 1
# runs: trusted
import builtins

x = 1
for name in ("len", "repr", "isinstance", "str", "type", "getattr", "print", "open", "next", "sorted", "BaseException"):
    setattr(builtins, name, None)
y = 2
