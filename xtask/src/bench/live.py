"""Prints the paths of the files that a Delta table consists of now, a line each."""

import sys

from deltalake import DeltaTable

for path in sorted(DeltaTable(sys.argv[1]).file_uris()):
    print(path.removeprefix("file://"))
