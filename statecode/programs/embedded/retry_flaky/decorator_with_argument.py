import functools
import sys

failures = 0


def retry(attempts):
    def decorate(function):
        @functools.wraps(function)
        def wrapper():
            global failures
            for attempt in range(1, attempts + 1):
                try:
                    function()
                except ConnectionError:
                    failures += 1
                else:
                    return f"ok after {attempt}"
            return "gave up"
        return wrapper
    return decorate


for line in sys.stdin:
    bad, allowed = map(int, line.split())
    outcomes = iter([False] * bad + [True])

    @retry(allowed)
    def job():
        if not next(outcomes):
            raise ConnectionError("flaky")

    print(job())
print(failures)
