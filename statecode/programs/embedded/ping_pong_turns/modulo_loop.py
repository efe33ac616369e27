for i in range(int(input())):
    if i % 2:
        print('pong', i + 1)
    else:
        print('ping', i + 1)
print('end')
