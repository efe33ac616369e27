class NoTransaction(Exception):
    pass


class Store:
    def __init__(self):
        self.values = {}
        self.logs = []          # one list of (key, old value) for each open transaction

    def set(self, key, value):
        if self.logs:
            self.logs[-1].append((key, self.values.get(key)))
        self.values[key] = value

    def get(self, key):
        value = self.values.get(key)
        print("none" if value is None else value)

    def begin(self):
        self.logs.append([])

    def commit(self):
        log = self._close()
        if self.logs:
            self.logs[-1] += log

    def rollback(self):
        for key, old in reversed(self._close()):
            self.values[key] = old

    def _close(self):
        if not self.logs:
            raise NoTransaction
        return self.logs.pop()


store = Store()
while True:
    try:
        command, *args = input().split()
    except EOFError:
        break
    getattr(store, command)(*args)
