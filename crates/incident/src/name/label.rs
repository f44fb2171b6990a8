//! A scanner's label, taken apart.
//!
//! ```text
//! label   = [ part sep ]... family [ sep variant ] [ "@" mailing ]     CARO and what vendors made of it
//! sep     = "/" | "." | ":" | "_" | " " | "!" | "\" | "-" before a short variant
//! part    = a platform (W32, HTML), a kind (Worm, Email-Worm, Trojan) or a mark (suspected, possible)
//! ```
//!
//! After the Virus Naming Convention of CARO (Bontchev, Skulason, Solomon, 1991) and the labels of 2005:
//! `W32/Netsky.p@MM`, `WORM_NETSKY.P`, `W32.Netsky.P@mm`, `Email-Worm.Win32.NetSky.q`,
//! `Worm.SomeFool.P`, `W32/Netsky-P`, `I-Worm/Netsky.Q`.

use unicode_normalization::UnicodeNormalization as _;

/// The longest label that is read, in characters; no scanner writes such.
const LONGEST: usize = 200;

/// Platforms, kinds and marks: never the name of a family.
const PARTS: [&str; 62] = [
    "w32",
    "w95",
    "w97m",
    "w98",
    "win32",
    "win95",
    "win64",
    "w64",
    "win",
    "wnt",
    "winnt",
    "html",
    "js",
    "vbs",
    "java",
    "linux",
    "unix",
    "osx",
    "dos",
    "o97m",
    "xm",
    "wm",
    "x97m",
    "bat",
    "php",
    "script",
    "worm",
    "virus",
    "trojan",
    "troj",
    "tr",
    "pe",
    "backdoor",
    "bkdr",
    "bds",
    "net",
    "email",
    "mail",
    "i",
    "p2p",
    "im",
    "irc",
    "downloader",
    "dropper",
    "dldr",
    "exploit",
    "adware",
    "spyware",
    "malware",
    "mm",
    "suspected",
    "possible",
    "probably",
    "variant",
    "of",
    "a",
    "an",
    "new",
    "modified",
    "infected",
    "found",
    "internet",
];

/// What follows a family and is no variant.
const TAILS: [&str; 7] = ["gen", "generic", "dam", "damaged", "mm", "m", "worm"];

/// Words and signs that stand between two names. A slash stands before a family as well, behind its platform.
const JOINTS: [&str; 9] = ["and", "or", "および", "及び", "または", "又は", "と", "や", "か"];
const JOINT_SIGNS: [char; 8] = ['+', '&', '/', '|', '・', '、', ',', ';'];

/// What a label says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Label {
    /// The family's stem, lower case letters and digits; empty where the label has none.
    pub stem: String,
    /// The variant, lower case.
    pub variant: Option<String>,
}

impl Label {
    /// Takes a label apart. Every text is one; a text without a family has an empty stem.
    pub fn read(label: &str) -> Label {
        let text = plain(label);
        // `@mm` says that it mails itself, brackets hold remarks.
        let text = text.split(['@', '(', '[']).next().unwrap_or_default();
        let mut words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .skip_while(|word| PARTS.contains(word) && text.trim() != *word);
        let stem = words.next().unwrap_or_default().to_owned();
        let variant = words.next().filter(|word| word.len() <= 4 && !TAILS.contains(word));
        Label { variant: variant.map(str::to_owned), stem }
    }
}

/// The stems of what joints part in a text: people write more than one name where one is asked for.
pub(super) fn joined(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for words in plain(text).split(JOINT_SIGNS) {
        pieces.push(String::new());
        for word in words.split_whitespace() {
            let is_joint = JOINTS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()));
            match pieces.last_mut() {
                Some(piece) if !is_joint => {
                    piece.push(' ');
                    piece.push_str(word);
                }
                _ => pieces.push(String::new()),
            }
        }
    }
    pieces.iter().map(|piece| Label::read(piece).stem).filter(|stem| !stem.is_empty()).collect()
}

/// As much of a text as is read, in lower case and in Unicode's form NFKC: wide and narrow letters are the same.
fn plain(text: &str) -> String {
    text.chars().take(LONGEST).nfkc().collect::<String>().to_lowercase()
}
