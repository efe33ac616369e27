floor = int(input())
calls = {int(x) for x in input().split()}
stops = []
way = 0
while calls:
    target = min(calls, key=lambda f: (abs(f - floor), -f))
    way += abs(target - floor)
    floor = target
    calls.remove(target)
    stops.append(target)
print("stops:", *stops)
print("floors travelled:", way)
