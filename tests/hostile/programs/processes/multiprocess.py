# must: ok | exception | killed SIGSYS
# lacks: 42
# runs: weakened
import multiprocessing

process = multiprocessing.get_context("fork").Process(target=print, args=(42,))
process.start()
process.join()
