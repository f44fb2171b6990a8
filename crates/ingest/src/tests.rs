//! Files into an archive in a temporary folder.

use std::path::{Path, PathBuf};

use archive::question::Scope;
use archive::{Archive, Limits, Query};
use capture::fold::{Mode, Spans, Watch, WatchedPoint};
use gazetteer::Atlas;
use url::Url;

use crate::{FileSummary, Import, ImportError, Orders};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../samples/test-for-accurate-scan-summary.pcap.xz")
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

async fn open(folder: &Path) -> Archive {
    Archive::open(&Url::from_directory_path(folder).unwrap(), "UTC").await.unwrap()
}

fn watch(name: &str, nets: &[&str]) -> Watch {
    let nets = nets.iter().map(|net| net.parse().unwrap()).collect();
    let point = name.parse().unwrap();
    Watch::new(vec![WatchedPoint { point, mode: Mode::Dark, nets, expect: Vec::new() }]).unwrap()
}

async fn import(
    archive: &Archive,
    watch: Watch,
    overlap: bool,
    file: &Path,
) -> Result<FileSummary, ImportError> {
    let orders = Orders { overlap, ..Orders::new(watch, Spans::default()) };
    Import::new(archive, &Atlas::shipped(), orders).file(file, &|_, _| {}).await
}

async fn csv(archive: &Archive, query: &str) -> String {
    let mut out = Vec::new();
    let query = Query { text: query, limits: Limits::default(), format: archive::Format::Csv };
    archive.sql(query, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_file_is_imported_once() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let archive = open(folder.path()).await;
        let all = || watch("lbl", &[]);
        let first = import(&archive, all(), false, &sample()).await.unwrap();
        assert_eq!((first.counts.packets, first.counts.access_packets), (600, 600));
        let again = import(&archive, all(), false, &sample()).await.unwrap();
        assert!(again.counts.already_imported);
        assert_eq!(again.counts.packets, 0);
        let rows =
            csv(&archive, "select sum(packets), sum(syns), count(distinct src) from access").await;
        assert_eq!(rows.lines().nth(1), Some("600,599,91"));
        let hours = csv(
            &archive,
            "select sum(packets), sum(access_packets), sum(seconds_up) from coverage",
        )
        .await;
        assert_eq!(hours.lines().nth(1), Some("600,600,264195"));
        let tools =
            csv(&archive, "select tool, count(*) from access where tool = 'mirai' group by tool")
                .await;
        assert!(tools.contains("mirai,"), "{tools}");
    });
}

#[test]
fn what_would_be_counted_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let archive = open(folder.path()).await;
        import(&archive, watch("lbl", &[]), false, &sample()).await.unwrap();
        let other = import(&archive, watch("lbl", &["128.3.0.0/16"]), true, &sample()).await;
        assert!(matches!(other, Err(ImportError::OtherSettings { .. })), "{other:?}");
        let within = sample().with_file_name("23-tcp-scan.pcap.xz");
        let overlapping = import(&archive, watch("lbl", &[]), false, &within).await;
        assert!(matches!(overlapping, Err(ImportError::Overlaps { .. })), "{overlapping:?}");
        let allowed = import(&archive, watch("lbl", &[]), true, &within).await.unwrap();
        assert_eq!(allowed.counts.packets, 31_933);
    });
}

#[test]
fn daily_counts_equal_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let archive = open(folder.path()).await;
        import(&archive, watch("a", &[]), false, &sample()).await.unwrap();
        let within = sample().with_file_name("23-tcp-scan.pcap.xz");
        import(&archive, watch("b", &[]), false, &within).await.unwrap();
        let rows = "select day, point, protocol, dst_port, icmp_type, kind, count(*), sum(packets), count(distinct src)
                    from access group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6";
        let daily = "select day, point, protocol, port, icmp_type, kind, accesses, packets, sources
                     from daily where kind is not null order by 1, 2, 3, 4, 5, 6";
        let body = |text: String| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let (rows, daily) = (body(csv(&archive, rows).await), body(csv(&archive, daily).await));
        assert!(rows.len() > 3);
        assert_eq!(rows, daily);
        let days = archive.days(&Scope::default()).await.unwrap();
        assert_eq!(days.rows.iter().filter_map(|row| row.packets).sum::<u64>(), 32_533);
        archive.compact(2).await.unwrap();
        let after = body(csv(&archive, "select sum(accesses), sum(packets) from daily").await);
        let before = body(csv(&archive, "select count(*), sum(packets) from access").await);
        assert_eq!(after, before);
    });
}

#[test]
fn days_that_are_dropped_keep_their_counts() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let archive = open(folder.path()).await;
        let scan = sample().with_file_name("23-tcp-scan.pcap.xz");
        import(&archive, watch("lbl", &[]), false, &scan).await.unwrap();
        let counts = "select day, sum(accesses), sum(packets), sum(sources) from daily group by 1 order by 1";
        let before = csv(&archive, counts).await;
        let dropped = archive.retire_before("2018-03-28".parse().unwrap()).await.unwrap();
        assert_eq!(dropped.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2018-03-27"]);
        let rows = csv(&archive, "select min(day), count(*) from access").await;
        assert_eq!(rows.lines().nth(1), Some("2018-03-28,4030"));
        assert_eq!(csv(&archive, counts).await, before);
        let late = import(&archive, watch("other", &[]), false, &scan).await;
        let said = late.unwrap_err().to_string();
        assert!(said.contains("2018-03-27 was dropped"), "{said}");
        assert_eq!(archive.ledger().await.unwrap().len(), 1);
    });
}

#[test]
fn files_that_nobody_needs_are_deleted() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let archive = open(folder.path()).await;
        import(&archive, watch("a", &[]), false, &sample()).await.unwrap();
        import(&archive, watch("b", &[]), false, &sample()).await.unwrap();
        let rows = csv(&archive, "select count(*), sum(packets) from access").await;
        let orphan = folder.path().join("access/day=2018-03-26/part-orphan.parquet");
        std::fs::write(&orphan, "left by a killed import").unwrap();
        let log = folder.path().join("access/_delta_log");
        let commits = || std::fs::read_dir(&log).unwrap().count();
        let before = commits();
        let parts = archive.compact(2).await.unwrap();
        assert!(parts > 3, "days of access, the hours and the ledger: {parts}");
        assert_eq!(commits(), before + 1, "all days in one");
        assert_eq!(archive.clean_up(archive::KEEP).await.unwrap(), 0);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert!(archive.clean_up(std::time::Duration::ZERO).await.unwrap() > 1);
        assert!(!orphan.exists());
        assert_eq!(csv(&archive, "select count(*), sum(packets) from access").await, rows);
    });
}
