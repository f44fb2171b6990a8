//! Whoever changes a bulletin is found: a random digit of any file while the MANIFEST stays, and any claimed
//! figure of a page, a PDF, a table or a claim with a MANIFEST that was made to fit.
//!
//! `YAGURA_TAMPERS`: how many tries of each kind; 1,000 where it is not said.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use press::{Bundle, MANIFEST};

use crate::common::{has, number_from};
use crate::printed::sample;

fn tries() -> u64 {
    number_from("YAGURA_TAMPERS", 1_000)
}

/// A generator of Marsaglia's (xorshift), so that every run makes the same changes.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Another digit.
    fn other(&mut self, digit: u8) -> u8 {
        let digits: Vec<u8> = (b'0'..=b'9').filter(|other| *other != digit).collect();
        *self.of(&digits)
    }
}

fn digits(bytes: &[u8], within: Range<usize>) -> Vec<usize> {
    within.filter(|at| bytes[*at].is_ascii_digit()).collect()
}

/// A digit of any file, the MANIFEST itself too.
#[test]
fn a_digit_of_any_file_is_found_by_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, faults) = Bundle::read(&sample()).unwrap();
    assert_eq!(faults, []);
    bundle.write(folder.path()).unwrap();
    let mut files: Vec<&str> = bundle.paths().collect();
    files.push(MANIFEST);
    let mut chance = Chance(1);
    for _ in 0..tries() {
        let file = *chance.of(&files);
        let path = folder.path().join(file);
        let bytes = fs::read(&path).unwrap();
        let at = *chance.of(&digits(&bytes, 0..bytes.len()));
        let mut changed = bytes.clone();
        changed[at] = chance.other(bytes[at]);
        fs::write(&path, &changed).unwrap();
        let (_, faults) = Bundle::read(folder.path()).unwrap();
        let is_named = |place: &str| file == MANIFEST || place.starts_with(file);
        let named = faults.iter().any(|fault| is_named(&fault.place));
        assert!(named, "{file}, byte {at}: {faults:?}");
        fs::write(&path, &bytes).unwrap();
    }
    assert_eq!(Bundle::read(folder.path()).unwrap(), (bundle, Vec::new()));
}

/// Where claimed figures stand in a page: between a tag with `data-claim` and the next tag.
fn of_page(page: &str) -> Vec<usize> {
    let tags = page.match_indices("data-claim=\"");
    let figures = tags.flat_map(|(at, _)| {
        let from = at + page[at..].find('>').unwrap() + 1;
        digits(page.as_bytes(), from..from + page[from..].find('<').unwrap())
    });
    figures.collect()
}

/// Where figures stand in a table: below its head.
fn of_table(table: &str) -> Vec<usize> {
    digits(table.as_bytes(), table.find('\n').unwrap()..table.len())
}

/// Any claimed figure of a page, a table or a claim, with a MANIFEST made to fit, which a bundle in memory
/// always has: what is written anew says otherwise, and where.
#[test]
fn a_claimed_figure_is_found_by_writing_anew() {
    let (bundle, _) = Bundle::read(&sample()).unwrap();
    let texts: Vec<&str> = bundle
        .paths()
        .filter(|path| {
            path.ends_with(".html") || path.ends_with(".csv") || *path == summary::CLAIMS
        })
        .collect();
    let mut chance = Chance(2);
    for _ in 0..tries() {
        let file = *chance.of(&texts);
        let text = bundle.text(file).unwrap();
        let places = match file {
            _ if file.ends_with(".html") => of_page(text),
            _ if file.ends_with(".csv") => of_table(text),
            _ => digits(text.as_bytes(), 0..text.len()),
        };
        let at = *chance.of(&places);
        let mut changed = text.as_bytes().to_vec();
        changed[at] = chance.other(changed[at]);
        let mut forged = bundle.clone();
        forged.put(file, changed);
        let faults = summary::verify(&forged);
        let line = text[..at].lines().count().max(1);
        let named = faults.iter().any(|fault| fault.place.starts_with(&format!("{file}, line ")));
        assert!(named, "{file}, about line {line}: {faults:?}");
    }
}

/// A PDF's bold letters, in which figures are set: where each digit's code stands, and the codes of all digits.
struct Bold {
    places: Vec<usize>,
    codes: Vec<[u8; 4]>,
}

impl Bold {
    fn of(pdf: &[u8]) -> Bold {
        // Bytes as letters, so that places in the text are places in the file.
        let text: String = pdf.iter().map(|byte| char::from(byte & 0x7f)).collect();
        let codes = text
            .split("beginbfchar")
            .skip(1)
            .map(|map| {
                let rows = map.split("endbfchar").next().unwrap().lines();
                let digit = |row: &str| {
                    let (code, letter) = row.trim().split_once("> <")?;
                    let letter = u32::from_str_radix(letter.trim_end_matches('>'), 16).ok()?;
                    let code: [u8; 4] = code.trim_start_matches('<').as_bytes().try_into().ok()?;
                    char::from_u32(letter)?.is_ascii_digit().then_some(code)
                };
                rows.filter_map(digit).collect::<Vec<_>>()
            })
            // Figures are what the bold font is for: it has every digit.
            .find(|codes| codes.len() == 10)
            .unwrap();
        let mut places = Vec::new();
        for (at, _) in
            text.match_indices("BT ").filter(|(at, _)| text[*at..].starts_with("BT 0 Tr/f0 "))
        {
            let end = at + text[at..].find("ET").unwrap();
            let (mut from, mut inside) = (at, false);
            while from < end {
                match pdf[from] {
                    b'<' => (inside, from) = (true, from + 1),
                    b'>' => (inside, from) = (false, from + 1),
                    _ if inside => {
                        if codes.iter().any(|code| pdf[from..].starts_with(code)) {
                            places.push(from);
                        }
                        from += 4;
                    }
                    _ => from += 1,
                }
            }
        }
        Bold { places, codes }
    }
}

/// Any figure in a PDF, where the attacker has no need of its font: the letters are read and are others.
#[test]
fn a_figure_in_a_pdf_is_found_by_reading() {
    if !has("qpdf", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (bundle, _) = Bundle::read(&sample()).unwrap();
    let documents = summary::write(&summary::figures(&bundle).unwrap()).documents;
    let mut chance = Chance(3);
    for document in [&documents.en, &documents.ja] {
        let file = summary::pdf(document.lang);
        let pdf = plain(&sample().join(&file), &folder.path().join(&file));
        assert_eq!(print::compare(&pdf, &file, document, summary::CLAIMS), []);
        let bold = Bold::of(&pdf);
        assert!(bold.places.len() > 100, "{}", bold.places.len());
        for _ in 0..tries() / 2 {
            let at = *chance.of(&bold.places);
            let mut changed = pdf.clone();
            let others: Vec<&[u8; 4]> =
                bold.codes.iter().filter(|code| !pdf[at..].starts_with(*code)).collect();
            changed[at..at + 4].copy_from_slice(*chance.of(&others));
            let faults = print::compare(&changed, &file, document, summary::CLAIMS);
            let place = &faults.first().expect("the change is found").place;
            assert!(place.starts_with(&format!("{file}, page ")), "{place}");
        }
    }
}

/// A PDF without compression, whose letters can be changed in place.
fn plain(from: &Path, to: &Path) -> Vec<u8> {
    let options = ["--qdf", "--object-streams=disable"];
    let done = Command::new("qpdf").args(options).arg(from).arg(to).status().unwrap();
    assert!(done.success());
    fs::read(to).unwrap()
}
