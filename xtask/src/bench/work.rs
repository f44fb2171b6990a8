//! Works that are measured in turn, and their table.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::goal::{beside, table};
use crate::measure::{Cost, cost, median};

/// A command that is measured, and what it cost in each run.
pub(super) struct Work {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// What must be done before each run, and is not measured.
    before: Option<Box<dyn Fn() -> Result<()>>>,
    ratio: Option<f64>,
    memory: Option<f64>,
    costs: Vec<Cost>,
}

impl Work {
    /// A command without goals.
    pub(super) fn new(name: &'static str, program: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        let (program, costs) = (program.to_owned(), Vec::new());
        Work { name, program, arguments, before: None, ratio: None, memory: None, costs }
    }

    /// The same, with something to do before each run.
    pub(super) fn after(mut self, before: impl Fn() -> Result<()> + 'static) -> Self {
        self.before = Some(Box::new(before));
        self
    }

    /// The same, with a goal for its CPU time in multiples of the yardstick's.
    pub(super) fn within(mut self, ratio: f64) -> Self {
        self.ratio = Some(ratio);
        self
    }

    /// The same, with a goal for its peak memory, MB.
    pub(super) fn in_memory(mut self, memory: f64) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Runs it once and notes the cost.
    pub(super) fn run(&mut self) -> Result<()> {
        if let Some(before) = &self.before {
            before()?;
        }
        self.costs.push(cost(&self.program, &self.arguments)?);
        Ok(())
    }

    /// What it is called in tables.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Median CPU time, s.
    pub(super) fn cpu(&self) -> f64 {
        median(self.costs.iter().map(|cost| cost.cpu))
    }

    /// Median wall time, s.
    pub(super) fn wall(&self) -> f64 {
        median(self.costs.iter().map(|cost| cost.wall))
    }

    /// Median of the peaks of memory, MB.
    pub(super) fn peak(&self) -> f64 {
        median(self.costs.iter().map(|cost| cost.memory))
    }

    /// Its line: name, CPU time with its spread, ratio and memory with their goals, wall time.
    fn line(&self, yardstick: f64) -> Vec<String> {
        let cpus = || self.costs.iter().map(|cost| cost.cpu);
        let (least, most) = (cpus().fold(f64::MAX, f64::min), cpus().fold(0.0, f64::max));
        vec![
            self.name.to_owned(),
            format!("{:.2} ({least:.2} to {most:.2})", self.cpu()),
            beside(self.cpu() / yardstick, 2, self.ratio),
            beside(self.peak(), 0, self.memory),
            format!("{:.2}", self.wall()),
        ]
    }
}

/// Runs all works one after the other, as often as asked for.
pub(super) fn take_turns(works: &mut [Work], runs: usize) -> Result<()> {
    for turn in 1..=runs {
        println!("turn {turn} of {runs}");
        works.iter_mut().try_for_each(Work::run)?;
    }
    Ok(())
}

/// The table of works; the first is the yardstick.
pub(super) fn print(works: &[Work]) {
    let yardstick = works.first().map_or(0.0, Work::cpu);
    let heading = ["work", "CPU s (least to most)", "x tcpdump", "peak memory MB", "wall s"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(works.iter().map(|work| work.line(yardstick)));
    println!("\n{}\n", table(&rows));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_medians_and_goals() {
        let cost = |cpu| Cost { cpu, wall: 2.0 * cpu, memory: 129.0 };
        let mut work = Work::new("a", Path::new("a"), &[]).within(2.0).in_memory(128.0);
        work.costs = vec![cost(3.0), cost(1.0), cost(2.0)];
        let line = work.line(1.0);
        let wanted =
            ["a", "2.00 (1.00 to 3.00)", "2.00 (goal 2: met)", "129 (goal 128: missed)", "4.00"];
        assert_eq!(line, wanted);
    }

    #[test]
    fn preparations_come_before_each_run() {
        let folder = std::env::temp_dir().join(format!("xtask-work-{}", std::process::id()));
        let made = folder.clone();
        let path = folder.display().to_string();
        let work = Work::new("rmdir", Path::new("rmdir"), &[&path]);
        let mut works = [work.after(move || Ok(std::fs::create_dir(&made)?))];
        take_turns(&mut works, 2).unwrap();
        assert_eq!(works[0].costs.len(), 2);
        assert!(!folder.exists());
    }
}
