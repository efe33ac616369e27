# must: ok | killed SIGSEGV
# runs: trusted
class Link:
    pass


source = """
first = link = Link()
for _ in range(300_000):
    link.next = Link()
    link = link.next
"""
exec(compile(source, "other.py", "exec"))
del first, link  # noqa: F821
