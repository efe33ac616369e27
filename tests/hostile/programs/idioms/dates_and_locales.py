# must: ok
# stdout: 2024-02-29 Thursday 29
# runs: trusted
import calendar
import datetime
import locale
import time

day = datetime.date(2024, 2, 28) + datetime.timedelta(days=1)
locale.getpreferredencoding()
time.localtime()
print(day, day.strftime("%A"), calendar.monthrange(2024, 2)[1])
