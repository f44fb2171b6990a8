//! What nftables is told. `nft` itself is run, in place of speaking netlink: its language is its stable
//! face, and it is on every host that has nftables.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::process::{Command, Stdio};

/// The table that is ours alone: it is made at the start and removed at the end, with all in it.
pub const TABLE: &str = "yagura_point";

/// The table without anybody in it. One that was left over is replaced.
pub(crate) fn table(at_most: usize) -> String {
    let set = |name: &str, kind: &str| {
        format!("set {name} {{ type {kind}; flags timeout; size {at_most}; }}\n")
    };
    let mut text = format!("table inet {TABLE} {{ }}\ndelete table inet {TABLE}\n");
    // What is established goes on: another chain may drop it still, ours does not.
    let _ = write!(
        text,
        "table inet {TABLE} {{\n{}{}\
         chain input {{ type filter hook input priority filter - 10; policy accept;\n\
         ct state established,related accept\n\
         ip saddr @blocked4 counter drop\n\
         ip6 saddr @blocked6 counter drop\n}}\n}}\n",
        set("blocked4", "ipv4_addr"),
        set("blocked6", "ipv6_addr"),
    );
    text
}

/// A source, for so many seconds.
pub(crate) fn element(source: IpAddr, seconds: u32) -> String {
    let set = if source.is_ipv4() { "blocked4" } else { "blocked6" };
    format!("add element inet {TABLE} {set} {{ {source} timeout {seconds}s }}\n")
}

/// The end of the table.
pub(crate) fn removal() -> String {
    format!("table inet {TABLE} {{ }}\ndelete table inet {TABLE}\n")
}

/// Runs `nft` with a script.
pub(crate) fn run(script: &str) -> io::Result<()> {
    let paths = ["nft", "/usr/sbin/nft", "/sbin/nft"];
    let begin = |path: &&str| {
        let mut command = Command::new(path);
        command.args(["-f", "-"]).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().ok()
    };
    let Some(mut child) = paths.iter().find_map(begin) else {
        return Err(io::Error::other("nft cannot be run: install nftables"));
    };
    if let Some(mut input) = child.stdin.take() {
        input.write_all(script.as_bytes())?;
    }
    let done = child.wait_with_output()?;
    if done.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&done.stderr);
    Err(io::Error::other(format!("nft: {}", why.lines().next().unwrap_or("it says nothing"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_in_its_set() {
        let six = element("2001:db8::5".parse().unwrap(), 60);
        assert_eq!(six, "add element inet yagura_point blocked6 { 2001:db8::5 timeout 60s }\n");
    }
}
