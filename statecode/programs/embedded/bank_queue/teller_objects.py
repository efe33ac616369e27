import sys


class Teller:
    def __init__(self, number):
        self.number = number
        self.busy_until = 0

    def start_for(self, customer):
        return max(self.busy_until, customer.arrival)

    def serve(self, customer):
        customer.start = self.start_for(customer)
        self.busy_until = customer.start + customer.service


class Customer:
    def __init__(self, arrival, service):
        self.arrival, self.service, self.start = arrival, service, None

    @property
    def wait(self):
        return self.start - self.arrival


def main():
    count, _, *rows = sys.stdin.read().splitlines()
    tellers = [Teller(i + 1) for i in range(int(count))]
    customers = [Customer(*map(int, row.split())) for row in rows]
    for customer in customers:
        teller = min(tellers, key=lambda t: (t.start_for(customer), t.number))
        teller.serve(customer)
        print(customer.start, "teller", teller.number)
    print("longest wait", max((c.wait for c in customers), default=0))


main()
