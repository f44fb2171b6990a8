//! Small matters of text.

use std::fmt::Write;

/// The rows of a table of ours: cells parted by tabs, below one line of headings. Rows with
/// another number of cells are left out; each table's test holds that there are none.
pub(crate) fn cells<const N: usize>(
    table: &'static str,
) -> impl Iterator<Item = [&'static str; N]> {
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| row.try_into().ok())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
