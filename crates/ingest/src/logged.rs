//! A log's lines, each an access or counted.
//!
//! In the sums of a summary a line stands for the packets that it states, else for one. What could
//! not be read is malformed; what is no record of a packet, such as another program's line, is not
//! IP. Headers and empty lines stand in no sum.

use std::collections::BTreeMap;

use archive::{Archive, Stage};
use capture::file::{FileError, TextFile};
use capture::fold::{Direction, Tally, Watch};
use gazetteer::Atlas;
use observation::{Fates, Logged, Micros, Point};
use tables::{Line, Reason, Rules, Table, TableError};

use crate::error::ImportError;
use crate::hours::LogHours;
use crate::import::Progress;
use crate::read::{Located, Read};

/// Lines between two looks at how much waits.
const BATCH: usize = 1_024;
/// Points that one file may name. More are a sign that the map takes another column for the point.
const POINTS: usize = 4_096;

/// What a log is read for.
pub(crate) struct LogOf<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) atlas: &'a Atlas,
    /// None: the map names each row's point.
    pub(crate) watch: Option<&'a Watch>,
    pub(crate) settings: String,
}

/// What has been read so far.
struct Sofar {
    stage: Stage,
    rows: BTreeMap<Point, u64>,
    hours: LogHours,
    fates: Fates,
    span: Option<(Micros, Micros)>,
}

impl LogOf<'_> {
    pub(crate) async fn read(
        self,
        file: TextFile,
        rules: Rules,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<Read, ImportError> {
        let received = jiff::Timestamp::now().as_microsecond();
        let points = self.watch.map_or(&[][..], Watch::points);
        let point = points.first().map(|watched| watched.point.clone());
        let mut table = Table::new(rules, point, file).map_err(|_| ImportError::Orders {
            file: name.to_owned(),
            why: "nothing says which point the log is of: give --point, or let the map name it",
        })?;
        let mut sofar = Sofar {
            stage: self.archive.stage(received, self.atlas.date()).await,
            rows: points.iter().map(|watched| (watched.point.clone(), 0)).collect(),
            hours: LogHours::default(),
            fates: Fates::default(),
            span: None,
        };
        let broken = loop {
            let more = self.read_some(&mut table, &mut sofar, name)?;
            sofar.stage.relieve().await?;
            let input = table.input();
            progress(input.bytes_read(), input.input_length());
            match more {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) if error.is_partial() => break Some(error),
                Err(error) => return Err(error.into()),
            }
        };
        let lines = table.report();
        let identity = table.into_input().finish()?;
        let addresses = |point: &Point| self.watch.and_then(|watch| watch.addresses_of(point));
        Ok(Read {
            settings: self.settings,
            broken,
            fates: sofar.fates,
            tally: Tally { accesses: sofar.rows.values().sum(), ..Tally::default() },
            span: sofar.span,
            rows: sofar.rows,
            hours: sofar.hours.coverage(addresses),
            identity,
            staged: sofar.stage.finish().await?,
            received,
            lines: Some(lines),
        })
    }

    /// Reads the next lines. The inner result says whether there may be more.
    fn read_some(
        &self,
        table: &mut Table<TextFile>,
        sofar: &mut Sofar,
        name: &str,
    ) -> Result<Result<bool, FileError>, ImportError> {
        for _ in 0..BATCH {
            let line = match table.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(Ok(false)),
                Err(error) => return failure(error, name).map(Err),
            };
            self.line(line, sofar).map_err(|why| match why {
                Refused::Clock(why) => ImportError::Clock { file: name.to_owned(), why },
                Refused::Orders(why) => ImportError::Orders { file: name.to_owned(), why },
            })?;
        }
        Ok(Ok(true))
    }

    fn line(&self, line: Line, sofar: &mut Sofar) -> Result<(), Refused> {
        let fates = |malformed, not_ip| Fates { packets: 1, malformed, not_ip, ..Fates::default() };
        match line {
            Line::Access(logged) => return self.access(logged, sofar),
            Line::Unread(Reason::NoYear) => return Err(Refused::Orders(NO_YEAR)),
            Line::Unread(_) => sofar.count(None, &fates(1, 0), None)?,
            // These are no records of anything.
            Line::Other(Reason::Header | Reason::Empty) => {}
            Line::Other(_) => sofar.count(None, &fates(0, 1), None)?,
        }
        Ok(())
    }

    fn access(&self, mut logged: Logged, sofar: &mut Sofar) -> Result<(), Refused> {
        let direction = match self.watch {
            Some(watch) => watch.direction(logged.src, logged.dst),
            None => Direction::Inbound(logged.point.clone()),
        };
        let packets = logged.packets.unwrap_or(1);
        let mut fates = Fates { packets, ..Fates::default() };
        let time = Some(logged.first_seen);
        match direction {
            Direction::Inbound(point) => {
                logged.point = point;
                (fates.inbound, fates.access_packets) = (packets, packets);
                sofar.count(time, &fates, Some(&logged.point))?;
                sofar.stage.push_logged(&logged, Located::new(self.atlas, logged.src).origin());
                sofar.row(&logged.point)
            }
            Direction::Outbound(point) => {
                fates.outbound = packets;
                sofar.count(time, &fates, Some(&point))
            }
            Direction::Elsewhere(point) => {
                fates.elsewhere = packets;
                sofar.count(time, &fates, point.as_ref())
            }
        }
    }
}

impl Sofar {
    /// Counts a line. One without a time is counted at the time of the line before.
    fn count(
        &mut self,
        time: Option<Micros>,
        fates: &Fates,
        point: Option<&Point>,
    ) -> Result<(), Refused> {
        self.fates += fates;
        if let Some(time) = time {
            let (first, last) = self.span.unwrap_or((time, time));
            self.span = Some((first.min(time), last.max(time)));
        }
        self.hours.add(time, point, fates).map_err(Refused::Clock)
    }

    fn row(&mut self, point: &Point) -> Result<(), Refused> {
        if let Some(rows) = self.rows.get_mut(point) {
            *rows += 1;
            return Ok(());
        }
        if self.rows.len() >= POINTS {
            return Err(Refused::Orders(MANY_POINTS));
        }
        self.rows.insert(point.clone(), 1);
        Ok(())
    }
}

/// Why a line ends the reading of its file.
enum Refused {
    Clock(capture::fold::TooManyHours),
    Orders(&'static str),
}

const NO_YEAR: &str = "its stamps have no year: say with --year of which year its first line is";
const MANY_POINTS: &str =
    "it names more than 4,096 points: see whether the map takes the right column for the point";

/// What ends a file: the file itself, or that it cannot be read as asked.
fn failure(error: TableError, name: &str) -> Result<FileError, ImportError> {
    let why = match error {
        TableError::Read(error) => match FileError::within(error) {
            Ok(error) => return Ok(error),
            Err(error) => TableError::Read(error),
        },
        why => why,
    };
    Err(ImportError::Log { file: name.to_owned(), why })
}
