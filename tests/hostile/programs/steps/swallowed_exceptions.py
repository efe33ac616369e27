# must: event_limit events
# runs: trusted
while True:
    try:
        raise SystemExit
    except BaseException:
        pass
