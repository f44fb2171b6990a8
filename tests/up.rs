//! `yagura up`: the pages, from the first start to the signal that ends it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::common::Observatory;
use crate::pages::Checkers;

/// How long a start with the samples may take in a debug build.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program while it serves; it ends with its test.
struct Serving {
    child: Child,
    /// What else it prints goes here.
    _out: BufReader<ChildStdout>,
    address: String,
}

impl Serving {
    fn start(command: &mut Command) -> Serving {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let address = out.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let (_, url) = line.split_once("http://")?;
            Some(url.trim_end_matches('/').to_owned())
        });
        match address {
            Some(address) => Serving { child, _out: out, address },
            None => panic!("it ended before it served: {}", child.wait().unwrap()),
        }
    }

    /// The status line and headers, and the body, of an answer.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// Sends a signal, and waits until it has ended.
    fn end(mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it does not end on {signal}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has most often ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The newcomer's first command: samples in, pages out, and a service manager can stop it.
#[test]
fn samples_are_shown_and_sigterm_ends_it() {
    let observatory = Observatory::new();
    let mut command = observatory.command(&["up", "--listen", "127.0.0.1:0", "--sample"]);
    let serving = Serving::start(command.env_remove("YAGURA_DATA"));
    let (head, page) = serving.get("/");
    assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.to_ascii_lowercase().contains("content-type: text/html"), "{head}");
    for word in ["lbl-north", "lbl-south", "23/tcp", "1433/tcp", "200.125.200.2"] {
        assert!(page.contains(word), "{word}");
    }
    let (head, health) = serving.get("/healthz");
    assert!(head.contains(" 200 "), "{head}");
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    assert_eq!(health["status"], "ok");
    assert!(serving.get("/nowhere").0.contains(" 404 "));
    let page = told_of_the_samples(&observatory, &serving);
    pages_have_no_fault(&serving, &page);
    assert_eq!(serving.end("-TERM").code(), Some(0));
    let left = observatory.data().with_file_name("yagura");
    assert!(!left.exists(), "samples went into a folder that goes again");
}

/// The samples' bulletin is published, in the languages that there are fonts for, and what it claims holds.
fn told_of_the_samples(observatory: &Observatory, serving: &Serving) -> String {
    let (head, list) = serving.get("/bulletins");
    assert!(head.contains(" 200 ") && list.contains("<strong>March 2018</strong>"), "{list}");
    let (head, page) = serving.get("/bulletins/2018-03/index.en.html");
    assert!(head.contains(" 200 ") && head.contains("style-src 'unsafe-inline'"), "{head}");
    assert!(page.contains("data-claim=\"accesses\""), "{page}");
    assert!(!page.contains("lbl-north") && !page.contains("200.125.200.2"), "no point, no address");
    let (_, claims) = serving.get("/bulletins/2018-03/claims.json");
    let claims = observatory.file("claims.jsonl", claims);
    observatory.run(&["claims", "check", claims.to_str().unwrap()]).ended(0);
    let (head, feed) = serving.get("/bulletins/feed.atom");
    assert!(head.contains("application/atom+xml"), "{head}");
    let id = format!("http://{}/bulletins/2018-03/index.en.html", serving.address);
    assert!(feed.contains(&id), "{feed}");
    page
}

/// Every kind of page that the house has, as a browser shows it.
fn pages_have_no_fault(serving: &Serving, bulletin: &str) {
    let Some(mut checkers) = Checkers::find() else { return };
    let (_, style) = serving.get("/style.css");
    let (_, findings) = serving.get("/findings");
    let finding = findings.split("href=\"").find(|rest| rest.starts_with("/finding/"));
    let finding = finding.and_then(|rest| rest.split('"').next()).expect("samples have findings");
    let paths = ["/", "/bulletins", "/findings", finding, "/reference", "/nowhere"];
    for (name, path) in ["overview", "bulletins", "findings", "finding", "reference", "nowhere"]
        .into_iter()
        .zip(paths)
    {
        checkers.add(name, &serving.get(path).1, &style);
    }
    checkers.add("bulletin", bulletin, "");
    assert_eq!(checkers.findings(), Vec::<String>::new());
}

/// Whoever watches the watchtower reads counts, and whether rows can be taken in.
#[test]
fn a_hub_tells_its_counts_and_whether_it_is_ready() {
    let observatory = Observatory::new();
    observatory.settings("[hub]\nlisten = \"127.0.0.1:0\"\n[point]\nrun = false\n");
    let serving = Serving::start(&mut observatory.command(&["up", "--listen", "127.0.0.1:0"]));
    let (head, text) = serving.get("/metrics");
    assert!(head.contains(" 200 ") && head.contains("version=0.0.4"), "{head}");
    for line in ["yagura_hub_points 0", "yagura_hub_refused_total{reason=\"bad-token\"} 0"] {
        assert!(text.lines().any(|other| other == line), "{line} in {text}");
    }
    assert!(serving.get("/ready").0.contains(" 200 "));
    let log = observatory.data().join("archive/access/_delta_log");
    std::fs::rename(&log, log.with_extension("gone")).unwrap();
    let (head, why) = serving.get("/ready");
    assert!(head.contains(" 503 ") && !why.is_empty(), "{head} {why}");
    assert_eq!(serving.end("-TERM").code(), Some(0));
}

/// A folder of one's own is served too, and Ctrl-C ends it.
#[test]
fn a_folder_is_served_and_ctrl_c_ends_it() {
    let observatory = Observatory::new();
    observatory.settings("[point]\nrun = false\n");
    let serving = Serving::start(&mut observatory.command(&["up", "--listen", "127.0.0.1:0"]));
    assert!(serving.get("/").0.contains(" 200 "));
    let taken = observatory.run(&["up", "--listen", &serving.address]).ended(1).err;
    assert!(taken.contains(&serving.address) && taken.contains("--listen"), "{taken}");
    assert_eq!(serving.end("-INT").code(), Some(0));
}
