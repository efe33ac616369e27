import sys
from datetime import date, timedelta

for line in sys.stdin:
    when, days = line.split()
    d = date.fromisoformat(when) + timedelta(int(days))
    while d.weekday() >= 5:
        d += timedelta(1)
    print(d.strftime("%a %d %b %Y"))
