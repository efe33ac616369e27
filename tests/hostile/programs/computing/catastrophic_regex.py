# must: timeout
# recorded: text = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'
# runs: trusted
import re

text = "a" * 39 + "b"
re.match(r"(a+)+$", text)
