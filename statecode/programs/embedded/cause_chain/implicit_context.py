import sys

class RangeError(ValueError): pass
class ConfigError(Exception): pass

def names(e):
    if e is None:
        return []
    return [e.__class__.__name__] + names(e.__context__)

for raw in sys.stdin.read().splitlines():
    try:
        if "=" not in raw:
            raise ConfigError
        key, val = raw.split("=", 1)
        try:
            p = int(val)
            if p < 1 or p > 65535:
                raise RangeError
        except ValueError:
            raise ConfigError      # the handled error becomes __context__
        print(f"{key}: {p}")
    except ConfigError as e:
        print(*names(e), sep=" <- ")
