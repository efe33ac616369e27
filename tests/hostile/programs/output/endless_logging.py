# must: output_limit output
# runs: trusted
import logging

while True:
    logging.warning("x" * 1000)
