//! Who wrote a line.

use std::net::Ipv6Addr;

use super::stamp::Style;

/// Who wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The kernel, or ulogd for it, or nobody who is named.
    Kernel,
    /// Another program. What looks like netfilter's fields may be what a stranger typed there.
    Other,
}

/// Who wrote a line, by the header behind its stamp.
///
/// Programs put their name, with a colon, first or second (behind the host) or third (behind a
/// facility, as busybox does). Some firewalls leave the kernel's name out: a line in which no name
/// stands there is taken for the kernel's.
pub(super) fn author(header: &[u8], style: Style) -> Author {
    match style {
        Style::Kernel => Author::Kernel,
        Style::Structured => {
            let program = words(header).nth(1).unwrap_or_default();
            if program == b"-" || is_kernel(program) { Author::Kernel } else { Author::Other }
        }
        Style::Syslog => tagged(header),
    }
}

fn tagged(header: &[u8]) -> Author {
    for (place, word) in words(header).take(3).enumerate() {
        if place == 0 && is_address(word) {
            continue;
        }
        if let Some(name) = word.strip_suffix(b":") {
            return if is_kernel(name) { Author::Kernel } else { Author::Other };
        }
        if memchr::memmem::find(word, b"IN=").is_some() {
            break;
        }
    }
    Author::Kernel
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

/// `kernel` or `ulogd`, with a process number or without.
fn is_kernel(name: &[u8]) -> bool {
    ["kernel", "ulogd"].iter().any(|known| {
        let rest = name.strip_prefix(known.as_bytes());
        rest.is_some_and(|rest| matches!(rest, [] | [b'[', .., b']']))
    })
}

/// Whether a host is named by an address that ends in colons.
fn is_address(word: &[u8]) -> bool {
    word.ends_with(b"::")
        && std::str::from_utf8(word).is_ok_and(|word| word.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors() {
        for header in [
            " host kernel: [1.5] DROP: IN=eth0 OUT= ",
            " kernel: DROP IN=eth0",
            " host kernel[0]: IN=",
            " host ulogd[312]: DROP: IN=",
            " host kern.warn kernel: [1.5] IN=",
            " host [1.5] [WAN_LOCAL-D]IN=eth0 OUT= x:",
            " host DROP:IN=eth0 OUT= MAC=1 x:",
            " 2001:db8:: kernel: IN=",
        ] {
            assert_eq!(author(header.as_bytes(), Style::Syslog), Author::Kernel, "{header}");
        }
        for header in [
            " host sshd[12]: Invalid user IN= OUT= SRC=1.2.3.4 ",
            " sshd[12]: IN= OUT= ",
            " host auth.info sshd[1]: IN= OUT=",
            " host kernelx: IN=",
            " host su: kernel: IN= OUT= ",
        ] {
            assert_eq!(author(header.as_bytes(), Style::Syslog), Author::Other, "{header}");
        }
        assert_eq!(author(b" host kernel - - - IN=", Style::Structured), Author::Kernel);
        assert_eq!(author(b" host sshd 12 - - kernel: IN=", Style::Structured), Author::Other);
        assert_eq!(author(b" DROP: IN=", Style::Kernel), Author::Kernel);
    }
}
