# must: exception SystemExit | ok
# complains: Ran 1 test
# runs: trusted
import unittest


class Test(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(1 + 1, 2)


if __name__ == "__main__":
    unittest.main()
