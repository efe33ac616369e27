class ConfigError(Exception):
    pass


class RangeError(Exception):
    pass


def port(text):
    value = int(text)
    if not 1 <= value <= 65535:
        raise RangeError(value)
    return value


def setting(line):
    name, sign, text = line.partition("=")
    if not sign:
        raise ConfigError("no value")
    try:
        return name, port(text)
    except (ValueError, RangeError) as reason:
        raise ConfigError(name) from reason


def chain(error):
    while error is not None:
        yield type(error).__name__
        error = error.__cause__


while True:
    try:
        line = input()
    except EOFError:
        break
    try:
        print("%s: %d" % setting(line))
    except ConfigError as error:
        print(" <- ".join(chain(error)))
