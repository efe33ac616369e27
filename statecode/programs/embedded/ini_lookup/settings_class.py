class MissingSetting(LookupError):
    def __init__(self, section, key):
        super().__init__(f"no {key} in [{section}]")
        self.section = section


class Settings:
    def __init__(self):
        self._values = {}
        self._section = ""

    def add(self, line):
        if line[:1] == "[":
            self._section = line.strip("[]")
        elif line and line[0] != ";":
            key, _, value = map(str.strip, line.partition("="))
            self._values[self._section, key.lower()] = value

    def __getitem__(self, dotted):
        section, key = dotted.split(".")
        try:
            return self._values[section, key.lower()]
        except KeyError as error:
            raise MissingSetting(section, key) from error


settings = Settings()
while (line := input().strip()) != "?":
    settings.add(line)
while True:
    try:
        query = input()
    except EOFError:
        break
    print(query, settings[query], sep=" = ")
