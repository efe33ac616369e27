# must: any
# runs: trusted
import json

json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = None
json.JSONEncoder.encode = json.dumps = lambda *ignored: "[[[["
x = 1
