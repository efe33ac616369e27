import csv, sys
for r in csv.reader(sys.stdin):
  print(f"{len(r)}: {' | '.join(r)}")
