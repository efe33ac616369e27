# must: any
# runs: trusted
import fcntl

fcntl.flock(1, fcntl.LOCK_EX)
fcntl.lockf(2, fcntl.LOCK_EX)
