# Context variables and decimal contexts in functions, generators and callbacks.
import contextvars
import decimal

var = contextvars.ContextVar("var", default="default")


def inner():
    token = var.set("inner")
    value = var.get()
    var.reset(token)
    return value, var.get()


def run():
    var.set("run")
    return inner(), var.get()


context = contextvars.copy_context()
print(context.run(run), var.get(), context[var])
print(len(contextvars.copy_context()))
decimal.getcontext().prec = 5


def generator():
    with decimal.localcontext() as ctx:
        ctx.prec = 3
        a = decimal.Decimal(1) / 3
        yield a
    yield decimal.Decimal(1) / 3


print(list(generator()))
flags = decimal.getcontext().flags[decimal.Inexact]
x = decimal.Decimal("1.10")
y = [x, decimal.Decimal(2)]
decimal.getcontext().clear_flags()
z = x
w = (z, y)
print(flags, any(decimal.getcontext().flags.values()))
