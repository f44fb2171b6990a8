//! What tests need of the system, beside Rust: installed by apt where it is missing, and said.

use std::process::Command;

use anyhow::{Result, bail};

use crate::commands::{run, works};
use crate::house::House;
use crate::packages;

/// A need: how to see that it is met, and Debian's package that meets it.
struct Need {
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        program: "tcpdump",
        arguments: &["--version"],
        package: "tcpdump",
        purpose: "an independent reader of captures, and the yardstick of speed",
    },
    Need {
        program: "g++",
        arguments: &["--version"],
        package: "g++",
        purpose: "libFuzzer's runtime is C++",
    },
    Need {
        program: "python3",
        arguments: &["-c", "import venv, ensurepip"],
        package: "python3-venv",
        purpose: "other readers of Delta Lake are Python packages",
    },
    Need {
        program: "ip",
        arguments: &["-V"],
        package: "iproute2",
        purpose: "hosts of tests have wires of their own",
    },
    Need {
        program: "unshare",
        arguments: &["--version"],
        package: "util-linux",
        purpose: "hosts of tests are network namespaces",
    },
    Need {
        program: "tcpreplay",
        arguments: &["--version"],
        package: "tcpreplay",
        purpose: "sends captures into the wires of tests",
    },
    Need {
        program: "hping3",
        arguments: &["--version"],
        package: "hping3",
        purpose: "floods the hosts of tests",
    },
    Need {
        program: "rsyslogd",
        arguments: &["-v"],
        package: "rsyslog",
        purpose: "reads the alerts that are written to a log",
    },
    Need {
        program: "nft",
        arguments: &["--version"],
        package: "nftables",
        purpose: "a point blocks the sources of floods",
    },
    Need {
        program: "systemd-analyze",
        arguments: &["--version"],
        package: "systemd",
        purpose: "reads the unit of a point's service",
    },
    Need {
        program: "curl",
        arguments: &["--version"],
        package: "curl",
        purpose: "a client of hosts of tests",
    },
    Need {
        program: "nmap",
        arguments: &["--version"],
        package: "nmap",
        purpose: "scans the hosts of tests",
    },
    Need {
        program: "ethtool",
        arguments: &["--version"],
        package: "ethtool",
        purpose: "takes VLAN tags out as a network card does, or leaves them in",
    },
    Need {
        program: "curl",
        arguments: &["--version"],
        package: "curl",
        purpose: "what a watched host begins by itself is no access",
    },
    Need {
        program: "dig",
        arguments: &["-v"],
        package: "bind9-dnsutils",
        purpose: "likewise, by DNS",
    },
    Need {
        program: "ping",
        arguments: &["-V"],
        package: "iputils-ping",
        purpose: "likewise, by ICMP",
    },
    Need {
        program: "ssh",
        arguments: &["-V"],
        package: "openssh-client",
        purpose: "likewise, by SSH",
    },
    Need {
        program: "sh",
        arguments: &["-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"],
        package: "libfaketime",
        purpose: "steps a hub's clock, and nobody else's",
    },
    Need {
        program: "sh",
        arguments: &["-c", "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb"],
        package: "postgresql",
        purpose: "the book of reports is tested on both its databases",
    },
    Need {
        program: "clamscan",
        arguments: &["--version"],
        package: "clamav",
        purpose: "its output feeds the number of detections",
    },
    Need {
        program: "sh",
        arguments: &[
            "-c",
            "ls /usr/share/fonts/*/noto/NotoSansCJK-*.ttc || fc-list :lang=ja family | grep .",
        ],
        package: "fonts-noto-cjk",
        purpose: "bulletins are printed in Japanese",
    },
    Need {
        program: "qpdf",
        arguments: &["--version"],
        package: "qpdf",
        purpose: "another reader of PDF, which checks its structure",
    },
    Need {
        program: "pdftotext",
        arguments: &["-v"],
        package: "poppler-utils",
        purpose: "another reader of PDF, which finds its figures",
    },
    Need {
        program: "chromium",
        arguments: &["--version"],
        package: "chromium",
        purpose: "a browser, in which pages are looked at",
    },
    Need {
        program: "java",
        arguments: &["-version"],
        package: "default-jre-headless",
        purpose: "the Nu Html Checker is Java",
    },
    Need {
        program: "npm",
        arguments: &["--version"],
        package: "npm",
        purpose: "gets the checkers of pages",
    },
    Need {
        program: "dovecot",
        arguments: &["--version"],
        package: "dovecot-imapd",
        purpose: "a mailbox from which reports are collected",
    },
];

/// What only `bench` needs.
const BESIDE: [Need; 2] = [
    Need {
        program: "nfpcapd",
        arguments: &["-V"],
        package: "nfdump",
        purpose: "another program that makes flows of captures, to compare with",
    },
    Need {
        program: "softflowd",
        arguments: &["-h"],
        package: "softflowd",
        purpose: "another program that makes flows of what comes live, to compare with",
    },
];

/// Installs what is missing for the tests.
pub(crate) fn meet(house: &House) -> Result<()> {
    meet_all(house, NEEDS.iter())
}

/// Installs what is missing for `bench`.
pub(crate) fn meet_for_bench(house: &House) -> Result<()> {
    meet_all(house, NEEDS.iter().chain(&BESIDE))
}

fn meet_all(house: &House, needs: impl Iterator<Item = &'static Need>) -> Result<()> {
    let missing: Vec<&Need> = needs.filter(|need| !works(need.program, need.arguments)).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    packages::meet(house)
}

fn install(missing: &[&Need]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    for need in missing {
        println!("missing: {} ({})", need.package, need.purpose);
    }
    if !works("apt-get", &["--version"]) || !root_user() {
        bail!(
            "install these packages, by their names in Debian, and try again: {}",
            packages.join(" ")
        );
    }
    println!("installing by apt: {}", packages.join(" "));
    run(apt().args(["update", "-qq"]))?;
    run(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn root_user() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
