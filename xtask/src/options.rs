//! The options of `bench`.

use anyhow::{Context, Result, bail};

/// What to measure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Packets of the capture.
    pub(crate) packets: u64,
    /// Seed of the capture.
    pub(crate) seed: u64,
    /// How often each command is run; the median counts.
    pub(crate) runs: usize,
}

impl Options {
    /// Reads `--packets N`, `--seed S` and `--runs R`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Options { packets: 5_000_000, seed: 1, runs: 5 };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("{word} needs a number"))?;
            let number = value.parse().with_context(|| format!("{value:?} is no number"))?;
            match word.as_str() {
                "--packets" => options.packets = number,
                "--seed" => options.seed = number,
                "--runs" if number > 0 => options.runs = usize::try_from(number)?,
                _ => bail!(
                    "bench knows --packets N, --seed S and --runs R (1 or more), not {word} {value}"
                ),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn numbers() {
        let given = parse("--runs 3 --packets 10 --seed 7").unwrap();
        assert_eq!(given, Options { packets: 10, seed: 7, runs: 3 });
        assert!(parse("--runs 0").is_err());
        assert!(parse("--runs").is_err());
        assert!(parse("--speed 1").is_err());
    }
}
