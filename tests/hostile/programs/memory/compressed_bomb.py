# must: memory
# runs: trusted
import gzip

member = gzip.compress(bytes(10**7))
gzip.decompress(member * 100)
