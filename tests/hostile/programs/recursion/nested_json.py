# must: exception RecursionError
# runs: trusted
import json

json.loads("[" * 100_000)
