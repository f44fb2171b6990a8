//! Lines in pieces, and lines that were damaged.

use proptest::prelude::*;

use crate::{Checked, Checker, Claim, MAXIMUM_LINE, Outcome, Refusal, Tally, check};

const SAMPLES: &str = concat!(
    include_str!("../../../../samples/claims/ipa.jsonl"),
    include_str!("../../../../samples/claims/grammar.jsonl"),
);

fn fed<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Checked>, Tally) {
    let mut checker = Checker::default();
    let mut found: Vec<Checked> = pieces.flat_map(|piece| checker.feed(piece)).collect();
    let (last, tally) = checker.finish();
    found.extend(last);
    assert_eq!(tally.claims(), found.len() as u64);
    (found, tally)
}

#[test]
fn pieces_of_any_size() {
    let text = format!("\u{feff}\r\n{SAMPLES}  \n\nnonsense");
    let whole = fed([text.as_bytes()].into_iter());
    assert_eq!(whole.0.len(), SAMPLES.lines().count() + 1);
    for size in [1, 7, 1_000] {
        assert_eq!(fed(text.as_bytes().chunks(size)), whole);
    }
}

#[test]
fn what_has_no_name_is_found_by_its_line() {
    let (found, _) = fed([&b"\n{\"id\":\"a\",\"op\":7}\n[1]\n\xff"[..]].into_iter());
    let whys: Vec<&str> = found.iter().map(|found| found.verdict.why.as_str()).collect();
    assert_eq!(whys[0], "\"op\" should be a text");
    assert_eq!(whys[1..], ["line 3: a claim is a JSON object", "line 4: the line is not UTF-8"]);
}

#[test]
fn of_nothing_nothing_is_proven() {
    for empty in ["", "\n", " \r\n\n", "\u{feff}"] {
        let (found, tally) = fed([empty.as_bytes()].into_iter());
        assert!(found.is_empty() && !tally.is_consistent(), "{empty:?}");
    }
    let (_, tally) = fed([SAMPLES.as_bytes()].into_iter());
    assert!(!tally.is_consistent());
    let good = SAMPLES.lines().next().unwrap();
    assert!(fed([good.as_bytes()].into_iter()).1.is_consistent());
}

#[test]
fn long_lines_are_refused() {
    let start = r#"{"op":"sum","parts":[1],"stated":1}"#;
    let long = |length: usize| format!("{start}{}", " ".repeat(length - start.len()));
    let text = format!("{}\n{}\n{start}", long(MAXIMUM_LINE), long(MAXIMUM_LINE + 1));
    for size in [65_536, 1_000_000] {
        let (found, _) = fed(text.as_bytes().chunks(size));
        let outcomes: Vec<_> = found.iter().map(|found| found.verdict.outcome.clone()).collect();
        let expected =
            [Outcome::Consistent, Outcome::Refused(Refusal::LongLine), Outcome::Consistent];
        assert_eq!(outcomes, expected);
    }
    assert_eq!(check(b"\xff").verdict.outcome, Outcome::Refused(Refusal::NotText));
}

/// A line as long as lines may be costs time that grows with its length, not with its square.
#[test]
fn the_longest_lines_end() {
    let fill = |head: &str, entry: &dyn Fn(usize) -> String, tail: &str| {
        let mut line = head.to_owned();
        for at in 0.. {
            let next = entry(at);
            if line.len() + next.len() + tail.len() > MAXIMUM_LINE {
                break;
            }
            line.push_str(&next);
        }
        line + tail
    };
    let figure = r#"{"value":9,"half_unit":5}"#;
    let entry = |at: usize| format!(r#""{at}":{{"value":{},"half_unit":0.{at}}},"#, at % 7);
    let tail = format!(r#""m":{figure}}},"name":"m","stated":4}}"#);
    for (head, entry, tail) in [
        (r#"{"op":"rank","row":{"#, &entry as &dyn Fn(usize) -> String, tail.as_str()),
        (r#"{"op":"sum","parts":["#, &|at| format!("0.{at},"), r#"1],"stated":4}"#),
        (
            r#"{"op":"first_above","series":{"#,
            &|at| format!(r#""{:04}-01":1,"#, at % 9_999),
            r#""9999-01":1},"month":"2005-05","threshold":5000,"stated_months":4000000000}"#,
        ),
        ("[", &|_| "[".to_owned(), ""),
    ] {
        let found = check(fill(head, entry, tail).as_bytes());
        assert!(!found.verdict.why.is_empty());
    }
}

#[test]
fn terminals_get_no_commands() {
    let found = check("{\"id\":\"a\\u001b[31m\\u202e\",\"op\":\"\\u0007\"}".as_bytes());
    let text = found.text();
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}', '\n']), "{text:?}");
    assert!(found.text().starts_with("refused     a\u{fffd}[31m\u{fffd} "), "{text:?}");
    let japanese = check("{\"id\":\"五月の届出\",\"op\":\"x\"}".as_bytes()).text();
    assert!(
        japanese.starts_with(&format!("refused     五月の届出{}  ", " ".repeat(18))),
        "{japanese}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to a line, it has a verdict; and what is still a claim is written and read
    /// as itself.
    #[test]
    fn damaged_lines(
        at in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        length in 0..4_usize,
        by in prop::collection::vec(prop::sample::select(b"0123456789-.e{}[]:,\"\\ \xffntu".to_vec()), 0..4),
    ) {
        let lines: Vec<&str> = SAMPLES.lines().collect();
        let mut line = lines[at.index(lines.len())].as_bytes().to_vec();
        let from = place.index(line.len());
        let to = line.len().min(from + length);
        line.splice(from..to, by);
        let found = check(&line);
        prop_assert!(!found.verdict.why.is_empty());
        let json: crate::Json = found.to_string().parse().unwrap();
        prop_assert_eq!(json, found.json());
        if let Some(claim) = std::str::from_utf8(&line).ok().and_then(|line| line.parse::<Claim>().ok()) {
            prop_assert_eq!(claim.to_string().parse::<Claim>(), Ok(claim));
        }
    }
}
