LIMITS = {"age": 150, "score": 100}

class Record:
  __slots__ = ("name", *LIMITS)

  def __setattr__(self, field, value):
    if field == "name":
      ok, why = value.isalpha(), "needs letters"
    else:
      value = int(value)
      ok, why = value in range(LIMITS[field] + 1), "out of range"
    if not ok:
      raise AttributeError(field + " " + why)
    super().__setattr__(field, value)

  def line(self):
    return " ".join([self.name, *(f"{f}={getattr(self, f)}" for f in LIMITS)])

records = []

def find(name):
  for r in records[::-1]:
    if r.name == name:
      return r
  raise LookupError(name)

for text in open(0):
  kind, name, *values = text.split()
  if kind == "new":
    fresh = Record()
    try:
      for field, value in zip(Record.__slots__, [name] + values):
        setattr(fresh, field, value)
    except AttributeError as e:
      print("rejected:", e)
    else:
      records.append(fresh)
  elif kind == "set":
    setattr(find(name), *values)
  else:
    print(find(name).line())
