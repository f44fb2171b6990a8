//! How long a person waits for the first sign: wall time from the start of the process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::archive::{Archive, renew};
use super::goal::{beside, table};
use crate::measure::{cost, median};

/// Wall time of `yagura --help` at most, ms: goal of issue 3.
const HELP: f64 = 30.0;

/// How long a page may take before we give up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Something to wait for, and what it took in each run, ms.
struct Start<'a> {
    name: &'static str,
    goal: Option<f64>,
    measure: Box<dyn Fn() -> Result<f64> + 'a>,
    times: Vec<f64>,
}

/// Measures in turns and prints the table.
pub(super) fn measure(bench: &Bench, archive: &Archive, runs: usize) -> Result<()> {
    let mut starts = starts(bench, archive);
    for _ in 0..runs {
        for start in &mut starts {
            start.times.push((start.measure)()? * 1e3);
        }
    }
    let heading = ["start-up", "wall ms", "least to most"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(starts.iter().map(Start::line));
    println!("{}\n", table(&rows));
    Ok(())
}

fn starts<'a>(bench: &'a Bench, archive: &'a Archive) -> Vec<Start<'a>> {
    let (yagura, full) = (&*bench.yagura, &*archive.data);
    let empty = bench.folder.join("empty");
    let other = empty.clone();
    let fresh = move |wait: fn(&Path, &Path) -> Result<f64>| {
        let empty = other.clone();
        move || renew(&empty).and_then(|()| wait(yagura, &empty))
    };
    vec![
        Start::new("yagura --help", move || help(yagura)).within(HELP),
        Start::new("sql 'select 1', a new folder", fresh(one)),
        Start::new("sql 'select 1', the measured archive", move || one(yagura, full)),
        Start::new("up, first page, a new folder", fresh(first_page)),
        Start::new("up, first page, the measured archive", move || first_page(yagura, full)),
    ]
}

impl<'a> Start<'a> {
    fn new(name: &'static str, measure: impl Fn() -> Result<f64> + 'a) -> Self {
        Start { name, goal: None, measure: Box::new(measure), times: Vec::new() }
    }

    fn within(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }

    fn line(&self) -> Vec<String> {
        let times = || self.times.iter().copied();
        let (least, most) = (times().fold(f64::MAX, f64::min), times().fold(0.0, f64::max));
        let middle = beside(median(times()), 0, self.goal);
        vec![self.name.to_owned(), middle, format!("{least:.0} to {most:.0}")]
    }
}

fn help(yagura: &Path) -> Result<f64> {
    Ok(cost(yagura, &["--help".to_owned()])?.wall)
}

fn one(yagura: &Path, data: &Path) -> Result<f64> {
    let data = data.display().to_string();
    let arguments = ["sql", "--data", &data, "select 1"].map(str::to_owned);
    Ok(cost(yagura, &arguments)?.wall)
}

/// Seconds until the whole first page has come, from a port that the system chose.
fn first_page(yagura: &Path, data: &Path) -> Result<f64> {
    let begun = Instant::now();
    let mut child = Command::new(yagura)
        .args(["up", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start yagura up")?;
    let outcome = fetch(&mut child).map(|()| begun.elapsed().as_secs_f64());
    // It may have ended by itself: then the outcome says so.
    let _ = child.kill();
    let _ = child.wait();
    outcome
}

fn fetch(child: &mut Child) -> Result<()> {
    let stdout = child.stdout.take().context("yagura up has no standard output")?;
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let address = lines.find_map(|line| address(&line));
    let address = address.context("yagura up ended before it said where it listens")?;
    let mut stream = TcpStream::connect(&address).context("yagura up does not listen")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET / HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("the first page did not come")?;
    ensure!(is_page(&answer), "the first page is not answered by 200");
    Ok(())
}

/// The host and port of the first link in a line.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://")?;
    rest.split(['/', ' ']).next().map(str::to_owned)
}

fn is_page(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.") && answer.get(8..13) == Some(b" 200 ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found() {
        let line = "Yagura is up: open http://127.0.0.1:8630/";
        assert_eq!(address(line), Some("127.0.0.1:8630".to_owned()));
        assert_eq!(address("Stop it with Ctrl-C."), None);
    }

    #[test]
    fn only_200_is_a_page() {
        assert!(is_page(b"HTTP/1.0 200 OK\r\n\r\n"));
        assert!(!is_page(b"HTTP/1.1 500 Internal Server Error\r\n\r\n"));
        assert!(!is_page(b""));
    }

    #[test]
    fn what_ends_at_once_serves_no_page() {
        assert!(first_page(Path::new("true"), Path::new("/nowhere")).is_err());
    }
}
