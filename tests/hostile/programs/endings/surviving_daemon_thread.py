# must: ok
# stdout: main ends
# runs: trusted
import threading
import time

threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("main ends")
