//! Lines that stand for several, since syslog writes down once what comes again at once.
//!
//! ```text
//! Mar  5 00:00:01 host kernel: message repeated 3 times: [ DROP IN=eth0 OUT= SRC=… ]      rsyslog
//! Mar  5 00:00:09 host last message repeated 3 times                                       syslogd
//! ```

use observation::Logged;

use crate::number::decimal;

/// The host, by which the lines of a log that many machines write are told apart.
pub(super) fn host(rest: &[u8]) -> &[u8] {
    words(rest).next().unwrap_or_default()
}

/// How many lines this one stands for, as rsyslog says behind a program's name.
pub(super) fn this(rest: &[u8]) -> Option<u32> {
    const SAID: &[u8] = b": message repeated ";
    let at = memchr::memmem::find(rest, SAID)?;
    let mut words = words(rest.get(at..)?.strip_prefix(SAID)?);
    let times = words.next().and_then(decimal)?;
    (words.next()? == b"times:").then_some(times).filter(|times| *times > 0)
}

/// Whose line before came again how often, as syslogd says in a line with no program's name.
pub(super) fn last(rest: &[u8]) -> Option<(&[u8], u32)> {
    let said: Vec<&[u8]> = words(rest).take(7).collect();
    let [host, b"last", b"message", b"repeated", times, b"time" | b"times"] = said.as_slice()
    else {
        return None;
    };
    Some((host, decimal(times).filter(|times| *times > 0)?))
}

/// An access of so many packets in place of one.
pub(super) fn row(row: Logged, times: u32) -> Logged {
    let many = |one: Option<u64>| one.map(|one| one.saturating_mul(times.into()));
    Logged { packets: many(row.packets), syns: many(row.syns), bytes: many(row.bytes), ..row }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions() {
        assert_eq!(this(b" host kernel: message repeated 3 times: [ DROP IN=eth0"), Some(3));
        assert_eq!(last(b" host last message repeated 5 times"), Some((&b"host"[..], 5)));
        for none in [
            &b" host kernel: DROP IN=eth0"[..],
            b" host kernel: message repeated 0 times: [ IN=eth0",
            b" host kernel: message repeated many times: [ IN=eth0",
            b" host sshd[1]: last message repeated 5 times",
            b" host last message repeated 5 times by me",
            b" host last message repeated 4294967296 times",
            b"",
        ] {
            assert_eq!((this(none), last(none)), (None, None), "{}", none.escape_ascii());
        }
    }
}
