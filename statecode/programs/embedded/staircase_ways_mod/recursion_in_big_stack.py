import sys
import threading

sys.setrecursionlimit(10_000)
threading.stack_size(64 * 1024 * 1024)
MOD = 1000007
memo = {0: 1}


def ways(n):
    if n < 0:
        return 0
    if n not in memo:
        memo[n] = (ways(n - 1) + ways(n - 2) + ways(n - 3)) % MOD
    return memo[n]


def main():
    print(ways(int(input())))


runner = threading.Thread(target=main)
runner.start(); runner.join()
