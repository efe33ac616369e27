import sys
import threading

def main():
    n, m = map(int, sys.stdin.readline().split())
    adj = [[] for _ in range(n + 1)]
    for _ in range(m):
        u, v = map(int, sys.stdin.readline().split())
        adj[u].append(v)
        adj[v].append(u)
    seen = [False] * (n + 1)

    def dfs(u):
        seen[u] = True
        size = 1
        for v in adj[u]:
            if not seen[v]:
                size += dfs(v)
        return size

    sizes = [dfs(u) for u in range(1, n + 1) if not seen[u]]
    print(len(sizes), max(sizes))

sys.setrecursionlimit(10 ** 5)
threading.stack_size(2 ** 25)
thread = threading.Thread(target=main)
thread.start()
thread.join()
