//! How improbable a count is: the upper tail of a negative binomial.
//!
//! Counts of accesses are overdispersed: they come in runs, and rates wander. The negative binomial
//! is the Poisson whose rate is itself gamma-distributed (Greenwood and Yule, J. R. Stat. Soc. 83,
//! 1920), and becomes the Poisson where nothing is overdispersed, so that it is honest for counts
//! near zero too. Its tail is a regularised incomplete beta function (Abramowitz and Stegun,
//! 26.5.24 and 26.5.26), evaluated by its continued fraction (26.5.8) with Lentz's method
//! (Appl. Opt. 15, 1976); the gamma function by Lanczos (SIAM J. Numer. Anal. 1, 1964).

/// What a count is expected to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    /// Expected count.
    pub(crate) mean: f64,
    /// Variance over mean where the rate is known and steady: 1 for a Poisson, more for runs.
    pub(crate) dispersion: f64,
    /// Relative variance of the rate itself: what is not known of it, and what it wanders.
    pub(crate) wander: f64,
}

impl Level {
    /// Variance of the count.
    pub(crate) fn variance(&self) -> f64 {
        self.mean * self.dispersion.max(1.0) + self.mean * self.mean * self.wander
    }
}

/// The probability of this count or a greater one.
pub(crate) fn upper_tail(count: f64, level: &Level) -> f64 {
    if count <= 0.0 {
        return 1.0;
    }
    if level.mean <= 0.0 {
        return 0.0;
    }
    let extra = (level.variance() - level.mean).max(level.mean * 1e-6);
    let size = level.mean * level.mean / extra;
    let chance = level.mean / (size + level.mean);
    incomplete_beta(chance, count, size)
}

/// The regularised incomplete beta function I_x(a, b).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b);
    let value = if x < (a + 1.0) / (a + b + 2.0) {
        front.exp() * continued(x, a, b) / a
    } else {
        1.0 - front.exp() * continued(1.0 - x, b, a) / b
    };
    value.clamp(0.0, 1.0)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// No count that we meet needs more: convergence takes about the square root of the greater of a
/// and b (Numerical Recipes says the same of this fraction).
const STEPS: u32 = 20_000;
const TINY: f64 = 1e-300;

fn continued(x: f64, a: f64, b: f64) -> f64 {
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut sum = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / safe(1.0 + even * d);
        c = safe(1.0 + even / c);
        sum *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / safe(1.0 + odd * d);
        c = safe(1.0 + odd / c);
        let change = d * c;
        sum *= change;
        if (change - 1.0).abs() < 1e-12 {
            break;
        }
    }
    sum
}

/// Lanczos' coefficients for g = 7, n = 9.
const LANCZOS: [f64; 8] = [
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin().abs()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    for (at, coefficient) in LANCZOS.iter().enumerate() {
        sum += coefficient / (x + at as f64 + 1.0);
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poisson(count: u32, mean: f64) -> f64 {
        let mut term = (-mean).exp();
        let mut below = 0.0;
        for k in 0..count {
            below += term;
            term *= mean / f64::from(k + 1);
        }
        1.0 - below
    }

    #[test]
    fn a_steady_rate_is_poisson() {
        for (count, mean) in [(1, 0.1), (3, 1.0), (12, 5.0), (30, 20.0)] {
            let level = Level { mean, dispersion: 1.0, wander: 0.0 };
            let (got, want) = (upper_tail(f64::from(count), &level), poisson(count, mean));
            assert!((got / want - 1.0).abs() < 1e-3, "{count} of {mean}: {got} {want}");
        }
    }

    #[test]
    fn the_negative_binomial_summed_by_hand() {
        // Size 2, chance 1/2: P(k) = (k + 1) / 2^(k + 2); mean 2, variance 4.
        let level = Level { mean: 2.0, dispersion: 2.0, wander: 0.0 };
        for count in 1..20_i32 {
            let below: f64 = (0..count).map(|k| f64::from(k + 1) / 2_f64.powi(k + 2)).sum();
            let got = upper_tail(f64::from(count), &level);
            assert!((got - (1.0 - below)).abs() < 1e-9, "{count}: {got}");
        }
    }

    #[test]
    fn wide_and_far() {
        let level = Level { mean: 1e6, dispersion: 8.0, wander: 0.01 };
        let half = upper_tail(1e6, &level);
        assert!((0.4..0.6).contains(&half), "{half}");
        assert!(upper_tail(2e6, &level) < 1e-12);
        assert_eq!(upper_tail(0.0, &level), 1.0);
        let tight = Level { mean: 1e-4, dispersion: 1.0, wander: 0.5 };
        assert!(upper_tail(1.0, &tight) < 1.1e-4);
    }

    #[test]
    fn factorials() {
        assert!((ln_gamma(5.0) - 24_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }
}
