//! Ticks: `□found ■infected`, `[ ] found [x] infected`.

/// Signs before a choice, and whether they tick it. Longer ones first.
const SIGNS: [(&str, bool); 14] = [
    ("[x]", true),
    ("[X]", true),
    ("[*]", true),
    ("[✓]", true),
    ("[ ]", false),
    ("[]", false),
    ("■", true),
    ("☑", true),
    ("☒", true),
    ("✓", true),
    ("✔", true),
    ("□", false),
    ("☐", false),
    ("▢", false),
];

/// The choices that are ticked; none where the text has no boxes at all.
pub(super) fn ticked(text: &str) -> Option<Vec<String>> {
    let mut choices: Vec<(bool, String)> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((sign, tick)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            choices.push((*tick, String::new()));
            rest = rest.get(sign.len()..).unwrap_or_default();
        } else {
            if let Some((_, choice)) = choices.last_mut() {
                choice.push(c);
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    let trim = |text: &str| {
        text.trim_matches(|c: char| c.is_whitespace() || ",;/、。・".contains(c)).to_owned()
    };
    (!choices.is_empty())
        .then(|| choices.iter().filter(|(tick, _)| *tick).map(|(_, choice)| trim(choice)).collect())
}

#[cfg(test)]
mod tests {
    use super::ticked;

    #[test]
    fn boxes() {
        assert_eq!(ticked("□発見 ■感染").unwrap(), ["感染"]);
        assert_eq!(ticked("[x] found, [ ] infected").unwrap(), ["found"]);
        assert_eq!(ticked("[ ] a\n[X] b c / [x] d").unwrap(), ["b c", "d"]);
        assert_eq!(ticked("☐ a ☑ b").unwrap(), ["b"]);
        assert!(ticked("□a □b").unwrap().is_empty());
        assert_eq!(ticked("found"), None);
    }
}
