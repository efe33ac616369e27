# must: ok | exception | memory
# Threads work; there is an end to them, and they end with the program.
import threading

threading.stack_size(65536)
never = threading.Event()
count = 0
try:
    for count in range(450):
        threading.Thread(target=never.wait, daemon=True).start()
except RuntimeError:
    pass
print("bounded")
