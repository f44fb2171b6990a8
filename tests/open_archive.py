"""Reads the archive's tables without Yagura, and prints what it counts as one line of JSON."""

import json
import sys

import duckdb
from deltalake import DeltaTable

folder = sys.argv[1]
database = duckdb.connect()
for name in ("access", "coverage", "daily"):
    table = DeltaTable(f"{folder}/{name}")
    arrow = table.to_pyarrow_dataset()
    database.register(name, arrow)


def one(query):
    """The only row of an answer, by column."""
    answer = database.execute(query)
    names = [column[0] for column in answer.description]
    return dict(zip(names, (str(value) for value in answer.fetchone())))


schema = DeltaTable(f"{folder}/access").schema().to_json()
print(
    json.dumps(
        {
            "types": {
                field["name"]: field["type"] for field in json.loads(schema)["fields"]
            },
            "access": one(
                """
                select count(*) as rows, sum(packets) as packets, sum(syns) as syns,
                       count(distinct src) as sources, max(dst_port) as highest,
                       count(*) filter (dst_port > 32767) as high,
                       count(*) filter (octet_length(src) = 4) as four,
                       count(*) filter (octet_length(src) = 16) as six,
                       min(epoch_us(first_seen)) as first, max(epoch_us(first_seen)) as last,
                       count(*) filter (day = (first_seen at time zone 'UTC')::date) as days
                  from access
                """
            ),
            "coverage": one(
                """
                select count(*) as rows, sum(packets) as packets, sum(inbound) as inbound,
                       sum(seconds_up) as seconds, min(epoch_us(hour)) as first
                  from coverage
                """
            ),
            "daily": one(
                """
                select count(*) as rows, sum(accesses) as accesses, sum(packets) as packets,
                       sum(sources) as sources
                  from daily
                """
            ),
        }
    )
)
