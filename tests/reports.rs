//! Reports from a browser to the count: the counter that `yagura up` opens, and the commands beside it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::common::{Observatory, count, text};

/// A counter while it is open; it ends with its test.
struct Open {
    child: Child,
    address: String,
    /// The path for the first administrator.
    first: Option<String>,
}

impl Open {
    fn start(observatory: &Observatory) -> Open {
        let mut command = observatory.command(&["up", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (mut address, mut first) = (None, None);
        for line in lines.by_ref() {
            if let Some((_, url)) = line.split_once("Reports are received at http://") {
                address = Some(url.trim_end_matches('/').to_owned());
            } else if let Some((_, path)) = line.split_once("/staff/join/") {
                first = Some(format!("/staff/join/{path}"));
            } else if line.starts_with("Yagura is up") {
                break;
            }
        }
        // Its other lines are read, so that nothing waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Open { child, address: address.expect("it ended before it served"), first }
    }

    fn ask(&self, head: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let (host, length) = (&self.address, body.len());
        write!(
            stream,
            "{head}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn report(&self, token: &str, virus: &str) -> String {
        let kind = "POST /en/virus HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        let body = format!(
            "token={token}&virus={virus}&discovered=2026-01-02&status=found&mail={token}%40example.jp"
        );
        let (head, page) = self.ask(kind, &body);
        assert!(head.contains(" 200 "), "{head}\n{page}");
        page.split("class=\"receipt\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // It has most often ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn observatory() -> Observatory {
    let observatory = Observatory::new();
    observatory.settings(
        "zone = \"Asia/Tokyo\"\n[reports]\nlisten = \"127.0.0.1:0\"\norganisation = \"Example CSIRT\"\n\
         contact = \"csirt@example.org\"\nper_minute = 1000\n[point]\nrun = false\n",
    );
    observatory
}

/// Whoever got a receipt finds the report, also after the program was killed without a word.
#[test]
fn what_is_confirmed_survives_a_kill() {
    let observatory = observatory();
    let mut open = Open::start(&observatory);
    assert!(open.first.is_some());
    let receipts: Vec<String> =
        (0..20).map(|n| open.report(&n.to_string(), "W32/Netsky.P")).collect();
    open.child.kill().unwrap();
    open.child.wait().unwrap();
    let open = Open::start(&observatory);
    for (n, receipt) in receipts.iter().enumerate() {
        // The impatient send again, and have the same receipt.
        assert_eq!(open.report(&n.to_string(), "W32/Netsky.P"), *receipt);
        let shown = observatory.run(&["report", "show", "--json", receipt]).ended(0).json();
        assert_eq!(text(&shown["filing"], "receipt"), receipt);
    }
    let (head, status) = open.ask(&format!("GET /api/v1/receipts/{} HTTP/1.1", receipts[0]), "");
    assert!(head.contains(" 200 ") && status.contains("\"kind\":\"virus\""), "{head} {status}");
    // The command line counts what the counter took in, while it is open.
    let audit = observatory.run(&["report", "audit", "--json"]).ended(0).json();
    assert_eq!(count(&audit, "filings"), 20);
    assert_eq!(count(&audit["totals"], "received"), 40);
    let id = open.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let mut open = open;
    assert_eq!(open.child.wait().unwrap().code(), Some(0));
}

/// Each format comes out of the command line, and says on standard error what it leaves out.
#[test]
fn exports() {
    let observatory = observatory();
    let form = "Mail: secret@example.jp\nDiscovered: 2005-05-12\nStatus: [x] found\nVirus: =W32/Netsky.P\n";
    let path = observatory.file("form.txt", form);
    let path = path.to_str().unwrap();
    observatory.run(&["report", "add", path]).ended(0);
    for (format, words) in [
        ("csv", "'=W32/Netsky.P"),
        ("rsit", "rsit:other=\"other\""),
        ("misp", "=W32/Netsky.P"),
        ("xarf", ""),
        ("iodef-xml", "<EmailTo>csirt@example.org</EmailTo>"),
        ("iodef-json", "\"version\": \"2.0\""),
    ] {
        let said = observatory.run(&["report", "export", "--format", format]).ended(0);
        assert!(said.out.contains(words) && !said.out.contains("secret"), "{format}: {}", said.out);
        assert_eq!(
            said.err.contains("not carried"),
            !matches!(format, "csv" | "misp"),
            "{format}: {}",
            said.err
        );
    }
    // Formats that name their sender need one.
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let said = observatory.run(&["report", "export", "--format", "xarf"]);
    assert_ne!(said.status, Some(0));
    assert!(said.err.contains("[reports]"), "{}", said.err);
}
