//! Any bytes as lines of claims, at once and in small pieces.

#![no_main]

use claims::{Checked, Checker, Claim, Json, Tally};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = verdicts([bytes].into_iter());
    assert_eq!(verdicts(bytes.chunks(13)), whole);
    for checked in &whole.0 {
        assert!(!checked.verdict.why.is_empty() && !checked.text().contains('\n'));
        let line = checked.to_string();
        assert!(!line.contains('\n'));
        assert_eq!(line.parse::<Json>().expect("a verdict is JSON"), checked.json());
    }
    for line in bytes.split(|&byte| byte == b'\n') {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let Ok(claim) = text.parse::<Claim>() else { continue };
        let again: Claim = claim.to_string().parse().expect("a claim that was written is one");
        assert_eq!(again, claim);
        assert_eq!(again.check(), claim.check());
    }
});

fn verdicts<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Checked>, Tally) {
    let mut checker = Checker::default();
    let mut found: Vec<Checked> = pieces.flat_map(|piece| checker.feed(piece)).collect();
    let (last, tally) = checker.finish();
    found.extend(last);
    assert_eq!(tally.claims(), found.len() as u64);
    (found, tally)
}
