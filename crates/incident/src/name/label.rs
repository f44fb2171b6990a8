//! A scanner's label, taken apart.
//!
//! ```text
//! label   = [ part sep ]... family [ sep variant ] [ "@" mailing ]     CARO and what vendors made of it
//! sep     = "/" | "." | ":" | "_" | " " | "!" | "\" | "-" before a short variant
//! part    = a platform (W32, HTML), a kind (Worm, Email-Worm, Trojan) or a mark (suspected, possible)
//! ```
//!
//! People write more than one name where one is asked for: what stands behind the family is kept, so that a
//! registry can tell that it names another one.
//!
//! After the Virus Naming Convention of CARO (Bontchev, Skulason, Solomon, 1991) and the labels of 2005:
//! `W32/Netsky.p@MM`, `WORM_NETSKY.P`, `W32.Netsky.P@mm`, `Email-Worm.Win32.NetSky.q`,
//! `Worm.SomeFool.P`, `W32/Netsky-P`, `I-Worm/Netsky.Q`.

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

/// What stands between two names.
const JOINTS: [&str; 8] = ["and", "or", "および", "及び", "または", "又は", "と", "か"];

/// Signs that stand between two names.
const JOINT_SIGNS: [char; 6] = ['+', '&', '・', '、', ',', ';'];

/// What is said beside a name and names nothing.
const REMARKS: [&str; 6] = ["variants", "others", "other", "more", "etc", "similar"];

/// What a label says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Label {
    /// The family's stem, lower case letters and digits; empty where the label has none.
    pub stem: String,
    /// The variant, lower case.
    pub variant: Option<String>,
    /// The words behind the stem, any of which may be the name of another family.
    pub also: Vec<String>,
    /// Of these, those that a joint says are names: `Netsky and Bagle`, `Netsky + Bagle`.
    pub joined: Vec<String>,
}

impl Label {
    /// Takes a label apart. Every text is one; a text without a family has an empty stem.
    pub fn read(label: &str) -> Label {
        let text: String = label.chars().take(LONGEST).map(narrow).collect();
        let text = text.to_lowercase();
        // `@mm` says that it mails itself, brackets hold remarks.
        let text = text.split(['@', '(', '[']).next().unwrap_or_default();
        let joints: String = text.replace(JOINT_SIGNS, " and ");
        let mut words = joints
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .skip_while(|word| PARTS.contains(word) && text.trim() != *word);
        let stem = words.next().unwrap_or_default().to_owned();
        let mut label = Label { stem, ..Label::default() };
        let (mut is_next, mut is_joined) = (true, false);
        for word in words {
            if JOINTS.contains(&word) {
                is_joined = true;
            } else if is_next && !is_joined && word.len() <= 4 && !TAILS.contains(&word) {
                label.variant = Some(word.to_owned());
                label.also.push(word.to_owned());
            } else if !PARTS.contains(&word) && !TAILS.contains(&word) {
                label.also.push(word.to_owned());
                if is_joined && word.chars().count() > 1 && !REMARKS.contains(&word) {
                    label.joined.push(word.to_owned());
                }
                is_joined = false;
            }
            is_next = false;
        }
        label
    }
}

/// The narrow character of a wide one, as Japanese keyboards make both.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xff01 + u32::from('!')).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        c => c,
    }
}
