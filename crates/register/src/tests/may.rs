//! April and May 2005 as IPA published them (monthly reports of April and May 2005), filed again by made
//! reporters: shuffled, in part twice, through every channel at once. The figures must come out.

use std::collections::BTreeMap;

use incident::record::{Category, Channel};
use incident::{Micros, Share};

use super::*;

/// A month's truth: reports and pieces in all, and of families.
struct Truth {
    month: &'static str,
    reports: usize,
    pieces: u64,
    families: &'static [(&'static str, usize, Option<u64>)],
    /// Category, damage, how many.
    access: &'static [(Category, bool, usize)],
    /// Of the intrusions, those where pages were altered.
    altered: usize,
}

const TRUTHS: [Truth; 2] = [
    Truth {
        month: "2005-04",
        reports: 4_440,
        pieces: 3_380_000,
        families: &[
            ("Netsky", 1_009, Some(3_080_000)),
            ("Mydoom", 377, None),
            ("Bagle", 330, None),
            ("Mytob", 302, Some(90_000)),
        ],
        access: &[
            (Category::Intrusion, true, 8),
            (Category::Dos, true, 8),
            (Category::AddressSpoofing, true, 1),
            (Category::Other, true, 7),
            (Category::AccessAttempt, false, 24),
        ],
        altered: 0,
    },
    Truth {
        month: "2005-05",
        reports: 5_021,
        pieces: 3_550_000,
        families: &[
            ("Netsky", 1_128, Some(2_890_000)),
            ("Mytob", 584, Some(450_000)),
            ("Mydoom", 446, None),
            ("Bagle", 336, None),
        ],
        access: &[
            (Category::Intrusion, true, 10),
            (Category::Dos, true, 1),
            (Category::AccessAttempt, false, 80),
            (Category::WormTrace, false, 3),
        ],
        altered: 7,
    },
];

/// The other families that were about.
const OTHERS: [&str; 8] = ["Klez", "Zafi", "Lovgate", "Sober", "Mimail", "Bagz", "Swen", "Bugbear"];

const ALTERED: &str = "information-content-security:unauthorised-information-modification";

/// How many makers' spellings of a name there are.
const SPELLINGS: usize = 5;

fn spelt(family: &str, how: usize) -> String {
    let variant = ["A", "B", "P", "Q", "AA"][how % 5];
    match how % SPELLINGS {
        0 => format!("W32/{family}.{variant}@MM"),
        1 => format!("WORM_{}.{variant}", family.to_uppercase()),
        2 => format!("Email-Worm.Win32.{family}.{}", variant.to_lowercase()),
        3 => format!("W32/{family}-{variant}"),
        _ => format!("W32.{family}.{variant}@mm"),
    }
}

/// One filing of one virus.
#[derive(Clone)]
struct Virus {
    who: usize,
    /// Of the month, from 0.
    day: i64,
    family: &'static str,
    received: Micros,
    pieces: u64,
    how: usize,
}

/// What arrives.
#[derive(Clone)]
struct Item {
    bytes: Vec<u8>,
    channel: Channel,
    received: Micros,
}

struct Maker {
    random: Random,
    items: Vec<Item>,
}

impl Maker {
    fn month(&mut self, truth: &Truth) {
        let (begin, _) =
            month(truth.month).span(&jiff::tz::TimeZone::get("Asia/Tokyo").unwrap()).unwrap();
        let mut filings = self.viruses(truth, begin);
        self.pieces(truth, &mut filings, begin);
        self.random.shuffle(&mut filings);
        // A third each as forms, mails and rows of tables; the tables of one day each.
        let mut tables: BTreeMap<i64, Vec<Virus>> = BTreeMap::new();
        for (n, filing) in filings.into_iter().enumerate() {
            match n % 3 {
                0 => self.push(form(&filing, truth.month), Channel::Form, filing.received),
                1 => {
                    let bytes = mail(&form_text(&filing, truth.month), n);
                    self.push(bytes, Channel::Mail, filing.received);
                }
                _ => tables.entry((filing.received - begin) / DAY).or_default().push(filing),
            }
        }
        for (day, rows) in tables {
            self.push(table(&rows, truth.month), Channel::File, begin + day * DAY + HOUR);
        }
        self.access(truth, begin);
    }

    fn push(&mut self, bytes: Vec<u8>, channel: Channel, received: Micros) {
        self.items.push(Item { bytes, channel, received });
    }

    /// As many keys as there are reports, some of them filed again later.
    fn viruses(&mut self, truth: &Truth, begin: Micros) -> Vec<Virus> {
        let named: usize = truth.families.iter().map(|(_, reports, _)| reports).sum();
        let rest = truth.reports - named;
        let mut wanted: Vec<(&str, usize)> =
            truth.families.iter().map(|(family, reports, _)| (*family, *reports)).collect();
        for (at, family) in OTHERS.iter().enumerate() {
            let more = usize::from(at < rest % OTHERS.len());
            wanted.push((family, rest / OTHERS.len() + more));
        }
        let mut filings = Vec::new();
        for (family, reports) in wanted {
            for n in 0..reports {
                // Each pair of reporter and day once for a family.
                let (who, day) = (n / 28, (n % 28) as i64);
                // Tables of a day are received at its hour: all of a day are.
                let received = begin + day * DAY + HOUR;
                let how = self.random.below(100);
                let filing = Virus { who, day, family, received, pieces: 0, how };
                if n % 7 == 0 {
                    // Again, days later and under another maker's name; in part a month later.
                    let later =
                        Virus { received: received + 5 * DAY, how: how + 1, ..filing.clone() };
                    filings.push(later);
                }
                filings.push(filing);
            }
        }
        filings
    }

    /// Pieces onto filings of the month, and some hundreds into logs.
    fn pieces(&mut self, truth: &Truth, filings: &mut [Virus], begin: Micros) {
        let mut left = truth.pieces;
        let of = |families: &[(&'static str, usize, Option<u64>)]| -> Vec<(&'static str, u64)> {
            families.iter().filter_map(|(family, _, pieces)| Some((*family, (*pieces)?))).collect()
        };
        let mut wanted = of(truth.families);
        left -= wanted.iter().map(|(_, pieces)| pieces).sum::<u64>();
        wanted.push(("Klez", left));
        for (family, pieces) in wanted {
            let logged = 150;
            let log: String = (0..logged)
                .map(|n| format!("{} -> /mail/{n}: Worm.{family}.P FOUND\n", stamp(begin, n)))
                .collect();
            self.push(log.into_bytes(), Channel::Log, begin + 20 * DAY);
            // What a month's filings are received in the next month with is the next month's.
            let mine: Vec<&mut Virus> = filings
                .iter_mut()
                .filter(|filing| filing.family == family && filing.received < begin + 28 * DAY)
                .collect();
            let (many, pieces) = (mine.len() as u64, pieces - logged);
            for (n, filing) in (0..).zip(mine) {
                filing.pieces = pieces / many + u64::from(n < pieces % many);
            }
        }
    }

    fn access(&mut self, truth: &Truth, begin: Micros) {
        let mut n = 0;
        for (category, damage, times) in truth.access {
            for at in 0..*times {
                n += 1;
                let received = begin + (n as i64 % 28) * DAY + 2 * HOUR;
                let facet = if *category == Category::Intrusion && at < truth.altered {
                    format!("Facets: intrusions:system-compromise; {ALTERED}\n")
                } else {
                    String::new()
                };
                let more = format!(
                    "Mail: {n}@example.org\nNote: masquerading, {} {n}\n{facet}",
                    truth.month
                );
                let form = access_form(category.as_str(), *damage, &more);
                match n % 4 {
                    0 if *category == Category::AccessAttempt => {
                        self.push(xarf(truth.month, n), Channel::Api, received);
                    }
                    1 => self.push(mail(&form, 100_000 + n), Channel::Mail, received),
                    2 => self.push(japanese(&form), Channel::Mail, received),
                    _ => self.push(form.into_bytes(), Channel::Form, received),
                }
            }
        }
    }
}

/// A time of the month as `clamd` writes it, in Tokyo.
fn stamp(begin: Micros, n: u64) -> String {
    let at = jiff::Timestamp::from_microsecond(begin + n as i64 * HOUR).unwrap();
    at.in_tz("Asia/Tokyo").unwrap().strftime("%a %b %e %H:%M:%S %Y").to_string()
}

fn form_text(filing: &Virus, month: &str) -> String {
    let Virus { who, day, family, pieces, how, .. } = filing;
    let name = spelt(family, *how);
    if how % 2 == 0 {
        format!(
            "メールアドレス：{who}@example.jp\n発見日：{month}-{:02}\n状況：■発見 □感染\nウイルス名：{name}\n検出数：{pieces}個\n",
            day + 1
        )
    } else {
        format!(
            "E-mail: {who}@EXAMPLE.jp\nDiscovery date: {month}-{:02}\nStatus: [x] found [ ] infected\nVirus name: {name}\nPieces: {pieces}\nNarrative: no. {}\n",
            day + 1,
            filing.received
        )
    }
}

/// A form; two equal ones are two filings, so that each says when it was written.
fn form(filing: &Virus, month: &str) -> Vec<u8> {
    format!(
        "{}Sector: {}\n",
        form_text(filing, month).replace("Narrative", "Note"),
        filing.received
    )
    .into_bytes()
}

/// A mail: UTF-8, ISO-2022-JP declared or not.
fn mail(text: &str, n: usize) -> Vec<u8> {
    let head = format!(
        "From: <{n}@gate.example>\r\nMessage-ID: <{n}@gate.example>\r\nSubject: report\r\n"
    );
    let (charset, body) = match n % 3 {
        0 => ("Content-Type: text/plain; charset=UTF-8\r\n", text.as_bytes().to_vec()),
        1 => ("Content-Type: text/plain; charset=ISO-2022-JP\r\n", iso2022(text)),
        _ => ("", iso2022(text)),
    };
    [format!("{head}{charset}\r\n").into_bytes(), body].concat()
}

fn japanese(form: &str) -> Vec<u8> {
    let text = format!(
        "お世話になります。\n{}",
        form.replace("Damage", "被害の有無").replace("Category", "分類")
    );
    mail(&text, 2 + 3 * form.len())
}

fn iso2022(text: &str) -> Vec<u8> {
    encoding_rs::ISO_2022_JP.encode(text).0.into_owned()
}

fn table(rows: &[Virus], month: &str) -> Vec<u8> {
    let mut text = String::from("メールアドレス,発見日,ウイルス名,検出数\r\n");
    for Virus { who, day, family, pieces, how, .. } in rows {
        let (name, day) = (spelt(family, *how), day + 1);
        text.push_str(&format!("{who}@example.jp,{month}-{day:02},{name},\"{pieces}\"\r\n"));
    }
    text.into_bytes()
}

fn xarf(month: &str, n: usize) -> Vec<u8> {
    format!(
        r#"{{"xarf_version":"4.0.0","report_id":"{month}-{n}","timestamp":"{month}-10T10:00:00Z","reporter":{{"org":"x","contact":"{n}@example.org"}},"category":"connection","type":"port_scan","source_identifier":"192.0.2.1"}}"#
    )
    .into_bytes()
}

fn made() -> Vec<Item> {
    let mut maker = Maker { random: Random(2_005), items: Vec::new() };
    for truth in &TRUTHS {
        maker.month(truth);
    }
    let Maker { mut random, mut items } = maker;
    // A fifth comes again, by another channel too, and later.
    let again: Vec<Item> = (0..items.len() / 5)
        .map(|_| {
            let item = random.of(&items).clone();
            let other = [item.channel, Channel::File, Channel::Api][random.below(3)];
            Item { received: item.received + DAY, channel: other, ..item }
        })
        .collect();
    items.extend(again);
    random.shuffle(&mut items);
    items
}

pub(super) fn the_truth_comes_out(shelf: &Shelf) {
    let mut book = shelf.book();
    let items = made();
    for some in items.chunks(500) {
        let raws: Vec<Raw<'_>> =
            some.iter().map(|item| raw(&item.bytes, item.channel, item.received)).collect();
        for taken in book.take_in(&raws, NOW).unwrap() {
            assert!(taken.faults.is_empty(), "{:?}", taken.faults);
        }
    }
    let totals = book.totals().unwrap();
    assert_eq!(totals.received, items.len() as u64);
    assert_eq!(totals.by_disposition.values().sum::<u64>(), totals.received);
    assert!(totals.filings > 10_000, "{totals:?}");
    for truth in &TRUTHS {
        holds(&mut book, truth);
    }
    // One filing is one under the other rule: more, as some were filed again.
    assert!(total(&mut book, "ipa-2019", "2005-05") > 5_021);
    book.audit().unwrap();
}

fn holds(book: &mut Register, truth: &Truth) {
    let of = month(truth.month);
    let reports = book.count("ipa-2005", of).unwrap();
    assert_eq!(reports.total, Share::whole(truth.reports as u64), "{}", truth.month);
    assert!(reports.awaiting.is_empty(), "{:?}", reports.awaiting);
    let detections = book.count("detections-2004", of).unwrap();
    assert_eq!(detections.total, Share::whole(truth.pieces), "{}", truth.month);
    for (family, wanted, pieces) in truth.families {
        assert_eq!(reports.parts[*family], Share::whole(*wanted as u64), "{family}");
        if let Some(pieces) = pieces {
            assert_eq!(detections.parts[*family], Share::whole(*pieces), "{family}");
        }
    }
    let access = book.count("access-one-category", of).unwrap();
    let sum = |damaged: bool| -> usize {
        let mine = truth.access.iter().filter(|(_, damage, _)| *damage || !damaged);
        mine.map(|(_, _, times)| times).sum()
    };
    assert_eq!(access.total, Share::whole(sum(false) as u64));
    assert_eq!(access.damaged, Share::whole(sum(true) as u64));
    for (category, damage, times) in truth.access {
        let parts = if *damage { &access.damaged_parts } else { &access.parts };
        assert_eq!(parts[category.as_str()], Share::whole(*times as u64), "{category}");
    }
    let labels = book.count("rsit-weighted", of).unwrap();
    assert_eq!(labels.total, access.total);
    let altered = labels.parts.get(ALTERED).copied().unwrap_or_default();
    assert_eq!(altered, Share::one_of(2).unwrap().times(truth.altered as u64));
}

#[test]
fn on_sqlite() {
    the_truth_comes_out(&Shelf::folder());
}

/// The same over a socket.
#[test]
fn on_postgresql() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    the_truth_comes_out(&Shelf::Cluster(cluster));
}

/// The figures above are those of the shared data.
#[test]
fn the_truth_is_the_published_one() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ipa");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
    let (Ok(virus), Ok(family), Ok(access)) =
        (read("virus_monthly.csv"), read("virus_family_monthly.csv"), read("access_monthly.csv"))
    else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{folder} is absent");
        eprintln!("skipped: {folder} is absent");
        return;
    };
    let has = |text: &str, begin: String| text.lines().any(|line| line.starts_with(&begin));
    for truth in &TRUTHS {
        let Truth { month, reports, pieces, .. } = truth;
        assert!(has(&virus, format!("{month},{reports},{pieces},")), "{month}");
        for (name, reports, pieces) in truth.families {
            assert!(has(&family, format!("{month},W32/{name},reports,{reports},")), "{name}");
            if let Some(pieces) = pieces {
                assert!(has(&family, format!("{month},W32/{name},detections,{pieces},")), "{name}");
            }
        }
        let all: usize = truth.access.iter().map(|(_, _, times)| times).sum();
        let damaged: usize = truth.access.iter().filter(|a| a.1).map(|a| a.2).sum();
        assert!(has(&access, format!("{month},{all},{damaged},")), "{month}");
    }
}
