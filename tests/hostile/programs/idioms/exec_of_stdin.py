# must: ok
# stdin: x = 20\nprint(x + 1)\n
# stdout: 21
# runs: trusted
exec(open(0).read())
