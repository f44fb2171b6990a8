//! May 2005: what IPA published of the month, and what the bulletin has to say of it on its own.

use claims::{Entries, Figure, Month, Months, Quoted, Row, Series};
use press::{Block, Document, Lang, Span};

use crate::bundle::{FIGURES, bundle, figures, verify};
use crate::{
    Both, Monitoring, Narrative, Refused, Reports, Summary, Tlp, Written, recompute, write,
};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn series(figures: &[(&str, u64)]) -> Series {
    figures.iter().map(|(of, count)| (month(of), Figure::exact(*count))).collect()
}

fn row(figures: &[(&str, u64)]) -> Row {
    figures.iter().map(|(of, count)| ((*of).to_owned(), Figure::exact(*count))).collect()
}

fn months(rows: &[(&str, &[(&str, u64)])]) -> Months {
    rows.iter().map(|(of, figures)| (month(of), row(figures))).collect()
}

/// A service that was asked for so often until the middle of the month, and so often since.
fn surging(before: u64, since: u64) -> Vec<u64> {
    [vec![before; 15], vec![since; 16]].concat()
}

/// The month as IPA published it in June 2005; the pieces of viruses, published in ten thousands, as
/// true values that round to those and give the change that was published with them.
pub(crate) fn may() -> Summary {
    Summary {
        month: month("2005-05"),
        days: 31,
        zone: "Asia/Tokyo".to_owned(),
        as_of: Some("2005-06-10T00:00:00Z".to_owned()),
        writer: "yagura".to_owned(),
        reports: Some(reports()),
        monitoring: Some(monitoring()),
        earlier: Vec::new(),
        narratives: Vec::new(),
    }
}

fn reports() -> Reports {
    Reports {
        zone: Some("Asia/Tokyo".to_owned()),
        virus: series(&[
            ("2004-11", 5_308),
            ("2004-12", 4_905),
            ("2005-01", 4_880),
            ("2005-02", 4_150),
            ("2005-03", 4_846),
            ("2005-04", 4_440),
            ("2005-05", 5_021),
        ]),
        virus_rule: "ipa-2005".to_owned(),
        detections: series(&[("2005-04", 3_376_000), ("2005-05", 3_554_000)]),
        families: months(&[
            ("2004-12", &[("Netsky", 1_296)]),
            ("2005-01", &[("Netsky", 1_179), ("Mydoom", 348), ("Bagle", 334)]),
            ("2005-02", &[("Netsky", 1_064), ("Bagle", 458), ("Mydoom", 333)]),
            ("2005-03", &[("Netsky", 1_262), ("Bagle", 484), ("Mydoom", 399)]),
            ("2005-04", &[("Netsky", 1_009), ("Mydoom", 377), ("Bagle", 330), ("Mytob", 302)]),
            ("2005-05", &[("Netsky", 1_128), ("Mytob", 584), ("Mydoom", 446), ("Bagle", 336)]),
        ]),
        pieces: months(&[
            ("2005-04", &[("Netsky", 3_080_000), ("Mytob", 90_000)]),
            ("2005-05", &[("Netsky", 2_890_000), ("Mytob", 450_000)]),
        ]),
        quoted_run: Some(Quoted {
            month: month("2005-03"),
            run: 13,
            source: Some("IPA".to_owned()),
        }),
        access: series(&[("2005-03", 59), ("2005-04", 48), ("2005-05", 94)]),
        access_rule: "access-one-category".to_owned(),
        damaged: series(&[("2005-03", 14), ("2005-04", 24), ("2005-05", 11)]),
        damaged_by: row(&[("intrusion", 10), ("dos", 1)]),
        harmless_by: row(&[("access attempt", 80), ("worm trace", 3)]),
        altered: Some(Figure::exact(7_u64)),
        breaks: Vec::new(),
    }
}

fn monitoring() -> Monitoring {
    let surging = surging(2_000, 9_000);
    let sql = surging.iter().sum();
    Monitoring {
        accesses: series(&[("2005-05", 594_960)]),
        sources: series(&[("2005-05", 201_345)]),
        points: 10,
        seconds_up: None,
        seconds_whole: None,
        coverage_assumed: true,
        services: row(&[("1433/tcp", sql), ("445/tcp", 240_000), ("135/tcp", 120_000)]),
        services_before: row(&[("445/tcp", 230_000), ("135/tcp", 150_000), ("1433/tcp", 61_000)]),
        days_of_services: Entries(vec![
            ("1433/tcp".to_owned(), surging),
            ("445/tcp".to_owned(), vec![7_700; 31]),
        ]),
        surges: Vec::new(),
        countries: Entries(Vec::new()),
        tools: Entries(Vec::new()),
        backscatter: None,
    }
}

/// A document as plain text, a block a line.
pub(crate) fn text(document: &Document) -> String {
    document.blocks.iter().map(|block| line(block) + "\n").collect()
}

fn line(block: &Block) -> String {
    match block {
        Block::Heading { text, .. } => text.clone(),
        Block::Paragraph(spans) => words(spans),
        Block::List(items) => items.iter().map(|item| words(item)).collect::<Vec<_>>().join("\n"),
        Block::Table { rows, .. } => {
            let row = |row: &Vec<press::Cell>| {
                row.iter().map(|cell| cell.text().to_owned()).collect::<Vec<_>>().join(" | ")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        Block::Glossary(entries) => {
            let entry = |entry: &press::Entry| format!("{}: {}", entry.term, entry.meaning);
            entries.iter().map(entry).collect::<Vec<_>>().join("\n")
        }
        Block::Chart { .. } | Block::Narrative { .. } => String::new(),
    }
}

/// The words of sentences, without the marks of terms.
fn words(spans: &[Span]) -> String {
    let spans = spans.iter().filter(|span| !matches!(span, Span::Mark { .. }));
    spans.map(Span::text).collect()
}

#[track_caller]
fn says(page: &str, sentence: &str) {
    assert!(page.contains(sentence), "{sentence:?} is not in\n{page}");
}

#[test]
fn may_2005_is_told_in_english() {
    let Written { documents: Both { en, .. }, withheld, .. } = write(&may());
    assert_eq!(en.lang, Lang::En);
    let page = text(&en);
    says(&page, "5,021 virus reports were received in May 2005, +13.1% from 4,440 in April 2005.");
    says(&page, "above 5,000 for the first time in 6 months (since November 2004)");
    says(
        &page,
        "about 3.55 million pieces of viruses were detected, +5.3% from about 3.38 million",
    );
    says(
        &page,
        "Netsky was reported most, 1,128 times. It has been the worst for 6 months running",
    );
    says(&page, "As IPA counted, it would be 15 months running");
    says(&page, "Its detections were about 2.89 million, \u{2212}6.2%");
    says(&page, "Mytob: 584 reports");
    says(
        &page,
        "Its detections were five times those of the month before: about 450,000 after 90,000.",
    );
    says(&page, "Mydoom: 446 reports");
    says(&page, "Bagle: 336 reports");
    says(
        &page,
        "94 reports of unauthorized access were received in May 2005, almost doubled from 48",
    );
    says(&page, "11 of them told of actual damage, down by more than half from 24");
    says(&page, "Intrusion: 10");
    says(&page, "DoS: 1");
    says(&page, "In 7 of the intrusions pages were altered.");
    says(
        &page,
        "594,960 accesses were counted at 10 points: about 1,900 accesses per point and day",
    );
    says(&page, "Accesses to 1433/tcp rose to four to five times their usual level from 16 May");
    assert_eq!(withheld, []);
}

#[test]
fn may_2005_is_told_in_japanese() {
    let page = text(&write(&may()).documents.ja);
    says(
        &page,
        "2005年5月のウイルスの届出件数は5,021件で、2005年4月の4,440件に対し13.1%増加しました。",
    );
    says(&page, "2004年11月以来、6か月ぶりに5,000件を超えました。");
    says(&page, "ウイルスの検出数は約355万個");
    says(&page, "6か月連続で最多です。");
    says(&page, "約45万個へと、5倍になりました。");
    says(&page, "94件で、2005年4月の48件からほぼ倍増しました。");
    says(&page, "11件で、2005年4月の24件から半数未満に減少しました。");
    says(&page, "一観測点一日あたり約1,900件");
    says(&page, "1433/tcpへのアクセスは、5月16日以降、通常の4～5倍に増加しました");
}

/// Each term is marked where it first appears, and its mark leads to what it means.
#[test]
fn terms_are_told() {
    let bundle = bundle(&may(), &Lang::ALL);
    for (lang, mark, term) in [
        (
            "en",
            "5,021</span> virus reports<sup><a class=\"mark\" href=\"#term-virus-reports\">*1</a></sup>",
            "virus reports",
        ),
        (
            "ja",
            "のウイルスの届出<sup><a class=\"mark\" href=\"#term-virus-reports\">*1</a></sup>件数は",
            "ウイルスの届出",
        ),
    ] {
        let page = bundle.text(&format!("index.{lang}.html")).unwrap();
        says(page, mark);
        says(
            page,
            &format!("<dt id=\"term-virus-reports\"><span class=\"mark\">*1</span> {term}</dt>"),
        );
        let marks: Vec<&str> = page
            .split("href=\"#term-")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(marks.len() >= 8, "{marks:?}");
        for id in &marks {
            assert_eq!(page.matches(&format!("id=\"term-{id}\"")).count(), 1, "{id}");
            assert_eq!(page.matches(&format!("#term-{id}\"")).count(), 1, "{id}");
        }
        assert_eq!(page.matches("id=\"term-").count(), marks.len());
    }
}

/// What an earlier bulletin told is compared with what is known now; what differs is told with both.
#[test]
fn revisions_are_told() {
    let april = |reports| crate::Earlier {
        month: month("2005-04"),
        figures: row(&[("virus", reports), ("access", 48), ("accesses", 500_000)]),
    };
    let told = |earlier| write(&Summary { earlier: vec![earlier], ..may() });
    let page = text(&told(april(4_440)).documents.en);
    says(
        &page,
        "2 figures of earlier bulletins were compared with what is known now: none was revised.",
    );
    let revised = told(april(4_430));
    assert_eq!((recompute(&revised.claims), &revised.withheld), (Vec::new(), &Vec::new()));
    let page = text(&revised.documents.en);
    says(
        &page,
        "2 figures of earlier bulletins were compared with what is known now; 1 was revised",
    );
    says(&page, "April 2005 | Virus reports | 4,430 | 4,440 | +10");
    says(&text(&revised.documents.ja), "2005年4月 | ウイルスの届出件数 | 4,430 | 4,440 | +10");
    let again = Summary { earlier: vec![may().told()], ..may() };
    assert_eq!(figures(&bundle(&again, &Lang::ALL)).unwrap(), again);
    assert_eq!(may().told().figures.0.len(), 6);
}

/// Over a break nothing is compared, and of two figures that differ none is told.
#[test]
fn breaks_and_conflicts_are_not_told_over() {
    let mut may = may();
    let reports = may.reports.as_mut().unwrap();
    reports.breaks =
        vec![claims::Break { month: month("2005-05"), why: Some("another form".to_owned()) }];
    reports.families.0.last_mut().unwrap().1.0.push(("Bagle".to_owned(), Figure::exact(337_u64)));
    reports.damaged = series(&[("2005-04", 9), ("2005-05", 11)]);
    let written = write(&may);
    let page = text(&written.documents.en);
    says(&page, "5,021 virus reports were received in May 2005.");
    says(&page, "Mydoom: 446 reports.");
    assert!(!page.contains("Bagle"), "{page}");
    assert!(!page.contains("from 4,440"), "{page}");
    says(&page, "11 of them told of actual damage, after 9 in April 2005.");
    let why =
        |id: &str| written.withheld.iter().find(|one| one.id == id).map(|one| one.why.clone());
    says(&why("virus-reports-change").unwrap(), "another form");
}

/// Whoever changes only how lines end is found too.
#[test]
fn changed_ends_of_lines_are_found() {
    let whole = bundle(&may(), &Lang::ALL);
    for (path, from, to) in [("index.en.html", "\n", "\r\n"), ("claims.json", "}\n", "}\n\n")] {
        let mut changed = whole.clone();
        changed.put(path, whole.text(path).unwrap().replace(from, to));
        let faults = verify(&changed);
        assert!(faults.iter().any(|fault| fault.place.starts_with(path)), "{path}: {faults:?}");
    }
    let mut longer = whole.clone();
    longer.put("data/services.csv", whole.text("data/services.csv").unwrap().to_owned() + "\r");
    assert_eq!(verify(&longer).len(), 1);
}

/// Every digit on a page is a claim's, the frame's, or marked as not ours; and every claim holds.
#[test]
fn every_number_is_a_claim() {
    let written = write(&may());
    assert_eq!(recompute(&written.claims), []);
    for document in [&written.documents.en, &written.documents.ja] {
        assert_eq!(document.stray_digits(), Vec::<&str>::new());
        let links = press::Links { others: &[], pdf: "bulletin.pdf", claims: "claims.json" };
        let page = press::page(document, &links);
        let named: Vec<&str> = page.split("data-claim=\"").skip(1).collect();
        assert!(named.len() > 60, "{}", named.len());
        for named in named {
            let id = named.split('"').next().unwrap();
            says(&written.claims, &format!("{{\"id\":\"{id}\""));
        }
    }
}

#[test]
fn a_month_without_data_says_so() {
    let written = write(&Summary { reports: None, monitoring: None, ..may() });
    let page = text(&written.documents.en);
    says(&page, "There is no data of virus reports in this month.");
    says(&page, "No point watched in this month.");
    assert_eq!(written.claims, "");
    says(&text(&written.documents.ja), "当月の観測データはありません。");
}

/// A thousand times a digit in a file is changed, and the MANIFEST made anew as who changed it would:
/// each time the place is named, or the figure is one of `figures.json` that nothing is printed of.
#[test]
fn a_changed_digit_is_found() {
    let whole = bundle(&may(), &Lang::ALL);
    assert_eq!(verify(&whole), []);
    let mut random = 2_005_u64;
    let mut tries = 0;
    while tries < 1_000 {
        let paths: Vec<&str> = whole.paths().filter(|path| *path != FIGURES).collect();
        let path = paths[below(&mut random, paths.len())];
        let mut bytes = whole.get(path).unwrap().to_vec();
        let at = below(&mut random, bytes.len());
        if !bytes[at].is_ascii_digit() {
            continue;
        }
        tries += 1;
        let other = b"0123456789"[below(&mut random, 10)];
        bytes[at] = if other == bytes[at] { b'0' + (other - b'0' + 1) % 10 } else { other };
        let mut changed = whole.clone();
        changed.put(path, bytes);
        let faults = verify(&changed);
        assert!(faults.iter().any(|fault| fault.place.starts_with(path)), "{path}: {faults:?}");
    }
}

/// A figure that is changed where all are computed from shows in every file that tells it.
#[test]
fn a_changed_operand_is_found() {
    let whole = bundle(&may(), &Lang::ALL);
    let figures = whole.text(FIGURES).unwrap();
    let mut changed = whole.clone();
    changed.put(FIGURES, figures.replacen("5021", "6021", 1));
    let faults = verify(&changed);
    for place in ["index.en.html", "index.ja.html", "claims.json", "data/virus-months.csv"] {
        assert!(faults.iter().any(|fault| fault.place.starts_with(place)), "{place}: {faults:?}");
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn below(state: &mut u64, bound: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % bound as u64) as usize
}

/// Neither a figure nor a word of what may not be told gets into any file.
#[test]
fn without_consent_or_clear_nothing_is_told() {
    let secret = |consent, tlp| Narrative {
        text: Both::words("the bank of Yokohama", "横浜の銀行"),
        consent,
        tlp,
    };
    let kept = vec![secret(false, Tlp::Clear), secret(true, Tlp::Green), secret(true, Tlp::Red)];
    let with = bundle(&Summary { narratives: kept, ..may() }, &Lang::ALL);
    assert_eq!(with, bundle(&may(), &Lang::ALL), "no byte differs from a bulletin without them");
    let told = Summary { narratives: vec![secret(true, Tlp::Clear)], ..may() };
    says(bundle(&told, &Lang::ALL).text("index.ja.html").unwrap(), "横浜の銀行");
    let text = Both::words("one of {access-reports}", "93 reports");
    let unproved = Narrative { text, ..secret(true, Tlp::Clear) };
    let refused = write(&Summary { narratives: vec![unproved], ..may() }).refused;
    assert_eq!(refused, [Refused::Unproved("93 reports".to_owned())]);
}

/// What is read from a bundle is what was written into it.
#[test]
fn figures_come_back() {
    let bundle = bundle(&may(), &Lang::ALL);
    assert_eq!(figures(&bundle).unwrap(), may());
}

/// The bundle in `samples/bulletin` is what is written today, but for its PDFs, which `tests/printed.rs` looks
/// at. `YAGURA_WRITE_SAMPLES=1` writes it anew, and that test its PDFs: look at its pages before you commit
/// them.
#[test]
fn the_sample_is_what_is_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/bulletin/2005-05");
    let folder = std::path::Path::new(folder);
    let made = bundle(&may(), &Lang::ALL);
    if std::env::var_os("YAGURA_WRITE_SAMPLES").is_some() {
        made.write(folder).unwrap();
        return;
    }
    let (sample, faults) = press::Bundle::read(folder).unwrap();
    assert_eq!(faults, []);
    assert_eq!(verify(&sample), []);
    for path in made.paths() {
        assert_eq!(sample.text(path), made.text(path), "{path}");
    }
    let printed = Lang::ALL.map(crate::pdf);
    let rest = sample.paths().filter(|path| made.get(path).is_none());
    assert_eq!(rest.collect::<Vec<_>>(), [&printed[0], &printed[1], crate::FONTS]);
}
