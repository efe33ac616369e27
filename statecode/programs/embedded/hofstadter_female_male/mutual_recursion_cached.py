from functools import lru_cache


@lru_cache(maxsize=None)
def female(n):
    return n - male(female(n - 1)) if n else 1


@lru_cache(maxsize=None)
def male(n):
    return n - female(male(n - 1)) if n else 0


n = int(input())
print(*map(female, range(n + 1)))
print(*map(male, range(n + 1)))
