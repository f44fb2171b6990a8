"""How fast packets may come before the kernel drops one: a point, tcpdump and softflowd on one pair of virtual
Ethernet devices, in turns. And what a point's memory is at 100,000 distinct sources a minute.

    rates.py POINT FOLDER RUNS

Runs itself in a network namespace of its own. The program has one core and the sender another; frames are
TCP SYNs of 100,000 sources. A rate is found by halving: 3 s at each, no drop by the program's own word, and
the sender must have kept the rate. Every program has a ring of 4 MiB, but softflowd, which has libpcap's.
"""
import json
import os
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time

SOURCES, SECONDS, STEPS = 100_000, 3, 7


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frames(path, count):
    """SYNs to 198.18.0.7:23, each of another source."""
    to, link = socket.inet_aton("198.18.0.7"), b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number in range(count):
            source = struct.pack("!I", 0x6440_0000 + number * 7_919 % 4_194_304)
            options = b"\2\4\5\xb4\4\2\x08\x0a" + struct.pack("!II", number * 65_537 & 0xFFFFFFFF, 0) + b"\1\3\3\7"
            head = struct.pack("!HHIIBBHHH", 1_024 + number % 60_000, 23, number, 0, 0xA0, 2, 64_240, 0, 0)
            tcp = head + options
            pseudo = source + to + struct.pack("!HH", 6, len(tcp))
            tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), number & 0xFFFF, 0x4000, 57, 6, 0, source, to)
            ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
            frame = link + ip + tcp
            file.write(struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame)


def start(*words, **more):
    return subprocess.Popen(["taskset", "-c", "1", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **more)


def send(rate, seconds):
    """Sends for so long; the rate that was kept."""
    before, began = received(), time.monotonic()
    loops = max(1, round(rate * seconds / SOURCES + 0.5))
    limit = str(int(rate * seconds))
    words = ["taskset", "-c", "0", "tcpreplay", "-q", "-K", f"--pps={int(rate)}", f"--loop={loops}", f"--limit={limit}"]
    said = run(*words, "-i", "va", FRAMES)
    took = re.search(r"in ([0-9.]+) seconds", said)
    took = float(took.group(1)) if took else time.monotonic() - began
    return (received() - before) / took


def received():
    table = open("/proc/self/net/dev").read()
    return int(re.search(r"vb:\s*\d+\s+(\d+)", table).group(1))


class Tcpdump:
    name = "tcpdump -w"

    def __enter__(self):
        self.child = start("tcpdump", "-Z", "root", "-i", "vb", "-B", "4096", "-w", f"{FOLDER}/dump.pcap")
        self.child.stderr.readline()
        return self

    def dropped(self):
        self.child.send_signal(signal.SIGINT)
        said = self.child.communicate()[1]
        return int(re.search(r"(\d+) packets? dropped by kernel", said).group(1))

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()


class Softflowd:
    name = "softflowd"

    def __enter__(self):
        self.control = f"{FOLDER}/softflowd.ctl"
        self.child = start("softflowd", "-d", "-i", "vb", "-n", "127.0.0.1:9", "-m", "200000", "-c", self.control, "-p", f"{FOLDER}/softflowd.pid")
        time.sleep(1)
        return self

    def dropped(self):
        time.sleep(1)
        said = run("softflowctl", "-c", self.control, "statistics")
        return int(re.search(r"dropped by libpcap: (\d+)", said).group(1))

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Point:
    name = "yagura-point"

    def __init__(self, mode="dark"):
        self.mode = mode

    def __enter__(self):
        self.data = f"{FOLDER}/point"
        run("rm", "-rf", self.data)
        os.makedirs(self.data)
        with open(f"{self.data}/yagura-point.toml", "w") as file:
            file.write(f"name = 'p'\nmode = '{self.mode}'\ninterfaces = ['vb']\nwatch = ['198.18.0.7']\n[spool]\nkeep_free_mib = 0\n")
        self.child = start(POINT, "--data", self.data, "run")
        time.sleep(1.5)
        return self

    def report(self):
        time.sleep(4)
        return json.load(open(f"{self.data}/status.json"))

    def dropped(self):
        return self.report()["dropped"]

    def memory(self):
        said = open(f"/proc/{self.child.pid}/status").read()
        return int(re.search(r"VmHWM:\s+(\d+)", said).group(1)) / 1_024

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()


def passes(program, rate):
    with program as running:
        kept = send(rate, SECONDS)
        return running.dropped() == 0, kept


def highest(program, most):
    """The highest rate without a drop, by halving between none and the sender's own."""
    low, high = 0.0, most
    good, kept = passes(program, most)
    if good:
        return kept
    for _ in range(STEPS):
        middle = (low + high) / 2
        good, kept = passes(program, middle)
        low, high = (max(low, kept), high) if good else (low, middle)
    return low


def main():
    run("ip", "link", "set", "lo", "up")
    for family in ("all", "default"):
        open(f"/proc/sys/net/ipv6/conf/{family}/disable_ipv6", "w").write("1")
    run("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb")
    for end in ("va", "vb"):
        run("ip", "link", "set", end, "up")
    frames(FRAMES, SOURCES)
    most = send(5e6, 1)
    print(f"the sender alone: {most / 1e3:.0f} thousand packets a second", flush=True)
    found = {}
    for turn in range(RUNS):
        for program in (Tcpdump(), Point(), Softflowd()):
            rate = highest(program, most)
            found.setdefault(program.name, []).append(rate)
            print(f"turn {turn + 1}: {program.name}: {rate / 1e3:.0f} thousand a second", flush=True)
    yardstick = statistics.median(found["tcpdump -w"])
    for name, rates in found.items():
        rate = statistics.median(rates)
        goal = f" (goal 0.8: {'met' if rate >= 0.8 * yardstick else 'missed'})" if name == "yagura-point" else ""
        print(f"| {name} | {rate / 1e3:.0f} k packets/s | {rate / yardstick:.2f} of tcpdump{goal} |")
    for mode in ("dark", "live"):
        frames(FRAMES, 200_000)
        with Point(mode) as running:
            run("timeout", "150", "tcpreplay", "-q", f"--pps={SOURCES / 60:.0f}", "--loop=1", "-i", "va", FRAMES)
            memory, report = running.memory(), running.report()
            word = "met" if memory <= 32 else "missed"
            print(f"| {mode}: memory at {SOURCES} sources a minute | {memory:.1f} MiB (goal 32: {word}) | {report['open']} open, {report['dropped']} dropped |", flush=True)


if len(sys.argv) == 4:
    os.execvp("unshare", ["unshare", "--net", "--", sys.executable, *sys.argv, "within"])
POINT, FOLDER, RUNS = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
FRAMES = f"{FOLDER}/frames.pcap"
main()
