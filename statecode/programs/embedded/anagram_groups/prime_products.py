"""Words are anagrams when the products of their letters' primes are equal."""
import sys
from collections import defaultdict
from string import ascii_lowercase

def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1

code = dict(zip("etaoinshrldcu" + "bfgjkmpqvwxyz", primes()))
assert sorted(code) == list(ascii_lowercase)

def fingerprint(word):
    product = 1
    for letter in word:
        product *= code[letter]
    return product

table = defaultdict(list)
for word in sys.stdin.readline().split():
    table[fingerprint(word)].append(word)
for size in sorted({len(v) for v in table.values()}, reverse=True):
    for group in table.values():
        if len(group) == size:
            print(" ".join(group))
