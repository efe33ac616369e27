from collections import ChainMap
import sys

data = ChainMap()
for line in sys.stdin:
    match line.split():
        case ["set", key, value]:
            data[key] = value
        case ["get", key]:
            print(data.get(key, "none"))
        case ["begin"]:
            data = data.new_child()
        case [ending]:
            changes, *below = data.maps
            if not below:
                raise RuntimeError(f"{ending} without begin")
            data = ChainMap(*below)
            if ending == "commit":
                data.update(changes)
