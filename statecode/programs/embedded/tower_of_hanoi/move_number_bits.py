# Move k touches the disk given by the lowest set bit of k; every disk cycles
# through the pegs in one direction, which depends on its parity.
n = int(input())
pegs = "ABC"
where = [0] * (n + 1)
for k in range(1, 1 << n):
  disk = (k & -k).bit_length()
  step = 2 if (n - disk) % 2 == 0 else 1
  a = where[disk]
  b = (a + step) % 3
  where[disk] = b
  print("%d: %s -> %s" % (disk, pegs[a], pegs[b]))
print((1 << n) - 1)
