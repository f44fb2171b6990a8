//! The archive: the only room that knows Delta Lake, Parquet and DataFusion.
//!
//! It holds seven Delta tables in one location: `access`, `coverage`, `daily`, `import` (the ledger
//! of files), `retired`, `finding` and `acknowledged`. Everybody's tools can read them; only this room writes them.
//!
//! * A [`Stage`] takes rows into files that nobody sees yet; [`Archive::deliver_accesses`] commits
//!   them, all or none, and only once.
//! * A [`Standing`] shows how far each point has come, and commits the rows of many points on that
//!   very version.
//! * [`question`] holds the named questions, with plain answers.
//! * [`Archive::sql`] is for users' own queries.

mod arrivals;
mod compaction;
mod daily;
mod day;
mod durable;
mod error;
mod file;
mod findings;
mod functions;
mod grown;
mod ledger;
mod new_file;
mod parquet;
mod provider;
pub mod question;
mod reading;
mod records;
mod replay;
mod scanners;
mod session;
mod sql;
mod stage;
mod table;
mod tables;
mod transactions;
mod upkeep;

use gazetteer::Scanners;
use jiff::tz::TimeZone;
use observation::Micros;
use tokio::sync::Mutex;
use url::Url;

use scanners::KnownScanners;
use table::Table;

pub use arrivals::{MOST_DAYS, Recipient, Standing};
pub use compaction::MANY;
pub use day::Day;
pub use error::{Error, Result};
pub use findings::DayToDetect;
pub use functions::FUNCTIONS;
pub use ledger::{Delivered, Delivery};
pub use replay::{AccessRow, PointHour};
pub use session::Limits;
pub use sql::{Format, Query};
pub use stage::{Stage, Staged};
pub use tables::reference;
pub use upkeep::KEEP;

/// The archive of one observatory.
pub struct Archive {
    zone: TimeZone,
    zone_name: String,
    access: Table,
    coverage: Table,
    daily: Table,
    import: Table,
    retired: Table,
    finding: Table,
    acknowledged: Table,
    ledger_read: Mutex<ledger::LedgerRead>,
    scanners: KnownScanners,
}

impl Archive {
    /// Opens the archive at a location, or makes one there. Civil days are those of `zone`, an IANA
    /// time zone's name.
    ///
    /// # Errors
    /// The location cannot hold an archive, or the zone is not known.
    pub async fn open(location: &Url, zone: &str) -> Result<Self> {
        let unknown =
            |_| Error::Usage(format!("{zone:?} is no time zone: write it like Asia/Tokyo"));
        let zone_name = zone.to_owned();
        let zone = TimeZone::get(zone).map_err(unknown)?;
        let mut root = location.clone();
        if !root.path().ends_with('/') {
            root.set_path(&format!("{}/", root.path()));
        }
        Ok(Archive {
            zone,
            zone_name,
            access: Table::open(&root, &tables::ACCESS).await?,
            coverage: Table::open(&root, &tables::COVERAGE).await?,
            daily: Table::open(&root, &tables::DAILY).await?,
            import: Table::open(&root, &tables::IMPORT).await?,
            retired: Table::open(&root, &tables::RETIRED).await?,
            finding: Table::open(&root, &tables::FINDING).await?,
            acknowledged: Table::open(&root, &tables::ACKNOWLEDGED).await?,
            ledger_read: Mutex::default(),
            scanners: KnownScanners::default(),
        })
    }

    /// The same archive, asked with another list of known scanners than the one that comes with
    /// Yagura. They are a tag at question time: no row changes.
    #[must_use]
    pub fn with_scanners(self, scanners: Scanners) -> Self {
        Archive { scanners: KnownScanners::given(scanners), ..self }
    }

    /// The zone of civil days, an IANA name.
    pub fn zone(&self) -> &str {
        &self.zone_name
    }

    /// The civil day that a moment lies in.
    pub fn day_of(&self, time: Micros) -> Day {
        Day::of(time, &self.zone)
    }

    /// A stage for accesses that are received at a moment, their places from the database of a day
    /// (counted from 1970-01-01).
    pub async fn stage(&self, received: Micros, geo_date: Option<i32>) -> Stage {
        Stage::new(self.access.store().await, received, geo_date)
    }

    fn tables(&self) -> [&Table; 7] {
        [
            &self.access,
            &self.coverage,
            &self.daily,
            &self.import,
            &self.retired,
            &self.finding,
            &self.acknowledged,
        ]
    }
}
