"""A trace's text in the view `full-state`, and a check that texts of this view can be parsed."""

from __future__ import annotations

from functools import partial

from tests.support.invalid_traces import check_round_trip

VIEW = "full-state"
check_view_round_trip = partial(check_round_trip, view=VIEW)
TEXT = """\
   1 | def half(n):
   2 |     return n // 2
   3 | $
   4 | x = half(int(input()))
   5 | print(x)
   6 | 1 / x
stdin: 1

>>> call <module>
  * __name__ = '__main__'
   0 | $
    __name__ = '__main__'
   1 | def half(n):
    __name__ = '__main__'
  * half = <function half at 0x…>
   4 | x = half(int(input()))
>>> call half
  * n = 1
   1 | def half(n):
    n = 1
   2 |     return n // 2
    n = 1
<<< return: 0
--- <module>
    __name__ = '__main__'
    half = <function half at 0x…>
  * x = 0
   5 | print(x)
stdout: 0
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
   6 | 1 / x
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
!!! ZeroDivisionError: division by zero
... When evaluating: 1 / x
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
<<< return by exception
stderr: oh
stderr: ~"no"
status: exception
exception: ZeroDivisionError: division by zero
raised at: 6
""".replace("$\n", "\n")
