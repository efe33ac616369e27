# must: timeout
# runs: trusted
import math

math.factorial(10**7)
