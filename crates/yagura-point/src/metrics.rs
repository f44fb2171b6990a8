//! The report as Prometheus reads it, on the loopback interface, where it is asked for.
//!
//! The text format of Prometheus 0.0.4. Whoever asks gets the report as it was last written; asking disturbs
//! nothing: one request at a time, in a thread of its own, each with two seconds and 1 KiB at most.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sensor::Report;

/// How long one request may take, and how many bytes.
const PATIENCE: Duration = Duration::from_secs(2);
const LONGEST: usize = 1_024;

/// Answers for as long as the process lives.
pub(crate) fn serve(listener: &TcpListener, report: &Path) {
    for stream in listener.incoming().flatten() {
        // A client that has gone is nobody's fault.
        let _ = answer(stream, report);
    }
}

/// Begins to answer, in a thread of its own.
pub(crate) fn begin(listener: TcpListener, report: PathBuf) -> std::io::Result<()> {
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || serve(&listener, &report)).map(drop)
}

fn answer(mut stream: TcpStream, report: &Path) -> std::io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let (began, mut asked) = (Instant::now(), Vec::new());
    let mut part = [0; 256];
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = PATIENCE.checked_sub(began.elapsed()).filter(|left| !left.is_zero());
        let (Some(left), true) = (left, asked.len() < LONGEST) else { return Ok(()) };
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        asked.extend_from_slice(part.get(..count).unwrap_or_default());
    }
    let (status, body) = match (asked.starts_with(b"GET /metrics "), Report::load(report)) {
        (false, _) => ("404 Not Found", "there is /metrics\n".to_owned()),
        (true, Ok(Some(report))) => ("200 OK", text(&report)),
        (true, _) => ("503 Service Unavailable", "there is no report yet\n".to_owned()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// The report as text.
pub(crate) fn text(report: &Report) -> String {
    let seconds = |micros: i64| micros as f64 / 1e6;
    let mut out = String::new();
    let mut tell = |name: &str, kind: &str, help: &str, value: f64| {
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "# HELP yagura_point_{name} {help}\n# TYPE yagura_point_{name} {kind}\n\
             yagura_point_{name} {value}\n"
        );
    };
    let watching = f64::from(u8::from(report.watching));
    tell(
        "watching",
        "gauge",
        "Whether it watches: interfaces are up, and have addresses.",
        watching,
    );
    let addresses = report.addresses.unwrap_or(0) as f64;
    tell("addresses", "gauge", "Addresses that are watched.", addresses);
    tell("open_accesses", "gauge", "Accesses that are open.", report.open as f64);
    let accesses = report.accesses as f64;
    tell("accesses_total", "counter", "Accesses journalled, in this journal.", accesses);
    let delivered = report.delivered as f64;
    tell("delivered_total", "counter", "Of them, those that the hub has.", delivered);
    tell("waiting_rows", "gauge", "Rows that wait for delivery.", report.depth as f64);
    tell("spool_bytes", "gauge", "Bytes of the journal on disk.", report.bytes as f64);
    tell("dropped_packets_total", "counter", "Packets lost, since it runs.", report.dropped as f64);
    let not_kept = report.not_kept as f64;
    tell("not_kept_total", "counter", "Accesses counted and not kept, since it runs.", not_kept);
    let crowded = report.crowded as f64;
    tell("crowded_total", "counter", "How often images found no room, since it runs.", crowded);
    let stopped = report.stopped.len() as f64;
    tell("stopped_tables", "gauge", "Tables whose delivery stands still.", stopped);
    let failing = f64::from(u8::from(report.failure.is_some()));
    tell("delivery_failing", "gauge", "Whether nothing has come through since a failure.", failing);
    if let Some(offset) = report.clock_offset {
        tell("clock_offset_seconds", "gauge", "How far the hub's clock is ahead.", seconds(offset));
    }
    let (since, written) = (seconds(report.since), seconds(report.written));
    tell("start_timestamp_seconds", "gauge", "Since when it runs.", since);
    tell("report_timestamp_seconds", "gauge", "When this was written.", written);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn get(listener: &TcpListener, asked: &str) -> String {
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        stream.write_all(asked.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn whoever_asks_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("status.json");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        begin(listener.try_clone().unwrap(), path.clone()).unwrap();
        let asked = "GET /metrics HTTP/1.1\r\nHost: point\r\n\r\n";
        assert!(get(&listener, asked).starts_with("HTTP/1.1 503 "));
        std::fs::write(&path, r#"{"watching": true, "dropped": 7, "clock_offset": -2500000}"#)
            .unwrap();
        let said = get(&listener, asked);
        assert!(said.starts_with("HTTP/1.1 200 ") && said.contains("version=0.0.4"), "{said}");
        for line in [
            "yagura_point_watching 1",
            "yagura_point_dropped_packets_total 7",
            "yagura_point_clock_offset_seconds -2.5",
            "# TYPE yagura_point_not_kept_total counter",
        ] {
            assert!(said.lines().any(|other| other == line), "{line}: {said}");
        }
        assert!(get(&listener, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        // Neither too much nor too little keeps it from the next.
        assert_eq!(get(&listener, &"x".repeat(4_096).as_str()[..1_024]), "");
        assert_eq!(get(&listener, "GET"), "");
        assert!(get(&listener, asked).starts_with("HTTP/1.1 200 "));
    }
}
