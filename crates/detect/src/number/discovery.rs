//! Control of false discovery over many tests (Benjamini and Hochberg, J. R. Stat. Soc. B 57, 1995).

/// The greatest p-value that passes at the rate `q` where `tests` were made, of which `smallest`
/// holds the small p-values; the others are taken to be 1. Sorts.
pub(crate) fn passes(smallest: &mut [f64], tests: usize, q: f64) -> Option<f64> {
    smallest.sort_unstable_by(f64::total_cmp);
    let tests = tests.max(smallest.len()).max(1) as f64;
    let line = |rank: usize| q * (rank + 1) as f64 / tests;
    smallest.iter().enumerate().rev().find(|&(rank, &p)| p <= line(rank)).map(|(_, &p)| p)
}

/// A p-value times the number of tests over its rank: the rate at which it would just pass.
pub(crate) fn adjusted(p: f64, rank: usize, tests: usize) -> f64 {
    (p * tests as f64 / (rank + 1) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_s_example() {
        // Section 3.2 of the paper: 15 tests, q = 0.05: the first four are rejected.
        let mut p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        assert_eq!(passes(&mut p, 15, 0.05), Some(0.0095));
        assert_eq!(passes(&mut [0.2], 15, 0.05), None);
        assert!((adjusted(0.0095, 3, 15) - 0.035_625).abs() < 1e-12);
    }
}
