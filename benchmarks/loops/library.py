import json

for i in range(2000):
    json.loads(json.dumps([i, {"a": i}], indent=1))
