from functools import lru_cache

capacity = int(input())


@lru_cache(maxsize=capacity)
def fetch(key):
    return key


marks = ""
for key in input().split():
    before = fetch.cache_info().hits
    fetch(key)
    marks += "h" if fetch.cache_info().hits > before else "m"
info = fetch.cache_info()
print(marks)
print(info.hits, info.misses)
