//! Verdicts for eyes: one a line, in columns.

use std::fmt;

use crate::checker::Tally;
use crate::verdict::Checked;

/// Columns that a claim's name has. A longer one pushes its own line to the right.
const NAME: usize = 28;

impl Checked {
    /// The verdict as a line for eyes, without its break: outcome, name, reason.
    pub fn text(&self) -> String {
        let name = self.id.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let name = plain(&name);
        let gap = " ".repeat(NAME.saturating_sub(width(&name)));
        let outcome = self.verdict.outcome.as_str();
        format!("{outcome:<10}  {name}{gap}  {}", plain(&self.verdict.why))
    }
}

impl fmt::Display for Tally {
    /// For eyes: `32 claims: 30 consistent, 2 refuted, 0 refused`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claims = self.claims();
        let noun = if claims == 1 { "claim" } else { "claims" };
        let Tally { consistent, refuted, refused } = self;
        write!(f, "{claims} {noun}: {consistent} consistent, {refuted} refuted, {refused} refused")
    }
}

/// A text of strangers without what a terminal takes for a command, or turns about.
fn plain(text: &str) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(letter, '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|letter| if hidden(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Columns on a terminal: letters of East Asia are two wide (UAX #11, the blocks that matter).
fn width(text: &str) -> usize {
    let wide = |letter: char| {
        matches!(letter,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}
