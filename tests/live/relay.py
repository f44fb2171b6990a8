"""A line between two interfaces that is cut, delays and loses, as netem does: many kernels have no netem.

    relay.py ONE OTHER

Reads from standard input lines of three numbers: how long each frame is under way at least and at most (ms),
and how many of a thousand are lost; 1000 is a line that is cut. A frame may so overtake another.
"""
import heapq
import random
import select
import socket
import sys
import time

ETH_P_ALL = 3
OUTGOING = 4

ends = []
for name in sys.argv[1:3]:
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.bind((name, ETH_P_ALL))
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    end.setblocking(False)
    ends.append(end)
least, most, lost = 0.0, 0.0, 0.0
under_way = []
chance = random.Random(1)
print("ready", flush=True)
while True:
    now = time.monotonic()
    while under_way and under_way[0][0] <= now:
        _, _, to, frame = heapq.heappop(under_way)
        try:
            ends[to].send(frame)
        except OSError:
            pass  # Longer than the line takes, or its end is down: lost.
    wait = max(0.0, under_way[0][0] - now) if under_way else None
    readable, _, _ = select.select([*ends, sys.stdin], [], [], wait)
    if sys.stdin in readable:
        line = sys.stdin.readline()
        if not line:
            break
        least, most, lost = (float(word) / 1000 for word in line.split())
    for at, end in enumerate(ends):
        if end not in readable:
            continue
        for _ in range(256):
            try:
                frame, address = end.recvfrom(65_536)
            except BlockingIOError:
                break
            if address[2] != OUTGOING and chance.random() >= lost:
                due = time.monotonic() + chance.uniform(least, most)
                heapq.heappush(under_way, (due, chance.random(), 1 - at, frame))
