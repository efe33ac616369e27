# must: ok
# prints: function calls
# runs: trusted
import cProfile

cProfile.run("sum(range(100))")
