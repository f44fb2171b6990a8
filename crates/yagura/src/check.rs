//! `yagura claims check`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use claims::{Checked, Checker};

use crate::Done;
use crate::cli::CheckArgs;

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// Checks the claims of a file. How it ends depends on all of them, also where nobody reads the
/// verdicts to their end.
pub(crate) fn run(args: &CheckArgs) -> Result<Done> {
    let name = args.file.display();
    let mut input = open(&args.file).with_context(|| format!("cannot open {name}"))?;
    let mut out = Out(Some(io::BufWriter::new(io::stdout().lock())));
    let mut checker = Checker::default();
    let mut piece = vec![0; PIECE];
    loop {
        let read = match input.read(&mut piece) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {name}")),
        };
        if read == 0 {
            break;
        }
        for checked in checker.feed(piece.get(..read).unwrap_or_default()) {
            out.say(&line(&checked, args.json))?;
        }
    }
    let (last, tally) = checker.finish();
    if let Some(checked) = last {
        out.say(&line(&checked, args.json))?;
    }
    out.end()?;
    if tally.claims() == 0 {
        eprintln!("yagura: {name} holds no claim: nothing was proven");
    } else if !args.json {
        eprintln!("{tally}");
    }
    Ok(if tally.is_consistent() { Done::Whole } else { Done::Failed })
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(File::open(path)?))
}

fn line(checked: &Checked, json: bool) -> String {
    if json { checked.to_string() } else { checked.text() }
}

/// Standard output for as long as somebody reads it.
struct Out<W: Write>(Option<W>);

impl<W: Write> Out<W> {
    fn say(&mut self, line: &str) -> io::Result<()> {
        let said = self.0.as_mut().map_or(Ok(()), |out| writeln!(out, "{line}"));
        self.heard(said)
    }

    fn end(&mut self) -> io::Result<()> {
        let said = self.0.as_mut().map_or(Ok(()), Write::flush);
        self.heard(said)
    }

    /// A reader that has gone has all that it wanted.
    fn heard(&mut self, said: io::Result<()>) -> io::Result<()> {
        match said {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.0 = None;
                Ok(())
            }
            other => other,
        }
    }
}
