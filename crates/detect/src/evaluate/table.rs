//! The table.

use std::fmt::Write as _;

/// A method at a size.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The background.
    pub background: String,
    /// What looks for such events.
    pub detector: &'static str,
    /// The method.
    pub method: String,
    /// How large the events were, in `unit`.
    pub size: f64,
    /// "×", times the usual level, or "rows", accesses of an event.
    pub unit: &'static str,
    /// Events that were put in.
    pub tried: usize,
    /// Of these found.
    pub found: usize,
    /// Findings of the kind that the background gives by itself: true ones and false ones, nobody knows.
    pub own: usize,
    /// False alarms in 30 observed days: of surges those of the background, else those beyond its own.
    pub alarms_a_month: f64,
    /// Found over found and false alarms, if events were as frequent as they were put in.
    pub precision: f64,
    /// The median delay of those found, in hours.
    pub delay: Option<u32>,
}

impl Line {
    pub(super) fn new(
        background: &str,
        method: &str,
        size: f64,
        met: &[Option<u32>],
        alarms: usize,
        months: f64,
    ) -> Line {
        let mut delays: Vec<u32> = met.iter().flatten().copied().collect();
        delays.sort_unstable();
        let alarms_a_month = alarms as f64 / months.max(1e-9);
        let found = delays.len();
        Line {
            background: background.to_owned(),
            detector: "surge",
            unit: "×",
            own: 0,
            method: method.to_owned(),
            size,
            tried: met.len(),
            found,
            alarms_a_month,
            precision: found as f64 / ((found + alarms) as f64).max(1.0),
            delay: delays.get(delays.len() / 2).copied(),
        }
    }

    /// The size with its unit: 3×, 20 rows.
    pub fn size(&self) -> String {
        let space = if self.unit == "×" { "" } else { " " };
        format!("{}{space}{}", self.size, self.unit)
    }

    /// The part that was found.
    pub fn recall(&self) -> f64 {
        self.found as f64 / self.tried.max(1) as f64
    }
}

/// The table in Markdown.
pub fn table(lines: &[Line]) -> String {
    let mut text = String::from(
        "| background | detector | size | method | found | recall | precision | false alarms a month | \
         its own | median delay, h |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for line in lines {
        let delay = line.delay.map_or_else(|| "–".to_owned(), |hours| hours.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} of {} | {:.2} | {:.2} | {:.2} | {} | {delay} |",
            line.background,
            line.detector,
            line.size(),
            line.method,
            line.found,
            line.tried,
            line.recall(),
            line.precision,
            line.alarms_a_month,
            line.own,
        );
    }
    text
}
