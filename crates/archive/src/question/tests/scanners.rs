//! Known scanners.

use gazetteer::Scanners;

use super::rows::Trial;
use crate::question::{Answer, ScannerCount, Scope};
use crate::session::Limits;
use crate::{Format, Query};

fn counts(answer: &Answer<ScannerCount>) -> Vec<(Option<&str>, [u64; 3])> {
    let of = |row: &ScannerCount| [row.accesses, row.packets.unwrap_or_default(), row.sources];
    answer.rows.iter().map(|row| (row.operator.as_deref(), of(row))).collect()
}

async fn trial() -> Trial {
    let trial = Trial::new().await;
    let shipped = Scanners::shipped();
    let (network, _) = shipped.networks().find(|(_, operator)| *operator == "censys").unwrap();
    let censys = network.addr().to_string();
    let sources = [censys.as_str(), "203.0.113.1", "203.0.113.1", "203.0.113.9", "2001:db8::1"];
    trial.add("north", "2025-10-02", None, &sources.map(|src| (src, None, None))).await;
    trial
}

#[tokio::test]
async fn the_shipped_list_is_asked_where_no_other_was_given() {
    let answer = trial().await.archive.scanners(&Scope::default()).await.unwrap();
    assert_eq!(counts(&answer), [(None, [4, 8, 3]), (Some("censys"), [1, 2, 1])]);
    assert!(answer.rule.contains("MISP warning lists and Maltrail"), "{}", answer.rule);
}

#[tokio::test]
async fn another_list_takes_its_place() {
    let trial = trial().await;
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&list, "203.0.113.0/29\tBureau of Scans\n2001:db8::/32\tbureau of scans\n")
        .unwrap();
    let archive = trial.archive.with_scanners(Scanners::from_files([list.path()]).unwrap());
    let answer = archive.scanners(&Scope::default()).await.unwrap();
    assert_eq!(counts(&answer), [(Some("bureau of scans"), [3, 6, 2]), (None, [2, 4, 2])]);
    assert!(answer.rule.contains("this observatory was given"), "{}", answer.rule);

    let text = "select scanner(ip('203.0.113.7')) as inside, scanner(ip('203.0.113.8')) as outside,
                       scanner(null) as nothing, scanner(src) as operator, count(*) as accesses
                from access group by 4 order by 4";
    let query = Query { text, limits: Limits::default(), format: Format::Csv };
    let mut out = Vec::new();
    archive.sql(query, &mut out).await.unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "inside,outside,nothing,operator,accesses\n\
         bureau of scans,,,bureau of scans,3\n\
         bureau of scans,,,,2\n"
    );
}

/// What the reference page calls a function, a query can call.
#[tokio::test]
async fn every_function_that_is_told_of_can_be_called() {
    let archive = trial().await.archive;
    for (call, _) in crate::FUNCTIONS {
        let text = format!("select {call} from access limit 1");
        let query = Query { text: &text, limits: Limits::default(), format: Format::Csv };
        archive.sql(query, &mut Vec::new()).await.unwrap();
    }
}
