//! A hub under load: simulated points that deliver over loopback by mutual TLS, and what it costs.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::goal::{beside, table};
use super::machine;
use crate::commands::{output, run, works};
use crate::house::House;
use crate::suite::ours;

/// Points that sense so many accesses a second each, or that have more than they can deliver (0).
const LOADS: [(u64, u64); 6] = [(10, 4), (100, 4), (300, 4), (1_000, 4), (10, 0), (100, 0)];
/// How long each load lasts, s.
const SECONDS: u64 = 60;
/// From sensing to a row that SQL sees, 99 of 100, s: goal of issue 4, with groups of 5 s.
const SEEN: f64 = 10.0;

/// A hub that runs; it ends with this value.
struct Hub {
    child: Child,
    pages: String,
}

/// Measures the program in every load, in an archive of its own each, and prints the table.
pub(super) fn measure(house: &House, yagura: &Path, folder: &Path) -> Result<()> {
    run(ours().args(["build", "--release", "--package", "wire", "--example", "points"]))?;
    let points = house.target().join("release/examples/points");
    let apart = works("taskset", &["-c", "1", "true"]);
    println!("{}; {SECONDS} s of each load", machine::describe());
    let words =
        if apart { "the hub has one core, points and SQL the other" } else { "cores are shared" };
    println!("{words}; groups of 5 s, deliveries of at most 2,000 rows\n");
    let mut rows = vec![heading()];
    for (number, rate) in LOADS {
        let data = folder.join("hub");
        super::renew(&data)?;
        let shown = load(&points, yagura, &data, (number, rate), apart)?;
        rows.push(line(rate, &shown));
        println!("{}", rows.last().map(|cells| cells.join(" | ")).unwrap_or_default());
    }
    println!("\n{}", table(&rows));
    Ok(())
}

fn load(
    points: &Path,
    yagura: &Path,
    data: &Path,
    (number, rate): (u64, u64),
    apart: bool,
) -> Result<Value> {
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let settings = format!("[hub]\nlisten = \"{free}\"\n[point]\nrun = false\n");
    std::fs::create_dir_all(data)?;
    std::fs::write(data.join("yagura.toml"), settings)
        .context("cannot write the hub's settings")?;
    let hub = Hub::start(yagura, data, apart)?;
    let mut command = pinned("0", points, apart);
    command.arg(data).args([&hub.pages, &free.to_string(), &hub.child.id().to_string()]);
    command.arg(yagura).args([number, SECONDS, rate].map(|number| number.to_string()));
    let said = output(&mut command)?;
    serde_json::from_str(&said).with_context(|| format!("the points said {said:?}"))
}

/// A command on one core, where that is possible.
fn pinned(core: &str, program: &Path, apart: bool) -> Command {
    if !apart {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(program);
    command
}

impl Hub {
    fn start(yagura: &Path, data: &Path, apart: bool) -> Result<Self> {
        let mut command = pinned("1", yagura, apart);
        command.args(["up", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.env("YAGURA_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start yagura up")?;
        let stdout = child.stdout.take().context("yagura up has no standard output")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let pages = lines.find_map(|line| {
            let (_, url) = line.split_once("http://")?;
            Some(url.trim_end_matches('/').to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        let hub = Hub { child, pages: pages.unwrap_or_default() };
        ensure!(!hub.pages.is_empty(), "yagura up ended before it served");
        Ok(hub)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // Its archive is thrown away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn heading() -> Vec<String> {
    let cells = [
        "load",
        "deliveries/s",
        "rows/s",
        "rows a CPU second",
        "CPU, % of a core",
        "commits",
        "told to wait",
        "sensed to seen by SQL, p50 s",
        "p99 s",
        "peak memory, MiB",
    ];
    cells.map(str::to_owned).to_vec()
}

fn line(rate: u64, shown: &Value) -> Vec<String> {
    let number = |name: &str| shown[name].as_f64().unwrap_or_default();
    let seen = |name: &str, goal| match shown["seen"][name].as_f64() {
        Some(seconds) => beside(seconds, 1, goal),
        None => "-".to_owned(),
    };
    let load = match rate {
        0 => format!("{} points, all that they can", number("points")),
        _ => format!("{} points, {rate} accesses/s each", number("points")),
    };
    let (seconds, cpu) = (number("seconds"), number("cpu"));
    vec![
        load,
        format!("{:.1}", number("deliveries") / seconds),
        format!("{:.0}", number("rows") / seconds),
        format!("{:.0}", number("rows") / cpu),
        format!("{:.1}", 100.0 * cpu / seconds),
        format!("{:.0}", number("commits")),
        format!("{:.0}", number("refused")),
        seen("p50", None),
        seen("p99", Some(SEEN)),
        format!("{:.0}", number("memory_mib")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_a_line() {
        let shown = serde_json::json!({
            "points": 10, "seconds": 10.0, "deliveries": 20.0, "rows": 400.0, "commits": 2.0,
            "cpu": 0.5, "memory_mib": 90.4, "refused": 0.0, "seen": {"rows": 400, "p50": 3.04, "p99": 12.0},
        });
        let cells = line(4, &shown);
        assert_eq!(cells.len(), heading().len());
        assert_eq!(cells[..5], ["10 points, 4 accesses/s each", "2.0", "40", "800", "5.0"]);
        assert_eq!(cells[7..], ["3.0", "12.0 (goal 10: missed)", "90"]);
    }
}
