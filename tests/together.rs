//! Several programs on one archive at the same moment.

use std::process::{Child, Stdio};

use testkit::Scenario;

use crate::common::{Observatory, Said, add_up, count};

fn begin(observatory: &Observatory, arguments: &[String]) -> Child {
    let mut command = observatory.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Cron knows nothing of what still runs: imports that meet neither lose rows nor count them twice,
/// not even those of the same file.
#[test]
fn imports_that_meet() {
    let observatory = Observatory::new();
    let (mut accesses, mut imports) = (0, Vec::new());
    for seed in 1..=3 {
        let path = observatory.file(&format!("{seed}.pcap"), "");
        let mut scenario = Scenario::new(seed);
        scenario.everything(3).write_pcap(&path).unwrap();
        let alone = Observatory::new().import(&["--point", "p"], &[&path], 0);
        accesses += count(&alone, "accesses");
        let import = Observatory::import_of(&["--point", "p", "--overlap"], &[&path]);
        imports.extend([import.clone(), import]);
    }
    let children: Vec<Child> = imports.iter().map(|import| begin(&observatory, import)).collect();
    let asking = observatory.run(&["ask", "days"]);
    for child in children {
        let said: Said = child.wait_with_output().unwrap().into();
        add_up(&said.ended(0).json());
    }
    asking.ended(0);
    let rows = observatory.sql(
        "select (select count(*) from access) as access, (select sum(accesses) from daily) as daily,
                (select sum(accesses) from import) as entered,
                (select sum(packets) from access) as packets,
                (select sum(access_packets) from coverage) as covered",
    );
    let row = &rows[0];
    let told = ["access", "daily", "entered"].map(|key| count(row, key));
    assert_eq!(told, [accesses; 3], "{row}");
    assert_eq!(count(row, "packets"), count(row, "covered"));
}
