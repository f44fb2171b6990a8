//! The bulletin of a month: made from its daily counts and a book of 5,000 reports, and verified.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::archive::renew;
use super::goal::{beside, table};
use super::work::{Work, take_turns};
use super::{Bench, traffic};
use crate::commands::run;
use crate::options::Options;

/// Goals of issue 6: wall time of `make` and of `verify`, s; MB at the peak of either.
const MAKE: f64 = 10.0;
const VERIFY: f64 = 2.0;
const MEMORY: f64 = 1_000.0;

/// The month of the capture.
const MONTH: &str = "2025-10";

/// Reports of viruses in the month: with those of access, 5,000.
const VIRUSES: u64 = 4_906;
/// Reports of unauthorized access.
const ACCESS: u64 = 94;

/// Families and their shares of a hundred reports.
const FAMILIES: [(&str, u64); 8] = [
    ("Netsky", 23),
    ("Mytob", 17),
    ("Mydoom", 15),
    ("Bagle", 13),
    ("Zafi", 11),
    ("Lovgate", 9),
    ("Klez", 7),
    ("Sober", 5),
];

/// Measures `bulletin make` and `bulletin verify`, and prints the table.
pub(super) fn measure(bench: &Bench, options: &Options) -> Result<()> {
    let data = bench.folder.join("bulletin");
    renew(&data)?;
    let archive = bench.archive("bulletin");
    import(bench, options, &data)?;
    report(bench, &data)?;
    bench.describe(options);
    let accesses = archive.sql("SELECT count(*) FROM access")?;
    println!("{accesses} accesses, {} reports", VIRUSES + ACCESS);
    let mut works = works(bench, &data);
    take_turns(&mut works, options.runs)?;
    let heading = ["bulletin", "wall s", "CPU s", "peak memory MB"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for (work, goal) in works.iter().zip([Some(MAKE), Some(VERIFY), None]) {
        rows.push(vec![
            work.name().to_owned(),
            beside(work.wall(), 2, goal),
            format!("{:.2}", work.cpu()),
            beside(work.peak(), 0, Some(MEMORY)),
        ]);
    }
    println!("\n{}\n", table(&rows));
    Ok(())
}

fn works(bench: &Bench, data: &Path) -> [Work; 3] {
    let path = |path: PathBuf| path.display().to_string();
    let (out, data) = (path(data.join("out")), path(data.to_owned()));
    let make = ["bulletin", "make", "--month", MONTH, "--data", &data, "--out", &out];
    [
        Work::new("make, in two languages", &bench.yagura, &make),
        Work::new("verify", &bench.yagura, &["bulletin", "verify", &out]),
        Work::new("verify --data", &bench.yagura, &["bulletin", "verify", &out, "--data", &data]),
    ]
}

/// The capture is removed, unless it was there before: it is large.
fn import(bench: &Bench, options: &Options, data: &Path) -> Result<()> {
    let there = traffic::path(&bench.folder, options.packets(), options.seed).exists();
    let capture = traffic::capture(&bench.folder, options.packets(), options.seed)?;
    let mut import = Command::new(&bench.yagura);
    import.args(["import", "--data"]).arg(data).arg("--points").arg(&bench.points).arg(&capture);
    run(&mut import)?;
    if !there {
        std::fs::remove_file(&capture).context("cannot remove the capture")?;
    }
    Ok(())
}

/// A book of this month and of the month before.
fn report(bench: &Bench, data: &Path) -> Result<()> {
    let folder = data.join("filings");
    std::fs::create_dir(&folder).context("cannot make the folder of filings")?;
    for (month, times) in [("2025-09", 9), (MONTH, 10)] {
        let table = folder.join(format!("{month}.csv"));
        let mut files = vec![(table, viruses(month, VIRUSES * times / 10))];
        for n in 0..ACCESS * times / 10 {
            files.push((folder.join(format!("{month}-{n}.txt")), access(month, n)));
        }
        let mut import = Command::new(&bench.yagura);
        import.args(["report", "import", "--data"]).arg(data);
        import.args(["--received", &format!("{month}-29T03:00:00Z")]);
        for (path, text) in files {
            std::fs::write(&path, text).context("cannot write a filing")?;
            import.arg(path);
        }
        run(&mut import)?;
    }
    Ok(())
}

/// A table of filings: every reporter, day and family once.
fn viruses(month: &str, reports: u64) -> String {
    let mut text = String::from("メールアドレス,発見日,ウイルス名,検出数\r\n");
    let shared: u64 = FAMILIES.iter().map(|(_, share)| reports * share / 100).sum();
    // What is left over by the division is the first family's.
    let mut left = reports - shared;
    for (family, share) in FAMILIES {
        for n in 0..reports * share / 100 + std::mem::take(&mut left) {
            let (who, day, pieces) = (n / 28, n % 28 + 1, 100 + n * 7 % 900);
            let _ =
                write!(text, "{who}@example.jp,{month}-{day:02},W32/{family}.A@MM,{pieces}\r\n");
        }
    }
    text
}

/// A form of one report.
fn access(month: &str, n: u64) -> String {
    let (category, yes, no) = match n % 9 {
        0 => ("intrusion", "x", " "),
        1 => ("dos", "x", " "),
        _ => ("access attempt", " ", "x"),
    };
    format!(
        "Category: {category}\nDamage: [{yes}] yes [{no}] no\nMail: {n}@example.org\nNote: {month} {n}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reporter_tells_of_a_family_once_a_day() {
        let text = viruses(MONTH, VIRUSES);
        let mut rows: Vec<&str> =
            text.lines().skip(1).map(|row| row.rsplit_once(',').unwrap().0).collect();
        let reports = rows.len() as u64;
        assert_eq!(reports, VIRUSES);
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len() as u64, reports);
        assert_eq!(FAMILIES.iter().map(|(_, share)| share).sum::<u64>(), 100);
    }
}
