import sys


class Retry:
    """Decorator object that counts the failures of every function it wraps."""
    failures = 0

    def __init__(self, function):
        self.function = function

    def __call__(self, attempts, *args):
        for attempt in range(attempts):
            try:
                return self.function(attempt, *args)
            except RuntimeError:
                Retry.failures += 1
        raise RuntimeError("gave up")


@Retry
def job(attempt, bad):
    if attempt < bad:
        raise RuntimeError("not yet")
    return attempt + 1


for line in sys.stdin:
    bad, allowed = line.split()
    try:
        print("ok after", job(int(allowed), int(bad)))
    except RuntimeError as error:
        print(error)
print(Retry.failures)
