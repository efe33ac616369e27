n = int(input())
boss = [0, 0] + list(map(int, input().split()))
height, below = [1] * (n + 1), [0] * (n + 1)
# a boss has a smaller number: going down from n, everybody is complete when visited
for p in range(n, 1, -1):
    b = boss[p]
    height[b] = max(height[b], height[p] + 1)
    below[b] += below[p] + 1
print(height[1])
print(' '.join(map(str, below[1:])))
