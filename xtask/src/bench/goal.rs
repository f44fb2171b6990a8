//! Goals, and figures beside them.

/// A figure with its goal and whether it is met, such as `8.1 (goal 7.5: missed)`.
pub(super) fn beside(value: f64, decimals: usize, goal: Option<f64>) -> String {
    let shown = format!("{value:.decimals$}");
    let Some(goal) = goal else { return shown };
    let word = if value <= goal { "met" } else { "missed" };
    format!("{shown} (goal {goal}: {word})")
}

/// A table as Markdown writes it, its columns aligned: the first to the left, the rest to the
/// right. The first row is the heading.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(move |row| row.get(column)))
        .map(|cells| cells.map(|cell| length(cell)).max().unwrap_or(0).max(4))
        .collect();
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, &widths)).collect();
    let rule = widths.iter().enumerate().map(|(column, &width)| match column {
        0 => "-".repeat(width),
        _ => "-".repeat(width - 1) + ":",
    });
    lines.insert(lines.len().min(1), line(&rule.collect::<Vec<_>>(), &widths));
    lines.join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths).enumerate().map(|(column, (cell, &width))| {
        let space = " ".repeat(width.saturating_sub(length(cell)));
        if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
    });
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn length(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_or_missed() {
        assert_eq!(beside(7.5, 1, Some(7.5)), "7.5 (goal 7.5: met)");
        assert_eq!(beside(7.51, 1, Some(7.5)), "7.5 (goal 7.5: missed)");
        assert_eq!(beside(200.4, 0, Some(128.0)), "200 (goal 128: missed)");
        assert_eq!(beside(0.25, 2, None), "0.25");
    }

    #[test]
    fn columns_are_aligned() {
        let row = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        let table = table(&[row(&["work", "CPU s"]), row(&["a copy", "0.36"])]);
        let wanted = ["| work   | CPU s |", "| ------ | ----: |", "| a copy |  0.36 |"];
        assert_eq!(table.lines().collect::<Vec<_>>(), wanted);
    }
}
