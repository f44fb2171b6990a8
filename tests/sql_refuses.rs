//! What `yagura sql` refuses: everything that is no question to the tables.

use std::fs;
use std::path::Path;

use crate::common::{Observatory, files_below};
use crate::inputs::sample;

/// Whoever may ask may still not write, set, or read another file: an analyst's query is run on the
/// machine that holds the archive.
#[test]
fn whatever_does_more_than_ask_the_tables() {
    let observatory = Observatory::new();
    let capture = sample("test-for-accurate-scan-summary.pcap.xz");
    observatory.import(&["--point", "lbl"], &[capture], 0);
    let secret = observatory.file("secret.csv", "name,word\nroot,geheimnis\n");
    let secret = secret.to_str().unwrap();
    let out = observatory.file("out", "").with_file_name("stolen.csv");
    let out = out.to_str().unwrap();
    let parquet =
        files_below(&observatory.data()).unwrap().into_iter().find(|path| is_parquet(path));
    let parquet = parquet.unwrap().display().to_string();
    observatory.run(&["ask", "days"]).ended(0);
    let before = state(&observatory.data());

    let queries = [
        "create table t (x int)".to_owned(),
        "create table t as select * from access".to_owned(),
        "create or replace view access as select 1".to_owned(),
        "create schema s".to_owned(),
        "create function f() returns int return 1".to_owned(),
        format!("create external table t stored as csv location '{secret}'"),
        format!("create external table t stored as parquet location '{parquet}'"),
        "drop table access".to_owned(),
        "drop view access".to_owned(),
        "alter table access add column x int".to_owned(),
        "insert into access select * from access".to_owned(),
        "insert into coverage select * from coverage".to_owned(),
        "delete from access".to_owned(),
        "update access set packets = 0".to_owned(),
        "truncate table access".to_owned(),
        format!("copy (select 1) to '{out}'"),
        format!("copy access to '{out}' stored as csv"),
        format!("explain analyze copy (select 1) to '{out}'"),
        "set datafusion.execution.batch_size = 1".to_owned(),
        "set datafusion.catalog.location = '/'".to_owned(),
        "begin".to_owned(),
        "commit".to_owned(),
        "prepare p as select 1".to_owned(),
        "deallocate p".to_owned(),
        "select 1; drop table access".to_owned(),
        "select 1; select 2".to_owned(),
        String::new(),
        format!("select * from '{secret}'"),
        format!("select * from \"{secret}\""),
        format!("select * from '{parquet}'"),
        "select * from '/etc/passwd'".to_owned(),
        format!("select * from 'file://{secret}'"),
        "select * from 'http://127.0.0.1:9/x.csv'".to_owned(),
        "select * from 's3://bucket/x.parquet'".to_owned(),
        format!("select * from read_parquet('{parquet}')"),
        format!("select * from parquet_metadata('{parquet}')"),
        format!("select * from read_csv('{secret}')"),
        format!("select read_text('{secret}')"),
        format!("select * from read_json('{secret}')"),
        format!("select pg_read_file('{secret}')"),
        format!("select load_extension('{secret}')"),
    ];
    let mut wrong = Vec::new();
    for query in &queries {
        let said = observatory.run(&["sql", "--format", "csv", query]);
        let sentence = said.err.starts_with("yagura: ") && said.err.trim_end().lines().count() >= 1;
        let told = said.out.contains("geheimnis") || said.err.contains("geheimnis");
        if said.status != Some(1) || !sentence || told || !said.out.is_empty() {
            wrong.push(format!("{query}: {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!Path::new(out).exists());
    assert_eq!(state(&observatory.data()), before, "the archive was touched");
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "parquet")
}

/// Every file and what is in it.
fn state(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let file = |path: &std::path::PathBuf| (path.display().to_string(), fs::read(path).unwrap());
    files_below(folder).unwrap().iter().map(file).collect()
}
