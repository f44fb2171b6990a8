"""Asks DuckDB, with one thread, a query over Parquet files; the answer is CSV without a heading.

Arguments: a file that lists the Parquet files, a line each, and the query, which calls them
`access`.
"""

import sys

import duckdb

with open(sys.argv[1], encoding="utf-8") as listing:
    files = listing.read().splitlines()
database = duckdb.connect()
database.execute("SET threads = 1")
database.read_parquet(files, hive_partitioning=True).create_view("access")
database.execute(f"COPY ({sys.argv[2]}) TO '/dev/stdout' (FORMAT csv, HEADER false)")
