# must: exception | killed SIGSYS
# lacks: 42
# runs: weakened
import concurrent.futures

with concurrent.futures.ProcessPoolExecutor(2) as pool:
    print(list(pool.map(abs, [-42, 1])))
