# must: exception RecursionError | timeout | output_limit
# runs: trusted
import re

re.compile("(" * 5000 + ")" * 5000)
