//! `cargo xtask bench`: import and questions beside tcpdump, in one run.
//!
//! Figures of speed are only true as ratios in one run on one machine: the commands take turns,
//! and medians are compared.

mod archive;
mod traffic;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::commands::run;
use crate::house::House;
use crate::measure::{Cost, cost, median};
use crate::needs;
use crate::options::Options;
use crate::suite::ours;

/// A command that is measured, and what it cost in each run.
struct Line {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    costs: Vec<Cost>,
}

/// Makes the capture and the program, measures, and prints the table.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let house = House::of(None)?;
    needs::meet(&house)?;
    let folder = house.build().join("bench");
    std::fs::create_dir_all(&folder).context("cannot make a folder in the build folder")?;
    let capture = traffic::capture(&folder, options)?;
    let points = traffic::points(&folder)?;
    run(ours().args(["build", "--release", "--package", "yagura"]))?;
    let yagura = house.target().join("release/yagura");
    let data = folder.join("data");
    let mut lines = lines(&yagura, &capture, &points, &data);
    for turn in 1..=options.runs {
        println!("turn {turn} of {}", options.runs);
        archive::forget(&data)?;
        take_turn(&mut lines)?;
    }
    print(&lines, options);
    archive::print_size(&yagura, &data)
}

/// The yardstick first: every ratio is to it.
fn lines(yagura: &Path, capture: &Path, points: &Path, data: &Path) -> Vec<Line> {
    let (capture, points) = (capture.display().to_string(), points.display().to_string());
    let data = data.display().to_string();
    let ours = |name, arguments: &[&str]| Line::new(name, yagura, arguments);
    vec![
        Line::new("tcpdump -r -w", Path::new("tcpdump"), &["-r", &capture, "-w", "/dev/null"]),
        ours("import", &["import", "--data", &data, "--points", &points, &capture]),
        ours("ask ports", &["ask", "ports", "--data", &data]),
        ours("ask sources", &["ask", "sources", "--data", &data]),
        ours("sql: sources per day and port", &["sql", "--data", &data, SOURCES]),
    ]
}

/// Packets and exact sources per day, protocol and port, over raw rows.
const SOURCES: &str = "SELECT day, protocol, dst_port, sum(packets) AS packets, \
    count(DISTINCT src) AS sources FROM access GROUP BY day, protocol, dst_port";

impl Line {
    fn new(name: &'static str, program: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        Line { name, program: program.to_owned(), arguments, costs: Vec::new() }
    }
}

fn take_turn(lines: &mut [Line]) -> Result<()> {
    for line in lines {
        let arguments: Vec<&str> = line.arguments.iter().map(String::as_str).collect();
        line.costs.push(cost(&line.program, &arguments)?);
    }
    Ok(())
}

fn print(lines: &[Line], options: &Options) {
    let Options { packets, seed, runs } = options;
    println!("\n{packets} packets, seed {seed}, medians of {runs} runs");
    println!("{:<32} {:>9} {:>12} {:>14}", "work", "CPU s", "x tcpdump", "peak memory MB");
    let cpu = |line: &Line| median(line.costs.iter().map(|cost| cost.cpu));
    let floor = lines.first().map_or(0.0, cpu);
    for line in lines {
        let memory = median(line.costs.iter().map(|cost| cost.memory));
        let (name, cpu) = (line.name, cpu(line));
        println!("{name:<32} {cpu:>9.2} {:>12.1} {memory:>14.0}", cpu / floor);
    }
}
