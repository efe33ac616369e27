# must: ok
# prints: \x1b[2J
# runs: trusted
print("\x1b[2J\x1b]0;title\x07\r\b\x7f\u202e\u2028\x85")
