# must: ok
# runs: trusted
# twice: same
import gc
import weakref  # noqa: F401


class Link:
    pass


dead = []
source = """
for number in range(2000):
    link = Link()
    link.self = link
    if number % 100 == 0:
        weakref.finalize(link, dead.append, number)
"""
exec(compile(source, "other.py", "exec"))
print(len(dead), dead[:5], gc.get_count()[1:])
