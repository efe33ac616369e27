"""A visitor: the method is found by the type's name."""
import ast
import sys


class Describer:
    def visit(self, value):
        method = getattr(self, "visit_" + type(value).__name__, None)
        return method(value) if method else "other"

    def visit_int(self, value):
        return f"int {'odd' if value % 2 else 'even'}"

    def visit_bool(self, value):
        return f"bool {'yes' if value else 'no'}"

    def visit_str(self, value):
        return f"str of {len(value)}"

    def visit_list(self, value):
        parts = [self.visit(item) for item in value]
        return f"{type(value).__name__}: ({'; '.join(parts)})"

    visit_tuple = visit_list


describer = Describer()
for line in sys.stdin:
    print(describer.visit(ast.literal_eval(line.rstrip())))
