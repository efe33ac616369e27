# must: any
# recorded: x = 1
# runs: trusted
import linecache

x = 1
linecache.cache.clear()
linecache.getline = linecache.getlines = lambda *ignored: 7
y = 2
raise ValueError
