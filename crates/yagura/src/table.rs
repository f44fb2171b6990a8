//! An answer as a table for eyes: figures to the right, words to the left.

use serde_json::Value;

/// The rows of an answer, and what they mean.
pub(crate) fn of_answer(answer: &Value) -> String {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut out = String::new();
    if !text("from").is_empty() {
        let point = answer.get("point").and_then(Value::as_str).unwrap_or("all points");
        out.push_str(&format!(
            "{} to {} ({}), {point}\n\n",
            text("from"),
            text("to"),
            text("zone")
        ));
    }
    let none = Vec::new();
    let rows = answer.get("rows").and_then(Value::as_array).unwrap_or(&none);
    if rows.is_empty() {
        out.push_str("nothing was seen\n");
    } else {
        out.push_str(&of_rows(rows));
    }
    out.push_str(&format!("\n{}\n", text("rule")));
    out
}

fn of_rows(rows: &[Value]) -> String {
    let names: Vec<&String> =
        rows.first().and_then(Value::as_object).map(|row| row.keys().collect()).unwrap_or_default();
    let header: Vec<String> = names.iter().map(|name| (*name).clone()).collect();
    let cell = |row: &Value, name: &String| said(row.get(name).unwrap_or(&Value::Null));
    let mut lines = vec![header];
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
            rows.iter().all(|row| matches!(row.get(*name), Some(Value::Number(_) | Value::Null)))
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
