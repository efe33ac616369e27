# must: ok
# runs: trusted
x = "\ud800"
y = {"\udfff": x}
