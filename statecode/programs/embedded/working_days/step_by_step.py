from datetime import date, timedelta
import sys

for line in sys.stdin:
    text, days = line.split()
    day = date.fromisoformat(text)
    left = int(days)
    while left or day.weekday() > 4:
        day += timedelta(days=1)
        if day.weekday() < 5 and left:
            left -= 1
    print(day.strftime("%a %d %b %Y"))
