//! The rows in the order of their times, for those who look at one after the other.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use futures::TryStreamExt as _;
use jiff::tz::TimeZone;
use observation::{Kind, Micros, Quoted, Tool};

use crate::Archive;
use crate::daily::within;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::functions::address;
use crate::records::records;
use crate::session::{self, Limits};

/// A row of the table `access`; what it does not say is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccessRow<'a> {
    /// When it was first seen.
    pub first_seen: Micros,
    /// How long it lasted, µs.
    pub duration: Option<Micros>,
    /// The point's name.
    pub point: &'a str,
    /// Source address.
    pub src: IpAddr,
    /// Watched address.
    pub dst: Option<IpAddr>,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Source port.
    pub src_port: Option<u16>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// ICMP type.
    pub icmp_type: Option<u8>,
    /// What the first packet was.
    pub kind: Option<Kind>,
    /// Packets.
    pub packets: Option<u64>,
    /// All TCP flags seen, or-ed.
    pub tcp_flags: Option<u16>,
    /// The tool whose mark it bears.
    pub tool: Option<Tool>,
    /// What an ICMP error quotes.
    pub quoted: Option<Quoted>,
    /// XXH3-64 of the first payload seen whole.
    pub payload_hash: Option<u64>,
}

/// What a point watched in an hour, over all its deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointHour {
    /// The hour's beginning.
    pub hour: Micros,
    /// The point's name.
    pub point: String,
    /// Seconds watched, at most 3,600; none where one of the deliveries does not know.
    pub seconds_up: Option<u32>,
    /// Addresses watched; none where there is no watch list.
    pub addresses: Option<u64>,
}

/// The columns of [`AccessRow`], in its order.
const COLUMNS: &str = "first_seen, duration, arrow_cast(point, 'Utf8') as point, src, dst, protocol, \
    src_port, dst_port, icmp_type, arrow_cast(kind, 'Utf8') as kind, packets, tcp_flags, \
    arrow_cast(tool, 'Utf8') as tool, quoted_protocol, quoted_dst, quoted_src_port, \
    quoted_dst_port, payload_hash";

impl Archive {
    /// The UTC days that there is anything of, from the first to the last; none in an empty archive.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn days_in_utc(&self) -> Result<Option<RangeInclusive<Day>>> {
        let utc = |time| Day::of(time, &TimeZone::UTC);
        let Some(period) = self.extent().await? else { return Ok(None) };
        let last = period.to.plus(1).begins(&self.zone) - 1;
        Ok(Some(utc(period.from.begins(&self.zone))..=utc(last)))
    }

    /// Shows the accesses of a UTC day in the order of their times; those of the same time in an
    /// order that the rows alone decide.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn each_access(&self, day: Day, mut show: impl FnMut(&AccessRow<'_>)) -> Result<()> {
        let view = self.access.view().await?;
        let mut files = view.files().await?;
        files.retain(|file| file.day() == Some(day));
        if files.is_empty() {
            return Ok(());
        }
        let session = session::new(Limits::default())?;
        session::register_files(&session, "access", &view, files)?;
        let query = format!(
            "select {COLUMNS} from access \
             order by first_seen, src, dst, src_port, dst_port, point, protocol, kind"
        );
        let mut batches = session::plan(&session, &query).await?.execute_stream().await?;
        while let Some(batch) = batches.try_next().await? {
            let columns = Columns::of(&batch).ok_or_else(|| {
                Error::Parquet("access", "its columns are not those of the table".to_owned())
            })?;
            (0..batch.num_rows()).filter_map(|row| columns.row(row)).for_each(|row| show(&row));
        }
        Ok(())
    }

    /// What was watched on a UTC day, by hour and point.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn point_hours(&self, day: Day) -> Result<Vec<PointHour>> {
        let session = session::new(Limits::default())?;
        session::register(&session, "coverage", &self.coverage.view().await?).await?;
        let [from, to] = [day, day.plus(1)].map(|day| day.begins(&TimeZone::UTC));
        let query = format!(
            "select hour, point, sum(seconds_up) as seconds, count(*) - count(seconds_up) as unknown, \
                    max(addresses) as addresses \
             from coverage where point is not null and {} \
             group by hour, point order by hour, point",
            within("hour", from, to)
        );
        let batches = session::rows(&session, &query).await?;
        let hour = |record: crate::records::Record<'_>| {
            let known = record.count("unknown")? == 0;
            let seconds = record.count("seconds").filter(|_| known);
            Some(PointHour {
                hour: record.time("hour")?,
                point: record.text("point")?.to_owned(),
                // Two captures of the same hour do not make it longer.
                seconds_up: seconds
                    .map(|seconds| u32::try_from(seconds.min(3_600)).unwrap_or(3_600)),
                addresses: record.count("addresses"),
            })
        };
        Ok(records(&batches).filter_map(hour).collect())
    }
}

/// The columns of a batch, found once for all its rows.
struct Columns<'a>(Vec<&'a ArrayRef>);

impl<'a> Columns<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let columns: Vec<&ArrayRef> = batch.columns().iter().collect();
        let texts = [2, 9, 12].iter().all(|&at| columns.get(at).is_some_and(|c| is_text(c)));
        (columns.len() == 18 && texts).then_some(Columns(columns))
    }

    fn there(&self, at: usize, row: usize) -> Option<&'a dyn Array> {
        let column: &'a ArrayRef = self.0.get(at)?;
        column.is_valid(row).then(|| column.as_ref())
    }

    fn text(&self, at: usize, row: usize) -> Option<&'a str> {
        Some(self.there(at, row)?.as_string_opt::<i32>()?.value(row))
    }

    fn address(&self, at: usize, row: usize) -> Option<IpAddr> {
        let column = self.there(at, row)?;
        let plain = column.as_binary_opt::<i32>().map(|column| column.value(row));
        address(plain.or_else(|| column.as_binary_view_opt().map(|column| column.value(row)))?)
    }

    fn small<T: TryFrom<i32>>(&self, at: usize, row: usize) -> Option<T> {
        let value = self.there(at, row)?.as_primitive_opt::<Int32Type>()?.value(row);
        T::try_from(value).ok()
    }

    fn long(&self, at: usize, row: usize) -> Option<i64> {
        Some(self.there(at, row)?.as_primitive_opt::<Int64Type>()?.value(row))
    }

    fn time(&self, at: usize, row: usize) -> Option<Micros> {
        Some(self.there(at, row)?.as_primitive_opt::<TimestampMicrosecondType>()?.value(row))
    }

    /// None: what every row has is not there, so the file is not ours.
    fn row(&self, row: usize) -> Option<AccessRow<'a>> {
        let quoted = || {
            let ports = self.small(15, row).zip(self.small(16, row));
            Some(Quoted { protocol: self.small(13, row)?, dst: self.address(14, row)?, ports })
        };
        let kind = self.text(9, row);
        let tool = self.text(12, row);
        Some(AccessRow {
            first_seen: self.time(0, row)?,
            duration: self.long(1, row),
            point: self.text(2, row)?,
            src: self.address(3, row)?,
            dst: self.address(4, row),
            protocol: self.small(5, row),
            src_port: self.small(6, row),
            dst_port: self.small(7, row),
            icmp_type: self.small(8, row),
            kind: kind.and_then(|name| Kind::ALL.into_iter().find(|kind| kind.as_str() == name)),
            packets: self.long(10, row).and_then(|packets| u64::try_from(packets).ok()),
            tcp_flags: self.small(11, row),
            tool: tool.and_then(|name| Tool::ALL.into_iter().find(|tool| tool.as_str() == name)),
            quoted: quoted(),
            payload_hash: self.long(17, row).map(i64::cast_unsigned),
        })
    }
}

fn is_text(column: &ArrayRef) -> bool {
    column.as_string_opt::<i32>().is_some()
}
