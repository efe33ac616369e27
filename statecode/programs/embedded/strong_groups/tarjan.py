import sys
import threading

sys.setrecursionlimit(20000)
threading.stack_size(1 << 26)

index = {}
low = {}
stack = []
groups = []
edges = {}

def visit(v):
    index[v] = low[v] = len(index)
    stack.append(v)
    for w in edges[v]:
        if w not in index:
            visit(w)
            low[v] = min(low[v], low[w])
        elif w in stack:
            low[v] = min(low[v], index[w])
    if low[v] == index[v]:
        cut = stack.index(v)
        groups.append(sorted(stack[cut:]))
        del stack[cut:]

def main():
    n, m = map(int, input().split())
    edges.update((v, []) for v in range(1, n + 1))
    for _ in range(m):
        a, b = map(int, input().split())
        edges[a].append(b)
    for v in edges:
        if v not in index:
            visit(v)
    print(len(groups))
    for g in sorted(groups):
        print(*g)

t = threading.Thread(target=main)
t.start()
t.join()
