# must: exception EOFError
# stdin:
# runs: trusted
input()
