here, *calls = map(int, open(0).read().split())
calls = sorted(set(calls))
above = [c for c in calls if c >= here]
below = [c for c in calls if c < here][::-1]
order = above + below
print('stops:', *order)
print('floors travelled:', sum(abs(a - b) for a, b in zip([here] + order, order)))
