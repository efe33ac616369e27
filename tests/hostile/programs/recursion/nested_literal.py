# must: exception | memory | killed SIGSEGV
# runs: trusted
import ast

ast.literal_eval("-" * 100_000 + "1")
