from threading import Semaphore, Thread

n = int(input())
ping_turn, pong_turn = Semaphore(0), Semaphore(0)


def pong():
    ping_turn.release(); pong_turn.acquire()
    for k in range(2, n + 1, 2):
        print("pong", k); ping_turn.release(); pong_turn.acquire()


player = Thread(target=pong)
player.start(); ping_turn.acquire()
for k in range(1, n + 1, 2):
    print("ping", k)
    if k < n:
        pong_turn.release(); ping_turn.acquire()
pong_turn.release(); player.join()
print("end")
