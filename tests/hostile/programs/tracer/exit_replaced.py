# must: any
# runs: trusted
# Our own code, too, ends the process by calling it.
import os
import posix

os._exit = posix._exit = lambda code: None
x = 1
