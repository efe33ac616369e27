import heapq
import sys

def main():
    data = iter(map(int, sys.stdin.buffer.read().split()))
    n, m = next(data), next(data)
    graph = [[] for _ in range(n)]
    for _ in range(m):
        a, b, toll = next(data), next(data), next(data)
        if toll < 0:
            raise ValueError("negative toll")
        graph[a].append((b, toll))
    start, goal = data
    dist = [float("inf")] * n
    dist[start] = 0
    before = {}
    heap = [(0, start)]
    while heap:
        d, u = heapq.heappop(heap)
        if d > dist[u]:
            continue
        for v, toll in graph[u]:
            if d + toll < dist[v]:
                dist[v] = d + toll
                before[v] = u
                heapq.heappush(heap, (dist[v], v))
    if dist[goal] == float("inf"):
        print("no route")
        return
    path = [goal]
    while path[-1] != start:
        path.append(before[path[-1]])
    print(dist[goal], *reversed(path))

main()
