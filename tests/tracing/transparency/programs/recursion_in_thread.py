# A thread with a big stack and a raised limit, as contest programs use.
import sys
import threading

sys.setrecursionlimit(10**6)
threading.stack_size(64 * 1024 * 1024)
result = []


def climb(n, seen):
    if n == 0:
        return 0
    return 1 + climb(n - 1, seen)


def main():
    result.append(climb(1200, []))
    tree = {n: [n + 1] for n in range(500)}

    def visit(node):
        return 1 + sum(visit(child) for child in tree.get(node, ()))

    result.append(visit(0))


thread = threading.Thread(target=main)
thread.start()
thread.join()
print(result)
