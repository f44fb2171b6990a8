//! The options of `bench`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// What to measure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    packets: Option<u64>,
    /// Seed of the capture.
    pub(crate) seed: u64,
    /// How often each command is run; the median counts.
    pub(crate) runs: usize,
    /// Whether to measure captures of growing size, and only the import.
    pub(crate) growth: bool,
    /// Whether to measure the bulletin of a month, and nothing else.
    pub(crate) bulletin: bool,
    /// Whether to measure a point on a wire, and nothing else.
    pub(crate) live: bool,
    /// Whether to measure a hub under load, and nothing else.
    pub(crate) hub: bool,
    /// The program to measure; none: it is built.
    pub(crate) program: Option<PathBuf>,
    /// Where to draw the growth; none: in the build folder.
    pub(crate) picture: Option<PathBuf>,
}

impl Options {
    /// Reads the options, in any order.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Options { seed: 1, runs: 5, ..Options::default() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--growth" {
                options.growth = true;
                continue;
            }
            if word == "--bulletin" {
                options.bulletin = true;
                continue;
            }
            if word == "--live" {
                options.live = true;
                continue;
            }
            if word == "--hub" {
                options.hub = true;
                continue;
            }
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            options.set(word, value)?;
        }
        ensure!(options.picture.is_none() || options.growth, "--picture belongs to --growth");
        Ok(options)
    }

    fn set(&mut self, word: &str, value: &str) -> Result<()> {
        let number = || value.parse::<u64>().with_context(|| format!("{value:?} is no number"));
        match word {
            "--packets" => self.packets = Some(at_least_one(word, number()?)?),
            "--seed" => self.seed = number()?,
            "--runs" => self.runs = usize::try_from(at_least_one(word, number()?)?)?,
            "--program" => self.program = Some(value.into()),
            "--picture" => self.picture = Some(value.into()),
            _ => bail!(
                "bench knows --packets N, --seed S, --runs R, --program FILE, --growth, \
                 --picture FILE, --bulletin, --live and --hub, not {word} {value}"
            ),
        }
        Ok(())
    }

    /// Packets of the capture; with `--growth`, of the largest. A bulletin's are 50,000,000 accesses.
    pub(crate) fn packets(&self) -> u64 {
        let usual = match (self.growth, self.bulletin) {
            (true, _) => 50_000_000,
            (_, true) => 54_000_000,
            _ => 5_000_000,
        };
        self.packets.unwrap_or(usual)
    }
}

fn at_least_one(word: &str, number: u64) -> Result<u64> {
    ensure!(number > 0, "{word} needs 1 or more");
    Ok(number)
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
        let wanted = Options { packets: Some(10), seed: 7, runs: 3, ..Options::default() };
        assert_eq!(given, wanted);
        assert!(parse("--runs 0").is_err());
        assert!(parse("--packets 0").is_err());
        assert!(parse("--runs").is_err());
        assert!(parse("--speed 1").is_err());
    }

    #[test]
    fn growth_has_a_size_and_a_picture_of_its_own() {
        assert_eq!(parse("").unwrap().packets(), 5_000_000);
        let given = parse("--growth --picture a.svg --program y").unwrap();
        assert_eq!(given.packets(), 50_000_000);
        assert_eq!(given.picture, Some("a.svg".into()));
        assert_eq!(given.program, Some("y".into()));
        assert_eq!(parse("--packets 9 --growth").unwrap().packets(), 9);
        assert!(parse("--picture a.svg").is_err());
        assert!(parse("--live --runs 3").unwrap().live);
        assert_eq!(parse("--bulletin").unwrap().packets(), 54_000_000);
        assert!(parse("--hub --program y").unwrap().hub);
    }
}
