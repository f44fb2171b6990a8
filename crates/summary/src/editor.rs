//! What an editor writes: words, and numbers that are tied to a claim or marked as not ours.
//!
//! `{claim}` stands for the figure of a claim of this bulletin, in the text's language; `[[…]]` marks what
//! others said. Any other digit is refused, and any number in words, and so is a claim that the bulletin does
//! not have.

use press::{ClaimId, Lang, Span};

use crate::ledger::Ledger;
use crate::numeral::has_numeral;

/// Why an editor's text is refused. The editor is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A number that nothing proves.
    #[error(
        "{0:?} holds a number that nothing proves: write {{claim}} for a claim's figure, or [[…]] for what is not ours"
    )]
    Unproved(String),
    /// A claim that is not in the bulletin.
    #[error("{0:?} is no claim of this bulletin: see its claims.json")]
    NoClaim(String),
    /// A mark that is not closed.
    #[error("{0:?} is not closed")]
    Open(String),
}

/// A text as spans.
///
/// # Errors
/// It holds a number that is neither tied to a claim nor marked as not ours.
pub(crate) fn spans(text: &str, lang: Lang, ledger: &Ledger) -> Result<Vec<Span>, Refused> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        let (plain, mark) = rest.split_at(at);
        let (span, after) = match (mark.strip_prefix('{'), mark.strip_prefix("[[")) {
            (Some(inside), _) => {
                let (name, after) = closed(inside, "}", mark)?;
                (figure(name, lang, ledger)?, after)
            }
            (None, Some(inside)) => {
                let (words, after) = closed(inside, "]]", mark)?;
                (Span::Foreign { text: words.to_owned() }, after)
            }
            // A bracket by itself is a letter like any other.
            (None, None) => (words("[")?, mark.get(1..).unwrap_or_default()),
        };
        spans.extend([words(plain)?, span]);
        rest = after;
    }
    spans.push(words(rest)?);
    spans.retain(|span| !span.text().is_empty());
    Ok(spans)
}

fn closed<'a>(inside: &'a str, end: &str, mark: &str) -> Result<(&'a str, &'a str), Refused> {
    inside.split_once(end).ok_or_else(|| Refused::Open(mark.to_owned()))
}

fn figure(name: &str, lang: Lang, ledger: &Ledger) -> Result<Span, Refused> {
    let text = ledger.text(name).ok_or_else(|| Refused::NoClaim(name.to_owned()))?;
    Ok(Span::Figure { text: text.of(lang).clone(), claim: ClaimId::new(name) })
}

fn words(text: &str) -> Result<Span, Refused> {
    if press::has_digit(text) || has_numeral(text) {
        return Err(Refused::Unproved(text.trim().to_owned()));
    }
    Ok(Span::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use claims::{Figure, Value};

    use super::*;
    use crate::ledger::Origin;

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        let of = Figure::exact(94_u64);
        let stated = of.clone();
        ledger.say("access-reports", &Origin::default(), Value { of, stated }).unwrap();
        ledger
    }

    fn read(text: &str) -> Result<Vec<Span>, Refused> {
        spans(text, Lang::En, &ledger())
    }

    #[test]
    fn a_number_is_tied_or_marked() {
        let figure = Span::Figure { text: "94".to_owned(), claim: ClaimId::new("access-reports") };
        let foreign = Span::Foreign { text: "port 1433".to_owned() };
        let text = |text: &str| Span::Text(text.to_owned());
        assert_eq!(
            read("Of {access-reports} reports [some] named [[port 1433]]."),
            Ok(vec![
                text("Of "),
                figure,
                text(" reports "),
                text("["),
                text("some] named "),
                foreign,
                text("."),
            ])
        );
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn an_unproved_number_is_refused() {
        for plain in [
            "94 reports",
            "９４件",
            "{access-reports} of 95",
            "[1]",
            "½ of all",
            "五件",
            "five of them",
        ] {
            assert!(matches!(read(plain), Err(Refused::Unproved(_))), "{plain}");
        }
        assert_eq!(read("{access}"), Err(Refused::NoClaim("access".to_owned())));
        for open in ["{access-reports", "[[1"] {
            assert_eq!(read(open), Err(Refused::Open(open.to_owned())));
        }
    }
}
