import threading

score = threading.local()
score.mine = "end"


def strike(name, k):
    score.mine = f"{name} {k}"     # each thread sees its own
    print(score.mine)


for k in range(1, int(input()) + 1):
    t = threading.Thread(target=strike, args=(("pong", "ping")[k & 1], k))
    t.start(); t.join()
print(score.mine)
