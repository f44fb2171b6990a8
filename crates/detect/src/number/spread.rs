//! Middles that a few wild values do not move.

/// The median; 0 of nothing. Changes the order of the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if below.is_empty() || values.len() % 2 == 1 {
        return upper;
    }
    let lower = values.iter().take(middle).copied().fold(f64::NEG_INFINITY, f64::max);
    (lower + upper) / 2.0
}

/// The sum of values of which the greatest tenth (one at least) are lowered to the next below them
/// (Dixon, Ann. Math. Stat. 31, 1960). Zeros may be left out of `values`: there are `count` in all.
pub(crate) fn winsorised_sum(values: &mut [f64], count: usize) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let lowered = count.div_ceil(10).min(values.len());
    let kept = values.len() - lowered;
    let (kept, _) = values.split_at(kept);
    let bar = kept.last().copied().unwrap_or(0.0);
    kept.iter().sum::<f64>() + bar * lowered as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&mut []), 0.0);
        assert_eq!(median(&mut [3.0]), 3.0);
        assert_eq!(median(&mut [9.0, 1.0]), 5.0);
        assert_eq!(median(&mut [5.0, 1.0, 4.0]), 4.0);
        assert_eq!(median(&mut [5.0, 1.0, 4.0, 2.0]), 3.0);
    }

    #[test]
    fn the_wild_day_is_lowered() {
        assert_eq!(winsorised_sum(&mut [1.0, 2.0, 300.0], 3), 5.0);
        // 20 days, of which two had anything: both may be wild.
        assert_eq!(winsorised_sum(&mut [50.0, 60.0], 20), 0.0);
        assert_eq!(winsorised_sum(&mut [], 20), 0.0);
    }
}
