# must: ok | exception
# runs: trusted
def generate():
    yield next(generator)


generator = generate()
try:
    next(generator)
except ValueError:
    print("already running")
