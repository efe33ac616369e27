# must: ok
# runs: trusted
# twice: same
import random

print(random.random(), random.sample(range(100), 5))
