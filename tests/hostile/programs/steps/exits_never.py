# must: event_limit events
# runs: trusted
import sys

while True:
    try:
        sys.exit()
    finally:
        continue
