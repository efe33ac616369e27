import sys

def postorder(graph, roots):
    """Yield (root, list of newly found nodes in order of leaving them), without recursion."""
    done = set()
    for root in roots:
        if root in done:
            continue
        done.add(root)
        left, path = [], [(root, iter(graph[root]))]
        while path:
            node, children = path[-1]
            for child in children:
                if child not in done:
                    done.add(child)
                    path.append((child, iter(graph[child])))
                    break
            else:
                left.append(node)
                path.pop()
        yield left

n, m, *flat = map(int, sys.stdin.read().split())
forward = {v: [] for v in range(1, n + 1)}
backward = {v: [] for v in range(1, n + 1)}
for a, b in zip(*[iter(flat)] * 2):
    forward[a].append(b)
    backward[b].append(a)
order = [v for tree in postorder(forward, forward) for v in tree]
groups = sorted(sorted(tree) for tree in postorder(backward, order[::-1]))
print(len(groups), *[" ".join(map(str, g)) for g in groups], sep="\n")
