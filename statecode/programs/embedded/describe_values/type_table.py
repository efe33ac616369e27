import ast, sys

TABLE = {
    bool: lambda v: ("bool no", "bool yes")[v],
    int: lambda v: ("int even", "int odd")[v % 2],
    str: lambda v: "str of %d" % len(v),
    list: lambda v: "list: " + many(v),
    tuple: lambda v: "tuple: " + many(v),
}
one = lambda v: TABLE.get(type(v), lambda v: "other")(v)
many = lambda v: "(%s)" % "; ".join(one(x) for x in v)
print("\n".join(one(ast.literal_eval(s)) for s in sys.stdin.read().splitlines()))
