# unittest and doctest run tests of the program, in frames and namespaces that they make.
import doctest
import io
import sys
import unittest


def double(n):
    """
    >>> double(2)
    4
    >>> x = 5; double(x)
    10
    >>> double('a' 'b')
    'abab'
    >>> double(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return n * 2


finder = doctest.DocTestFinder()
runner = doctest.DocTestRunner()
for test in finder.find(double, "double", globs=globals()):
    print(runner.run(test))


class Case(unittest.TestCase):
    def setUp(self):
        self.values = [1]

    def test_pass(self):
        self.values.append(2)
        self.assertEqual(self.values, [1, 2])

    def test_fail(self):
        self.assertEqual(self.values, [2], "message")

    def test_raises(self):
        with self.assertRaises(ZeroDivisionError) as context:
            1 / 0
        self.assertIn("zero", str(context.exception))

    def test_sub(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)


stream = io.StringIO()
result = unittest.TextTestRunner(stream=stream, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Case))
print(result.testsRun, len(result.failures), len(result.errors), [line for line in result.failures[0][1].splitlines() if "line" in line][0].split(",")[1])
