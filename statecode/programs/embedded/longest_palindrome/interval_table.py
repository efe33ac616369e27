import sys
input = sys.stdin.readline

word = input().rstrip('\n')
while word:
  n = len(word)
  # pal[i, j]: is word[i..j] a palindrome?
  pal = {}
  best = (0, 0)
  for length in range(1, n + 1):
    for i in range(0, n - length + 1):
      j = i + length - 1
      pal[i, j] = word[i] == word[j] and pal.get((i + 1, j - 1), True)
      if pal[i, j] and length > best[1] - best[0]:
        best = (i, j + 1)
  print(word[slice(*best)])
  word = input().rstrip('\n')
