import sys

def grow(s, left, right):
    while left >= 0 and right < len(s) and s[left] == s[right]:
        left -= 1
        right += 1
    return s[left + 1:right]

def longest(s):
    best = ""
    for centre in range(len(s)):
        for candidate in (grow(s, centre, centre), grow(s, centre, centre + 1)):
            if len(candidate) > len(best):
                best = candidate
    return best

for word in sys.stdin:
    word = word.strip()
    if not word:
        break
    print(longest(word))
