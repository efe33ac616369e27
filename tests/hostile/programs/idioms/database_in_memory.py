# must: ok
# stdout: [(3,)]
# runs: trusted
import sqlite3

with sqlite3.connect(":memory:") as connection:
    connection.execute("create table t (n integer)")
    connection.executemany("insert into t values (?)", [(1,), (2,)])
    print(connection.execute("select sum(n) from t").fetchall())
