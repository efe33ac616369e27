import threading

results = {}
lock = threading.Lock()

def work(number, line):
    words = []
    for word in line.split():
        if not word.isalpha():
            return
        if len(word) >= 3:
            words.append(word)
    words.sort()
    with lock:
        results[number] = '-'.join(words)

lines = open(0).read().splitlines()
for number, line in enumerate(lines, 1):
    thread = threading.Thread(target=work, args=(number, line), name=f'line {number}')
    thread.start(); thread.join()
output = [f'{n}: {results[n]}' for n in range(1, len(lines) + 1)]   # KeyError where a worker gave up
print(*output, sep='\n')
