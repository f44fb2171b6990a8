//! One name for each operator, whatever a list calls it.

use std::net::IpAddr;

/// What occurs in titles and host names, and whose it is.
const KNOWN: [(&str, &str); 24] = [
    ("alpha strike", "alpha strike labs"),
    ("alphastrike", "alpha strike labs"),
    ("anssi", "anssi"),
    ("binaryedge", "binaryedge"),
    ("censys", "censys"),
    ("circl ip", "circl"),
    ("coalition", "coalition"),
    ("cortex xpanse", "cortex xpanse"),
    ("criminalip", "criminal ip"),
    ("driftnet", "driftnet"),
    ("internet-census", "internet census"),
    ("internet census", "internet census"),
    ("kudelskisecurity", "kudelski security"),
    ("modat", "modat"),
    ("netsystemsresearch", "net systems research"),
    ("nyu", "nyu osiris laboratory"),
    ("onyphe", "onyphe"),
    ("openportstats", "openportstats"),
    ("rapid7", "rapid7"),
    ("research scanner", "research scanner"),
    ("riskiq", "riskiq"),
    ("shadowserver", "shadowserver"),
    ("shodan", "shodan"),
    ("stretchoid", "stretchoid"),
];

/// The most letters of an operator's name.
const LENGTH: usize = 60;

/// The operator of a warning list by its title: `Censys IP Ranges Used for Scanning`.
pub(super) fn of_title(title: &str) -> String {
    let title = title.to_lowercase();
    if let Some(operator) = known(&title) {
        return operator.to_owned();
    }
    let (_, after) = title.split_once("address ranges for ").unwrap_or(("", &title));
    let (before, _) = after.split_once(" ip").unwrap_or((after, ""));
    let before = before.strip_suffix(" scanners").unwrap_or(before);
    short(before.strip_suffix(" scanner").unwrap_or(before))
}

/// The operator of an address by what a line says of it: a host name, or the operator itself.
/// None where the line names nobody: `(unknown)`, or the address once more.
pub(super) fn of_comment(comment: &str) -> Option<String> {
    let comment = comment.to_lowercase();
    let comment = comment.trim().trim_end_matches('.');
    if comment.is_empty() || comment.starts_with('(') || comment.parse::<IpAddr>().is_ok() {
        return None;
    }
    let name = known(comment).unwrap_or_else(|| domain(comment));
    Some(short(name))
}

fn known(text: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(part, _)| text.contains(part)).map(|(_, operator)| *operator)
}

/// The last two labels of a host name; other texts as they are.
fn domain(text: &str) -> &str {
    if text.contains(char::is_whitespace) {
        return text;
    }
    text.rmatch_indices('.').nth(1).and_then(|(dot, _)| text.get(dot + 1..)).unwrap_or(text)
}

fn short(name: &str) -> String {
    name.trim().chars().filter(|letter| !letter.is_control()).take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (title, operator) in [
            ("Censys IP Ranges Used for Scanning", "censys"),
            ("Shodan IP-Ranges, pot. used for Scanning", "shodan"),
            ("List of published IP address ranges for Modat Scanner", "modat"),
            (
                "List of published IP address ranges for Internet Cleanup Foundation scanners",
                "internet cleanup foundation",
            ),
            ("CIRCL IP address used for SSH scanning", "circl"),
            ("Alpha Strike Labs IP Ranges Used for Scanning", "alpha strike labs"),
            ("Ipip IP Ranges Used for Scanning", "ipip"),
            ("Internet census IP Ranges Used for Scanning", "internet census"),
        ] {
            assert_eq!(of_title(title), operator, "{title}");
        }
    }

    #[test]
    fn comments() {
        for (comment, operator) in [
            ("scan-02h.shadowserver.org", Some("shadowserver")),
            ("pinger-w1.ant.isi.edu.", Some("isi.edu")),
            ("leakix.net", Some("leakix.net")),
            ("ANSSI", Some("anssi")),
            ("NYU Osiris Laboratory", Some("nyu osiris laboratory")),
            ("shodan.io (parking)", Some("shodan")),
            ("(unknown)", None),
            ("13.249.87.125", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(of_comment(comment).as_deref(), operator, "{comment}");
        }
    }
}
