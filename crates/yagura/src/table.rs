//! An answer as a table for eyes: figures to the right, words to the left.

use archive::question::Answer;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// An object whose keys stay in their order.
struct Row(Vec<(String, Value)>);

impl Row {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Row;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Row(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// The rows of an answer, and what they mean.
pub(crate) fn of_answer<T: Serialize>(answer: &Answer<T>) -> serde_json::Result<String> {
    let rows: Vec<Row> = serde_json::from_str(&serde_json::to_string(&answer.rows)?)?;
    let mut out = String::new();
    if let Some(period) = &answer.period {
        let point = answer.point.as_deref().unwrap_or("all points");
        out.push_str(&format!("{} to {} ({}), {point}\n\n", period.from, period.to, answer.zone));
    }
    if rows.is_empty() {
        out.push_str("nothing was seen\n");
    } else {
        out.push_str(&of_rows(&rows));
    }
    out.push_str(&format!("\n{}\n", answer.rule));
    Ok(out)
}

/// Findings as JSON says them, one a line.
pub(crate) fn of_findings(found: &[Value]) -> String {
    let row = |finding: &Value| {
        let of = |key: &str| finding.get(key).cloned().unwrap_or(Value::Null);
        let points = of("points").as_array().map_or(Value::Null, |points| points.len().into());
        // As much as it takes to ask for it.
        let id = of("id").as_str().map(|id| id.get(..8).unwrap_or(id).to_owned());
        let cells = [
            ("detected_at", of("detected_at")),
            ("id", Value::from(id)),
            ("kind", of("kind")),
            ("service", Value::from(service(finding))),
            ("target", of("target")),
            ("points", points),
            ("sources", of("sources")),
            ("times_usual", of("times_usual")),
            ("confidence", of("confidence")),
            ("first_seen", of("first_seen")),
            ("last_seen", of("last_seen")),
        ];
        let seen_to = finding.get("acknowledged").map(|seen| Value::from(!seen.is_null()));
        let seen_to = seen_to.map(|seen| ("acknowledged".to_owned(), seen));
        Row(cells.map(|(name, cell)| (name.to_owned(), cell)).into_iter().chain(seen_to).collect())
    };
    of_rows(&found.iter().map(row).collect::<Vec<_>>())
}

/// One finding, a key a line, its evidence behind it.
pub(crate) fn of_finding(finding: &Value) -> String {
    let mut lines = Vec::new();
    for (key, value) in finding.as_object().into_iter().flatten() {
        match value {
            Value::Object(inside) if key == "evidence" => {
                lines.extend(inside.iter().map(|(key, value)| (format!("evidence: {key}"), value)));
            }
            value => lines.push((key.clone(), value)),
        }
    }
    let width = lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    lines.iter().fold(String::new(), |mut out, (key, value)| {
        let value = match value {
            Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
            value => said(value),
        };
        out.push_str(&format!("{key:<width$}  {value}\n"));
        out
    })
}

/// The port and protocol of a finding in words, such as 1433/tcp.
fn service(finding: &Value) -> Option<String> {
    let number = |key: &str| finding.get(key).and_then(Value::as_u64);
    let (port, protocol) = number("dst_port").zip(number("protocol"))?;
    let name = u8::try_from(protocol).ok().and_then(gazetteer::protocol::name);
    Some(match name {
        Some(name) => format!("{port}/{}", name.to_lowercase()),
        None => format!("{port}, protocol {protocol}"),
    })
}

fn of_rows(rows: &[Row]) -> String {
    let names: Vec<&String> =
        rows.iter().take(1).flat_map(|row| &row.0).map(|(name, _)| name).collect();
    let cell = |row: &Row, name: &str| said(row.get(name).unwrap_or(&Value::Null));
    let mut lines: Vec<Vec<String>> = vec![names.iter().map(|name| (*name).clone()).collect()];
    lines.extend(rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()));
    let widths: Vec<usize> = (0..names.len())
        .map(|at| {
            lines
                .iter()
                .filter_map(|line| line.get(at))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let is_number: Vec<bool> = names
        .iter()
        .map(|name| {
            rows.iter().all(|row| matches!(row.get(name), Some(Value::Number(_) | Value::Null)))
        })
        .collect();
    let mut out = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).zip(&is_number).map(|((cell, &width), &number)| {
            if number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => format!("{float:.2}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
