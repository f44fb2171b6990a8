//! Vendors by the names that reporters give them.

/// As reporters write it, and as the registry does.
const KNOWN: [(&str, &str); 18] = [
    ("trend", "trendmicro"),
    ("virusbuster", "trendmicro"),
    ("norton", "symantec"),
    ("symantec", "symantec"),
    ("nai", "mcafee"),
    ("networkassociates", "mcafee"),
    ("mcafee", "mcafee"),
    ("clam", "clamav"),
    ("kaspersky", "kaspersky"),
    ("avp", "kaspersky"),
    ("fsecure", "fsecure"),
    ("sophos", "sophos"),
    ("computerassociates", "ca"),
    ("ca", "ca"),
    ("ahnlab", "ahnlab"),
    ("panda", "panda"),
    ("eset", "eset"),
    ("microsoft", "microsoft"),
];

/// The one spelling of a vendor's name: lower case letters and digits, products under their maker.
pub fn vendor(reported: &str) -> String {
    let plain: String =
        reported.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // Two letters stand for a vendor only by themselves.
    let known = KNOWN
        .iter()
        .find(|(name, _)| plain == *name || (name.len() > 3 && plain.starts_with(name)));
    known.map_or(plain, |(_, vendor)| (*vendor).to_owned())
}
