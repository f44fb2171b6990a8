//! The columns that are counted, read row by row from an access file.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array as _, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::count::ServiceOfPoint;
use crate::tables::ACCESS;

/// Points that one day can count.
const POINTS: usize = 65_536;
/// Kinds that one day can count: a source's kinds are bits of 16.
const KINDS: usize = 16;

/// The columns, as they are asked for.
pub(super) const COLUMNS: [&str; 8] =
    ["first_seen", "point", "src", "protocol", "dst_port", "icmp_type", "kind", "packets"];

/// Names by number, in the order in which they were first met.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

/// What a row counts by.
pub(super) struct Row<'a> {
    pub(super) src: &'a [u8],
    pub(super) service: ServiceOfPoint,
    /// The kind's number.
    pub(super) kind: u8,
    pub(super) packets: Option<u64>,
}

/// What the kind of an access is called whose log does not say enough.
pub(crate) const UNKNOWN: &str = "unknown";

impl Names {
    /// The numbers of a dictionary's values; none: there are more names than `most`.
    fn numbers(&mut self, values: &StringArray, most: usize) -> Option<Vec<u16>> {
        values.iter().map(|name| self.number(name.unwrap_or(UNKNOWN), most)).collect()
    }

    fn number(&mut self, name: &str, most: usize) -> Option<u16> {
        let at = self.0.iter().position(|other| other == name).unwrap_or(self.0.len());
        if at == self.0.len() {
            self.0.push(name.to_owned());
        }
        u16::try_from(at).ok().filter(|_| at < most)
    }

    /// The name with a number.
    pub(super) fn name(&self, number: usize) -> &str {
        self.0.get(number).map_or(UNKNOWN, String::as_str)
    }
}

/// The schema to read an access file with: names stay numbers of a dictionary.
pub(super) fn schema() -> SchemaRef {
    let fields = ACCESS.file_schema();
    let fields = fields.fields().iter().map(|field| {
        if !matches!(field.name().as_str(), "point" | "kind") {
            return Arc::clone(field);
        }
        let names = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Arc::new(Field::clone(field).with_data_type(names))
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Shows each row of a batch with the columns [`COLUMNS`] that was first seen in [from, to). None:
/// the batch is not one of ours.
pub(super) fn each(
    batch: &RecordBatch,
    (from, to): (i64, i64),
    points: &mut Names,
    kinds: &mut Names,
    mut show: impl FnMut(&Row<'_>),
) -> Option<()> {
    let column = |at: usize| COLUMNS.get(at).and_then(|name| batch.column_by_name(name));
    let times = column(0)?.as_primitive_opt::<TimestampMicrosecondType>()?;
    let point_names = column(1)?.as_dictionary_opt::<Int32Type>()?;
    let sources = column(2)?.as_binary_opt::<i32>()?;
    let protocols = column(3)?.as_primitive_opt::<Int32Type>()?;
    let ports = column(4)?.as_primitive_opt::<Int32Type>()?;
    let types = column(5)?.as_primitive_opt::<Int32Type>()?;
    let kind_names = column(6)?.as_dictionary_opt::<Int32Type>()?;
    let packets = column(7)?.as_primitive_opt::<Int64Type>()?;
    let point_numbers = points.numbers(point_names.values().as_string_opt()?, POINTS)?;
    let kind_numbers = kinds.numbers(kind_names.values().as_string_opt()?, KINDS)?;
    let unknown = if kind_names.null_count() > 0 { kinds.number(UNKNOWN, KINDS)? } else { 0 };
    let (point_of, kind_of) = (there(point_names.keys()), there(kind_names.keys()));
    let (protocol, port, icmp_type) = (there(protocols), there(ports), there(types));
    let packets = there(packets);
    for (row, (time, src)) in times.values().iter().zip(sources).enumerate() {
        if !(from..to).contains(time) {
            continue;
        }
        let point = *point_numbers.get(point_of(row)? as usize)?;
        let kind = match kind_of(row) {
            Some(key) => *kind_numbers.get(key as usize)?,
            None => unknown,
        };
        let [protocol, port, icmp_type] =
            [protocol(row), port(row), icmp_type(row)].map(|value| value.map(i32::cast_unsigned));
        show(&Row {
            src: src?,
            service: ServiceOfPoint::new(point, protocol, port, icmp_type),
            kind: u8::try_from(kind).ok()?,
            packets: packets(row).map(i64::cast_unsigned),
        });
    }
    Some(())
}

/// A column's value in a row, where it has one. Whether any is missing is asked once.
fn there<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>) -> impl Fn(usize) -> Option<T::Native> {
    let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
    let values = column.values();
    move |row| {
        let value = values.get(row).copied()?;
        nulls.is_none_or(|nulls| nulls.is_valid(row)).then_some(value)
    }
}

impl ServiceOfPoint {
    /// Packs point, protocol, port and ICMP type. What is none sorts after what is there.
    fn new(point: u16, protocol: Option<u32>, port: Option<u32>, icmp_type: Option<u32>) -> Self {
        let packed = |value: Option<u32>, bits: u32| match value {
            Some(value) => u64::from(value & ((1 << bits) - 1)),
            None => 1 << bits,
        };
        let [point, protocol] = [u64::from(point), packed(protocol, 8)];
        ServiceOfPoint(
            ((point << 9 | protocol) << 17 | packed(port, 16)) << 9 | packed(icmp_type, 8),
        )
    }

    /// Point, protocol, port, ICMP type.
    pub(super) fn parts(self) -> (u16, Option<i32>, Option<i32>, Option<i32>) {
        let there = |bits: u64, width: u32| {
            let value = bits & ((1 << width) - 1);
            (bits >> width & 1 == 0).then(|| i32::try_from(value).unwrap_or_default())
        };
        let ServiceOfPoint(packed) = self;
        let point = u16::try_from(packed >> 35).unwrap_or(u16::MAX);
        (point, there(packed >> 26, 8), there(packed >> 9, 16), there(packed, 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_packed_and_unpacked() {
        for (protocol, port, icmp_type) in [
            (Some(6), Some(65_535), None),
            (Some(1), None, Some(255)),
            (None, None, None),
            (Some(255), Some(0), Some(0)),
        ] {
            let packed = ServiceOfPoint::new(65_535, protocol, port, icmp_type);
            let signed = |value: Option<u32>| value.map(u32::cast_signed);
            let parts = (65_535, signed(protocol), signed(port), signed(icmp_type));
            assert_eq!(packed.parts(), parts);
        }
    }
}
