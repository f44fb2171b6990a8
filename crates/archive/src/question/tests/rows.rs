//! A temporary archive, and accesses to put into it.

use jiff::tz::TimeZone;
use observation::{Access, Origin, Point, SECOND};
use tempfile::TempDir;
use url::Url;

use crate::question::Scope;
use crate::{Archive, Day, Delivered, Delivery};

/// An archive, and the folder that goes when it does.
pub(super) struct Trial {
    folder: TempDir,
    pub(super) archive: Archive,
}

/// A source address, its country and its autonomous system.
pub(super) type Row<'a> = (&'a str, Option<&'a str>, Option<u32>);

impl Trial {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Trial { archive: opened(&folder, "UTC").await, folder }
    }

    /// The same archive, its days those of another zone.
    pub(super) async fn in_zone(&mut self, zone: &str) {
        self.archive = opened(&self.folder, zone).await;
    }

    /// Adds rows of a day, whose places are by the database of another day, if any: one access of
    /// two packets each, 100 s apart.
    pub(super) async fn add(
        &self,
        point: &str,
        day: &str,
        database: Option<&str>,
        rows: &[Row<'_>],
    ) {
        let begins = day.parse::<Day>().unwrap().begins(&TimeZone::UTC);
        self.add_at(begins, point, day, database, rows).await;
    }

    /// The same, received at a moment.
    pub(super) async fn add_at(
        &self,
        received: i64,
        point: &str,
        day: &str,
        database: Option<&str>,
        rows: &[Row<'_>],
    ) {
        let point: Point = point.parse().unwrap();
        let database = database.map(|day| day.parse::<Day>().unwrap().to_epoch());
        let begins = day.parse::<Day>().unwrap().begins(&TimeZone::UTC);
        let mut stage = self.archive.stage(received, database).await;
        for (number, &(src, country, asn)) in (0..).zip(rows) {
            let access = access(begins + 100 * number * SECOND, &point, src);
            stage.extend(&[access], std::iter::once(Origin { country, asn }));
        }
        let staged = stage.finish().await.unwrap();
        self.archive.admits(&staged).await.unwrap();
        let generation = format!("{day} {database:?} {received}");
        let delivery = Delivery { point, generation, rows: rows.len() as u64 };
        let delivered = self.archive.deliver_accesses(&[delivery], staged).await.unwrap();
        assert_eq!(delivered, Delivered::Now);
    }
}

async fn opened(folder: &TempDir, zone: &str) -> Archive {
    let location = Url::from_directory_path(folder.path()).unwrap();
    Archive::open(&location, zone).await.unwrap()
}

/// Days, and one point or all.
pub(super) fn scope(from: &str, to: &str, point: Option<&str>) -> Scope {
    let day = |text: &str| Some(text.parse().unwrap());
    Scope {
        from: day(from),
        to: day(to),
        point: point.map(|name| name.parse().unwrap()),
        as_of: None,
    }
}

fn access(first_seen: i64, point: &Point, src: &str) -> Access {
    let src = src.parse().unwrap();
    Access { packets: 2, syns: 2, bytes: 80, ..testkit::syn(first_seen, point, src) }
}
