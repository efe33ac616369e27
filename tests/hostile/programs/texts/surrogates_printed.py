# must: exception UnicodeEncodeError
# runs: trusted
print("\ud800")
