words = input().split()
i = 0
while True:
    try:
        command = input()
    except EOFError:
        break
    if command == 'stop':
        print('closed after', i)
        break
    print(('skipped ' if command == 'skip' else '') + words[i])
    i += 1
