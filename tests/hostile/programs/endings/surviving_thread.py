# must: timeout wall
# stdout: main ends
# runs: trusted
import threading
import time

threading.Thread(target=time.sleep, args=(60,)).start()
print("main ends", flush=True)
