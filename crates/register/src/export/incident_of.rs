//! A filing as IODEF tells an incident (RFC 7970), whatever it is written in.

use incident::record::{
    AccessReport, Body, Category, Filing, Found, Label, Occurred, Tlp, VirusReport, VirusStatus,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{CONSULTATION, Lost, machine_tag, words_lost};

/// What RFC 7970 calls an incident, as far as a filing has it.
pub(super) struct Incident {
    pub(super) id: String,
    pub(super) restriction: &'static str,
    /// When it was detected, RFC 3339.
    pub(super) detected: Option<String>,
    /// When it began.
    pub(super) began: Option<String>,
    /// When it was reported.
    pub(super) reported: String,
    pub(super) description: String,
    /// How it was noticed, in the RFC's words.
    pub(super) discovery: Option<&'static str>,
    /// Machine tags.
    pub(super) categories: Vec<String>,
    /// Whether there was damage, or could have been.
    pub(super) actual: bool,
    /// Kind of the impact, in the RFC's words.
    pub(super) impact: &'static str,
    pub(super) cause: Option<String>,
    /// Name, meaning, value.
    pub(super) more: Vec<(&'static str, &'static str, String)>,
}

/// A filing as an incident, and what an incident has no place for; a consultation is none.
pub(super) fn incident_of(filing: &Filing, lost: &mut Vec<Lost>) -> Option<Incident> {
    let mut lose = |what| lost.push(Lost { filing: filing.id, what });
    words_lost(filing).into_iter().for_each(|word| {
        // Its additional data name the vendor.
        if !matches!(filing.body, Body::Virus(_)) {
            lose(word.what);
        }
    });
    let restriction = match filing.tlp {
        Tlp::Red => "red",
        Tlp::Amber => "amber",
        Tlp::AmberStrict => {
            lose("that TLP:AMBER is strict");
            "amber"
        }
        Tlp::Green => "green",
        Tlp::Clear => "white",
    };
    let begin = Incident {
        id: filing.receipt.to_string(),
        restriction,
        detected: None,
        began: None,
        reported: moment(filing.received),
        description: String::new(),
        discovery: None,
        categories: Vec::new(),
        actual: true,
        impact: "unknown",
        cause: None,
        more: Vec::new(),
    };
    match &filing.body {
        Body::Virus(report) => Some(virus(begin, report, lose)),
        Body::Access(report) => Some(access(begin, report, lose)),
        Body::Consultation(_) => {
            lose(CONSULTATION);
            None
        }
    }
}

fn virus(begin: Incident, report: &VirusReport, mut lose: impl FnMut(&'static str)) -> Incident {
    let zone = TimeZone::get(&report.zone).unwrap_or(TimeZone::UTC);
    lose("that only the day is known");
    let mut more = Vec::new();
    for line in &report.lines {
        let vendor = line.vendor.as_deref().map(|v| format!(" ({v})")).unwrap_or_default();
        let pieces = line.pieces.map(|n| format!(", pieces: {n}")).unwrap_or_default();
        more.push(("virus", "a name as it was reported", format!("{}{vendor}{pieces}", line.name)));
    }
    more.push(("route", "the way by which it came", report.route.to_string()));
    let infected = report.status == VirusStatus::Infected;
    Incident {
        detected: midnight(report.discovered, &zone),
        description: format!("virus report, {}", report.status),
        discovery: Some("av"),
        categories: vec![machine_tag(Label::of_virus(report.status))],
        actual: infected,
        impact: if infected { "damaged-system" } else { "unknown" },
        more,
        ..begin
    }
}

fn access(begin: Incident, report: &AccessReport, mut lose: impl FnMut(&'static str)) -> Incident {
    let began = match report.occurred {
        Some(Occurred::Day(day)) => {
            lose("that only the day is known");
            midnight(day, &TimeZone::UTC)
        }
        Some(Occurred::Year(_)) => {
            lose("in which year it happened");
            None
        }
        None => None,
    };
    let damage = if report.damage { "with damage" } else { "without damage" };
    Incident {
        began,
        description: format!("access report, {}, {damage}", report.category),
        discovery: discovery(report.found),
        categories: report.labels().into_iter().map(machine_tag).collect(),
        actual: report.damage,
        impact: match report.category {
            Category::Intrusion => "takeover-system",
            Category::MailRelay => "takeover-service",
            Category::WormInfection => "damaged-system",
            Category::Dos => "availability-service",
            Category::AddressSpoofing
            | Category::Other
            | Category::AccessAttempt
            | Category::WormTrace => "unknown",
        },
        cause: Some(report.cause.to_string()),
        more: vec![("category", "the one under which it is counted", report.category.to_string())],
        ..begin
    }
}

/// The way of finding in the words of RFC 7970, section 3.10.
fn discovery(found: Found) -> Option<&'static str> {
    match found {
        Found::Logs => Some("os-log"),
        Found::Monitoring => Some("nidps"),
        Found::Behaviour => Some("incident"),
        Found::Outside => Some("external-notification"),
        Found::Other => None,
        Found::Unknown => Some("unknown"),
    }
}

fn moment(micros: i64) -> String {
    format!("{:.0}", jiff::Timestamp::from_microsecond(micros).unwrap_or_default())
}

fn midnight(day: Date, zone: &TimeZone) -> Option<String> {
    let begin = day.to_zoned(zone.clone()).ok()?;
    Some(begin.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}
