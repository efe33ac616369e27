import threading

squares = []
for word in input().split():
  t = threading.Thread(target=lambda n=int(word): squares.append(n * n))
  t.start(); t.join()
print(*squares, sum(squares), sep="\n")
