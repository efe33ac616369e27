# must: any
# runs: trusted
import threading

threading.local = threading.Thread = threading.get_ident = threading.current_thread = None
x = 1
