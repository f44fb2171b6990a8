//! A point that is killed at random moments while packets come.
//!
//! The point is this very test binary, begun again as a child: packets come by the clock whether it
//! lives or not.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use delivery::Table;
use observation::SECOND;
use wire::Identity;

use super::hub::Hub;
use super::stream::{PERIOD, Stream};
use super::*;
use crate::source::now;
use crate::{Report, Stop, run};

const DATA: &str = "SENSOR_TEST_DATA";
const SPAN: &str = "SENSOR_TEST_SPAN";

/// Is begun by the test below; alone it does nothing.
#[test]
fn child() {
    let (Ok(data), Ok(span)) = (std::env::var(DATA), std::env::var(SPAN)) else { return };
    let (epoch, end) = span.split_once(' ').unwrap();
    let (epoch, end) = (epoch.parse().unwrap(), end.parse().unwrap());
    let data = PathBuf::from(data);
    let mut setup = setup(&data, None);
    setup.identity = Identity::load(&setup.places.identity).unwrap();
    let stop = Stop::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !data.join("stop").exists() {
                std::thread::sleep(Duration::from_millis(20));
            }
            stop.stop();
        });
        run(Stream::new(epoch, end), &setup, &stop).unwrap();
    });
}

struct Killed(Child);

impl Killed {
    fn begin(data: &Path, epoch: i64, end: i64) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "tests::killed::child", "--nocapture"]);
        command.env(DATA, data).env(SPAN, format!("{epoch} {end}"));
        command.stdout(std::process::Stdio::null());
        Killed(command.spawn().unwrap())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // SIGKILL.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn what_a_kill_costs_is_missing_from_coverage() {
    let hub = Hub::new();
    let data = tempfile::tempdir().unwrap();
    let setup = setup(data.path(), Some(hub.identity.clone()));
    hub.identity.store(&setup.places.identity).unwrap();
    let epoch = (now() / SECOND + 1) * SECOND;
    let end = epoch + 15 * SECOND;
    let mut random = testkit::Random::new(now() as u64);
    let mut kills = 0;
    while now() < end - 3 * SECOND {
        let child = Killed::begin(data.path(), epoch, end);
        let millis = 100 + random.below(2_900);
        std::thread::sleep(Duration::from_millis(millis));
        drop(child);
        kills += 1;
    }
    let mut last = Killed::begin(data.path(), epoch, end);
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < Duration::from_secs(90), "it never comes to rest");
        assert!(last.0.try_wait().unwrap().is_none(), "the point ended");
        std::thread::sleep(Duration::from_millis(100));
        let report = Report::load(&setup.places.report).unwrap().unwrap_or_default();
        let (rows, told) = (
            hub.archive.sum(Table::Access, "packets"),
            hub.archive.sum(Table::Coverage, "access_packets"),
        );
        if now() > end + 4 * SECOND
            && report.written > end + 4 * SECOND
            && report.open == 0
            && rows == told
        {
            break;
        }
        assert!(told <= Stream::packets(epoch, end), "{told} are told of");
    }
    std::fs::write(data.path().join("stop"), "").unwrap();
    assert!(last.0.wait().unwrap().success());
    verify(&hub, epoch, end, kills);
}

fn verify(hub: &Hub, epoch: i64, end: i64, kills: usize) {
    let mut sent = std::collections::BTreeMap::new();
    for packet in 0..Stream::packets(epoch, end) {
        let std::net::IpAddr::V4(source) = Stream::source(packet) else { panic!() };
        *sent.entry(source.octets().to_vec()).or_insert(0) += 1;
    }
    for (source, packets) in hub.archive.sources() {
        assert!(packets <= sent[&source], "{source:?} is counted twice");
    }
    let rows = hub.archive.sum(Table::Access, "packets");
    let lost = Stream::packets(epoch, end) - rows;
    let seconds = hub.archive.sum(Table::Coverage, "seconds_up");
    // All seconds until the last packet: those after it are counted, too, but for the last ones.
    let missing = now() / SECOND - epoch / SECOND - seconds;
    println!("{kills} kills: {lost} packets of {} lost, {missing} s missing", lost + rows);
    assert!(lost <= missing * SECOND / PERIOD, "{lost} lost, {missing} s missing");
    assert!(rows > 0 && seconds > 0 && kills > 2);
}
