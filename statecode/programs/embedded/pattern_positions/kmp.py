def prefix_function(p):
    pi = [0] * len(p)
    k = 0
    for i in range(1, len(p)):
        while k and p[i] != p[k]:
            k = pi[k - 1]
        if p[i] == p[k]:
            k += 1
        pi[i] = k
    return pi


def main():
    text, pattern = input(), input()
    pi = prefix_function(pattern)
    found, k = [], 0
    for i, ch in enumerate(text):
        while k and (k == len(pattern) or ch != pattern[k]):
            k = pi[k - 1]
        if ch == pattern[k]:
            k += 1
        if k == len(pattern):
            found.append(i - k + 1)
    print(*found or ["none"])


main()
