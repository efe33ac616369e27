import csv, sys

for r in csv.reader(sys.stdin):
  print(len(r), end=": ")
  for c in r[:-1]:
    print(c, end=" | ")
  print(r[-1])
