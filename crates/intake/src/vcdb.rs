//! The table of the VERIS Community Database.
//!
//! ```text
//! year,victim.state,action.Malware,action.Hacking,action.Social,action.Physical,action.Misuse,
//! action.Error,action.Environmental,action.Unknown,victim.industry.name,pattern
//! ```
//!
//! An incident has one category here and several actions there; what acted first among hacking and
//! malware is not said. So: the pattern "Denial of Service" is `dos`; hacking is `intrusion`; malware
//! without hacking is `worm infection`; misuse and social are `other`, with a note. Every action that has
//! a place in RSIT becomes a facet. What was only physical, an error or the environment is no access,
//! and what is unknown is not guessed.

use incident::record::{AccessReport, Body, Category, Draft, Label, Occurred, Tlp};

use crate::Arrival;
use crate::csv::rows;
use crate::reading::{Fate, Reading};

/// Columns that are read, by name.
const COLUMNS: [&str; 10] = [
    "year",
    "pattern",
    "action.Hacking",
    "action.Malware",
    "action.Misuse",
    "action.Social",
    "action.Physical",
    "action.Error",
    "action.Environmental",
    "action.Unknown",
];

/// An item that is such a table.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    let places = std::cell::RefCell::new(Vec::new());
    let header = |record: &csv::StringRecord, reading: &mut Reading| {
        let found: Option<Vec<usize>> =
            COLUMNS.iter().map(|name| record.iter().position(|cell| cell == *name)).collect();
        if found.is_none() {
            reading.corrupt("a column of VCDB's lacks in the header");
        }
        let complete = found.is_some();
        places.replace(found.unwrap_or_default());
        complete
    };
    rows(arrival.bytes, reading, header, |row, record, reading| {
        let places = places.borrow();
        let cells: Vec<&str> =
            places.iter().map(|place| record.get(*place).unwrap_or_default().trim()).collect();
        match incident(&cells) {
            Ok(Some(report)) => reading.draft(
                row,
                Draft {
                    reporter: None,
                    reference: None,
                    tlp: Tlp::Clear,
                    body: Body::Access(report),
                },
            ),
            Ok(None) => reading
                .row(row, Fate::Other("no unauthorized access, or none that is known".to_owned())),
            Err(fault) => reading.refuse(row, fault),
        }
    });
}

fn incident(cells: &[&str]) -> Result<Option<AccessReport>, String> {
    let [year, pattern, flags @ ..] = cells else { return Ok(None) };
    let year = year.parse::<i16>().ok().filter(|year| (1900..=2200).contains(year));
    let year = year.ok_or("year is none")?;
    let flag = |text: &&str| match *text {
        "0" => Ok(false),
        "1" => Ok(true),
        other => Err(format!("an action is {other:?}, neither 0 nor 1")),
    };
    let flags: Vec<bool> = flags.iter().map(flag).collect::<Result<_, _>>()?;
    let [hacking, malware, misuse, social, rest @ ..] = flags.as_slice() else { return Ok(None) };
    let category = match (*pattern, hacking, malware, *misuse || *social) {
        ("Denial of Service", ..) => Category::Dos,
        (_, true, ..) => Category::Intrusion,
        (_, _, true, _) => Category::WormInfection,
        (_, _, _, true) => Category::Other,
        _ if rest.contains(&true) => return Ok(None),
        _ => return Err("no action is given".to_owned()),
    };
    let mut report = AccessReport::new(category, true);
    report.occurred = Some(Occurred::Year(year));
    report.note = Some(format!("VCDB, pattern {pattern}"));
    let facets = [
        (category == Category::Dos, "availability:dos"),
        (*hacking && category == Category::Intrusion, "intrusions:system-compromise"),
        (*malware, "malicious-code:infected-system"),
        (*misuse, "fraud:unauthorised-use-of-resources"),
        (*social, "information-gathering:social-engineering"),
    ];
    let labels = facets.iter().filter(|(holds, _)| *holds).map(|(_, label)| label.parse::<Label>());
    report.facets = labels.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    Ok(Some(report))
}
