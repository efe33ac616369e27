# must: timeout | memory
# runs: trusted
import decimal

decimal.getcontext().prec = 10**7
decimal.Decimal(3).exp() / decimal.Decimal(7).ln()
