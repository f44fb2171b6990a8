//! Hosts in network namespaces, wires between them, and tcpdump beside us.
//!
//! A test runs itself again within new namespaces of the network and of mounts ([`within`]), where a pair of virtual Ethernet devices
//! is a wire: a stranger sends into `va`, and the host watches `vb`. Whatever cannot go on fails the test.

// What cannot go on in a test fails the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Says within which namespace's test we run.
const WITHIN: &str = "YAGURA_TEST_WITHIN";

/// Whether this run of the test is the one within a namespace; else that one is run, and must pass.
///
/// `needs` are programs that the test starts.
pub fn within(test: &str, needs: &[&str]) -> bool {
    if std::env::var_os(WITHIN).is_some_and(|name| name == test) {
        ready();
        return true;
    }
    let missing = needs.iter().chain(&["ip", "unshare"]).find(|program| !is_there(program));
    if let Some(program) = missing {
        skip(&format!("{program} is not installed"));
    } else if !succeeds(
        "unshare",
        &["--net", "--mount", "--", "ip", "link", "add", "va", "type", "veth"],
    ) {
        skip("network namespaces are not allowed here: run as root");
    } else {
        let run = Command::new("unshare")
            .args(["--net", "--mount", "--"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(WITHIN, test)
            .output()
            .unwrap();
        let (out, err) = (text(&run.stdout), text(&run.stderr));
        tell(&out);
        assert!(run.status.success() && out.contains("1 passed"), "{test} within:\n{out}\n{err}");
    }
    false
}

/// Tells what the run within said: what it skipped as it is, the rest such that nobody takes its
/// result for one more.
fn tell(said: &str) {
    for line in said.lines() {
        let margin = if line.starts_with("skipped:") { "" } else { "  " };
        println!("{margin}{line}");
    }
}

/// Where nothing may be skipped, this fails.
pub fn skip(why: &str) {
    println!("skipped: {why}");
    let continuous = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    assert!(!continuous, "skipped in continuous integration: {why}");
}

/// Whether a program is installed.
pub fn is_there(program: &str) -> bool {
    let shown = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    shown.is_ok_and(|output| output.status.success())
}

/// The wire, and a host that says nothing by itself.
fn ready() {
    for family in ["all", "default"] {
        let file = format!("/proc/sys/net/ipv6/conf/{family}/disable_ipv6");
        std::fs::write(file, "1").unwrap();
    }
    ip("link set lo up");
    wire("va", "vb");
}

/// Adds a wire and sets both ends up. Wide, for captures of traffic that a card put together.
pub fn wire(stranger: &str, host: &str) {
    ip(&format!("link add {stranger} mtu 9000 type veth peer name {host} mtu 9000"));
    ip(&format!("link set {stranger} up"));
    ip(&format!("link set {host} up"));
}

/// Runs `ip` with these words.
pub fn ip(words: &str) {
    run("ip", &words.split(' ').collect::<Vec<_>>());
}

/// Runs a program to its end, which must be a good one.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = command(program, arguments);
    assert!(output.status.success(), "{program} {arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    command(program, arguments).status.success()
}

fn command(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of the shared data; none, and a word about it, where it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        skip(&format!("{} is absent", file.display()));
        return None;
    }
    Some(file)
}

/// Sends a capture's frames into an interface as fast as they go.
pub fn replay(interface: &str, captures: &[&Path]) {
    let mut arguments = vec!["-q", "--topspeed", "-i", interface];
    arguments.extend(captures.iter().map(|path| path.to_str().unwrap()));
    run("tcpreplay", &arguments);
}

/// How many frames an interface has received.
pub fn received(interface: &str) -> u64 {
    let table = std::fs::read_to_string("/proc/self/net/dev").unwrap();
    let line = table.lines().find_map(|line| line.trim().strip_prefix(&format!("{interface}:")));
    line.unwrap().split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A namespace of its own for another host, for as long as this lives.
pub struct Namespace(Child);

impl Namespace {
    /// A new one, in which nothing is up.
    pub fn new() -> Self {
        let mut child = Command::new("unshare")
            .args(["--net", "--", "sh", "-c", "echo ready; exec sleep 10000"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0; 5];
        child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
        Namespace(child)
    }

    /// Moves an interface of ours into it.
    pub fn take(&self, interface: &str) {
        ip(&format!("link set {interface} netns {}", self.0.id()));
    }

    /// A command in it, not started yet.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--net", "--target", &self.0.id().to_string(), "--"]).arg(program);
        command
    }

    /// Runs words in it to a good end.
    pub fn run(&self, words: &str) -> String {
        let mut words = words.split(' ');
        let output = self.command(words.next().unwrap()).args(words).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// tcpdump, writing a file.
pub struct Tcpdump(Child);

impl Tcpdump {
    /// Bytes of its ring: more than any test sends while it waits for the processor.
    pub const ROOM: u32 = 64 << 20;

    /// Starts it, and waits until it listens.
    pub fn start(interface: &str, file: &Path, snap: u32) -> Self {
        let (snap, room) = (snap.to_string(), (Self::ROOM >> 10).to_string());
        let arguments = ["-U", "-Z", "root", "-B", &room, "-s", &snap, "-i", interface, "-w"];
        let mut child = Command::new("tcpdump")
            .args(arguments)
            .arg(file)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("listening on")));
        // Nothing else is said before the end, and the pipe has room for it.
        Tcpdump(child)
    }

    /// Stops it; its file is whole then.
    pub fn stop(mut self) {
        run("kill", &["-INT", &self.0.id().to_string()]);
        self.0.wait().unwrap();
    }
}
