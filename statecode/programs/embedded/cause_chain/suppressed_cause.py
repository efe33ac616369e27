class ConfigError(Exception):
    ...

def parse(line):
    try:
        name, value = line.split("=", 1)
    except ValueError:
        raise ConfigError from None
    try:
        value = int(value)
        if not 0 < value < 65536:
            raise ValueError("range")
    except ValueError:
        raise ConfigError from None
    return f"{name}: {value}"

try:
    while True:
        line = input()
        try:
            print(parse(line))
        except ConfigError as e:
            print("ConfigError" if e.__cause__ is None else "ConfigError <- ValueError")
except EOFError:
    pass
