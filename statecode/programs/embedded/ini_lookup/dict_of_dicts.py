import sys


def read_settings(lines):
    settings = {}
    current = None
    for line in lines:
        line = line.strip()
        if line == "?":
            break
        if not line or line.startswith(";"):
            continue
        if line.startswith("["):
            current = settings.setdefault(line[1:-1], {})
        else:
            key, value = line.split("=", 1)
            current[key.strip().lower()] = value.strip()
    return settings


def main():
    lines = iter(sys.stdin.readlines())
    settings = read_settings(lines)
    for line in lines:
        section, key = line.strip().split(".")
        print(f"{section}.{key} = {settings[section][key.lower()]}")


if __name__ == "__main__":
    main()
