# The program profiles itself with sys.setprofile and threading.setprofile.
import sys
import threading

events = []


def profiler(frame, event, arg):
    name = frame.f_code.co_name
    if event.startswith("c_"):
        events.append((event, arg.__name__))
    elif name in ("work", "helper", "<genexpr>"):
        events.append((event, name, arg))


def helper(n):
    return len([n])


def work(n):
    return helper(n) + sum(i for i in range(n)) + abs(-n)


sys.setprofile(profiler)
work(2)
sys.setprofile(None)
for event in events:
    print(*event)
print(sys.getprofile())
events.clear()
threading.setprofile(profiler)
thread = threading.Thread(target=work, args=(1,))
thread.start()
thread.join()
threading.setprofile(None)
print([event for event in events if event[-2:] and "helper" in event])
import cProfile
import pstats
import io

profile = cProfile.Profile()
profile.enable()
work(3)
work(4)
profile.disable()
stats = pstats.Stats(profile, stream=io.StringIO())
print(sorted((key[2], value[0]) for key, value in stats.stats.items() if key[2] in ("work", "helper")))
