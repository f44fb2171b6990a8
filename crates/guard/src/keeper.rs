//! The keeper: a process of its own that may change the firewall, and does nothing else.
//!
//! It reads lines, `ADDRESS SECONDS`, and writes a line for each, `ok` or what went wrong; the first
//! line that it writes is about the table. When its input ends it removes the table.

use std::io::{self, BufRead, Read as _, Write};
use std::net::IpAddr;

use crate::blocks::Policy;
use crate::nft;

/// The longest line: an IPv6 address and a number.
const LINE: u64 = 64;

/// Keeps the table until the input ends. The caller sees to it that signals do not end it: it ends when
/// the point does.
///
/// # Errors
/// The table cannot be made or removed, or nobody listens.
pub fn keep(mut input: impl BufRead, mut output: impl Write, at_most: usize) -> io::Result<()> {
    let made = nft::run(&nft::table(at_most.clamp(1, Policy::MOST)));
    say(&mut output, &made)?;
    made?;
    let served = serve(&mut input, &mut output);
    let removed = nft::run(&nft::removal());
    served.and(removed)
}

fn serve(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        if input.by_ref().take(LINE).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let done = match understand(&line) {
            Some((source, seconds)) => nft::run(&nft::element(source, seconds)),
            None => Err(io::Error::other("no address and number of seconds")),
        };
        // A point that is gone hears nothing; its pipe's end comes next.
        if say(output, &done).is_err() {
            return Ok(());
        }
    }
}

fn understand(line: &str) -> Option<(IpAddr, u32)> {
    let (source, seconds) = line.trim_end().split_once(' ')?;
    let seconds = seconds.parse().ok().filter(|seconds| (1..=Policy::LONGEST).contains(seconds))?;
    Some((source.parse().ok()?, seconds))
}

fn say(output: &mut impl Write, done: &io::Result<()>) -> io::Result<()> {
    match done {
        Ok(()) => writeln!(output, "ok")?,
        Err(error) => writeln!(output, "{}", error.to_string().replace('\n', " "))?,
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_and_seconds_are_understood() {
        assert_eq!(understand("192.0.2.1 60\n"), Some(("192.0.2.1".parse().unwrap(), 60)));
        for bad in ["192.0.2.1", "192.0.2.1 0", "192.0.2.1 86401", "0.0.0.0/0 5", "a 5", "1 ; x 5"]
        {
            assert_eq!(understand(bad), None, "{bad}");
        }
    }
}
