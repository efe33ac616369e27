"""Algorithms on numbers, and dynamic programming."""

from __future__ import annotations

import math

from statecode.programs.generated.algorithms.base import Algorithm, a_number

NUMBERS = (
    Algorithm(
        ("gcd", "greatest_common_divisor"),
        "a, b",
        (
            """
        while b:
            a, b = b, a % b
        return a
        """,
            """
        while a != b:
            if a > b:
                a -= b
            else:
                b -= a
        return a
        """,
            """
        while b != 0:
            rest = a % b
            a = b
            b = rest
        return a
        """,
        ),
        lambda w: ((k := w.between(2, 9)) * w.between(2, 5), k * w.between(2, 7)),
        lambda a, b: 8 + 30 if a % b else 14,
        "Euclid's algorithm",
        (("a", "m", "x"), ("b", "n", "y")),
        math.gcd,
    ),
    Algorithm(
        ("lcm", "least_common_multiple"),
        "a, b",
        (
            """
        multiple = max(a, b)
        while multiple % a != 0 or multiple % b != 0:
            multiple += 1
        return multiple
        """,
            """
        multiple = a
        while multiple % b:
            multiple += a
        return multiple
        """,
        ),
        lambda w: (w.between(2, 5), w.between(2, 5)),
        lambda a, b: 8 + 2 * a * b,
        "",
        (("multiple", "result", "m"),),
        math.lcm,
    ),
    Algorithm(
        ("is_prime", "prime"),
        "n",
        (
            """
        if n < 2:
            return False
        for divisor in range(2, int(n ** 0.5) + 1):
            if n % divisor == 0:
                return False
        return True
        """,
            """
        if n < 2:
            return False
        d = 2
        while d * d <= n:
            if n % d == 0:
                return False
            d += 1
        return True
        """,
        ),
        a_number(1, 120),
        lambda n: 8 + 3 * int(n**0.5),
        "try all divisors up to the root",
        (("divisor", "d", "i"), ("n", "number", "num")),
        lambda n: n > 1 and all(n % d for d in range(2, int(n**0.5) + 1)),
    ),
    Algorithm(
        ("sieve", "primes_up_to", "primes"),
        "limit",
        (
            """
        is_prime = [True] * (limit + 1)
        primes = []
        for n in range(2, limit + 1):
            if is_prime[n]:
                primes.append(n)
                for multiple in range(n * n, limit + 1, n):
                    is_prime[multiple] = False
        return primes
        """,
            """
        primes = []
        for candidate in range(2, limit + 1):
            if all(candidate % p != 0 for p in primes):
                primes.append(candidate)
        return primes
        """,
        ),
        a_number(4, 16),
        lambda n: 12 + 11 * n + n * n // 3,
        "sieve of Eratosthenes",
        (("limit", "n_max", "top", "end"),),
    ),
    Algorithm(
        ("prime_factors", "factors", "factorize"),
        "n",
        (
            """
        factors = []
        divisor = 2
        while n > 1:
            while n % divisor == 0:
                factors.append(divisor)
                n //= divisor
            divisor += 1
        return factors
        """,
            """
        factors = []
        divisor = 2
        while divisor * divisor <= n:
            if n % divisor == 0:
                factors.append(divisor)
                n //= divisor
            else:
                divisor += 1
        if n > 1:
            factors.append(n)
        return factors
        """,
        ),
        lambda w: (w.pick((2, 3, 5)) * w.pick((2, 3, 7)) * w.pick((1, 2, 3, 5)),),
        lambda n: 70,
        "",
        (("divisor", "d", "p"), ("factors", "found", "result")),
    ),
    Algorithm(
        ("digit_sum", "sum_of_digits"),
        "n",
        (
            """
        total = 0
        while n > 0:
            total += n % 10
            n //= 10
        return total
        """,
            """
        total = 0
        for digit in str(n):
            total += int(digit)
        return total
        """,
            "return sum(int(digit) for digit in str(n))",
        ),
        a_number(10, 99999),
        lambda n: 10 + 4 * len(str(n)),
        "",
        (("total", "result", "s"), ("n", "number", "num")),
        lambda n: sum(map(int, str(n))),
    ),
    Algorithm(
        ("reverse_number", "reverse_digits"),
        "n",
        (
            """
        result = 0
        while n:
            n, digit = divmod(n, 10)
            result = result * 10 + digit
        return result
        """,
            """
        result = 0
        while n > 0:
            result = result * 10 + n % 10
            n = n // 10
        return result
        """,
        ),
        a_number(10, 99999),
        lambda n: 6 + 3 * len(str(n)),
        "",
        (("n", "number", "x"),),
        lambda n: int(str(n)[::-1]),
    ),
    Algorithm(
        ("to_base", "convert_base", "digits_in_base"),
        "n, base",
        (
            """
        digits = []
        while n > 0:
            digits.append(n % base)
            n //= base
        return digits[::-1]
        """,
            """
        text = ''
        while n:
            text = str(n % base) + text
            n //= base
        return text
        """,
        ),
        lambda w: (w.between(4, 60), w.between(2, 8)),
        lambda n, base: 28,
        "",
        (("digits", "result", "places"),),
    ),
    Algorithm(
        ("fibonacci", "fib_list", "fib_numbers"),
        "count",
        (
            """
        numbers = [0, 1]
        while len(numbers) < count:
            numbers.append(numbers[-1] + numbers[-2])
        return numbers[:count]
        """,
            """
        table = [0] * (count + 1)
        table[1] = 1
        for i in range(2, count + 1):
            table[i] = table[i - 1] + table[i - 2]
        return table[count]
        """,
        ),
        lambda w: (w.length(2, 9),),
        lambda n: 10 + 2 * n,
        "",
        (("count", "n", "size"),),
    ),
    Algorithm(
        ("climb", "count_ways", "stairs"),
        "n",
        (
            """
        ways = [1, 1]
        for i in range(2, n + 1):
            ways.append(ways[i - 1] + ways[i - 2])
        return ways[n]
        """,
            """
        one, two = 1, 1
        for _ in range(n - 1):
            one, two = one + two, one
        return one
        """,
        ),
        lambda w: (w.length(2, 9),),
        lambda n: 8 + 2 * n,
        "one or two steps at a time",
    ),
    Algorithm(
        ("min_coins", "fewest_coins", "change"),
        "coins, amount",
        (
            """
        best = [0] + [amount + 1] * amount
        for value in range(1, amount + 1):
            for coin in coins:
                if coin <= value:
                    best[value] = min(best[value], best[value - coin] + 1)
        return best[amount] if best[amount] <= amount else -1
        """,
        ),
        lambda w: (sorted(w.sample((1, 2, 3, 4, 5), 2)), w.length(2, 9)),
        lambda coins, amount: 8 + amount * 8,
        "dynamic programming",
        (("best", "table", "dp"), ("amount", "total", "target")),
    ),
    Algorithm(
        ("count_change", "ways_to_pay"),
        "coins, amount",
        (
            """
        ways = [1] + [0] * amount
        for coin in coins:
            for value in range(coin, amount + 1):
                ways[value] += ways[value - coin]
        return ways[amount]
        """,
        ),
        lambda w: (sorted(w.sample((1, 2, 3, 5), 2)), w.length(2, 9)),
        lambda coins, amount: 8 + 2 * (2 * amount + 4),
        "dynamic programming",
        (("ways", "dp", "table"),),
    ),
    Algorithm(
        ("pascal", "next_row", "pascal_row"),
        "n",
        (
            """
        row = [1]
        for i in range(n):
            row = [1] + [row[j] + row[j + 1] for j in range(len(row) - 1)] + [1]
        return row
        """,
        ),
        lambda w: (w.length(2, 5),),
        lambda n: 8 + n * (9 + 2 * n),
        "Pascal's triangle",
    ),
    Algorithm(
        ("to_roman", "roman"),
        "n",
        (
            """
        result = ''
        for value, symbol in ((10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')):
            while n >= value:
                result += symbol
                n -= value
        return result
        """,
        ),
        a_number(1, 39),
        lambda n: 40,
        "roman numerals",
    ),
    Algorithm(
        ("is_perfect", "perfect"),
        "n",
        (
            """
        total = 0
        for divisor in range(1, n // 2 + 1):
            if n % divisor == 0:
                total += divisor
        return total == n
        """,
        ),
        lambda w: (w.pick((6, 8, 12, 10, 28) if w.limit > 120 else (4, 6)),),
        lambda n: 7 + 3 * (n // 2),
        "a perfect number is the sum of its divisors",
    ),
    Algorithm(
        ("square_root", "int_sqrt", "isqrt"),
        "n",
        (
            """
        low, high = 0, n
        while low < high:
            middle = (low + high + 1) // 2
            if middle * middle <= n:
                low = middle
            else:
                high = middle - 1
        return low
        """,
            """
        root = 0
        while (root + 1) ** 2 <= n:
            root += 1
        return root
        """,
        ),
        a_number(2, 99),
        lambda n: 8 + 5 * (n.bit_length() + 1),
        "",
        (("middle", "mid", "guess"),),
        math.isqrt,
    ),
)
