//! What is written is what the library, which wrote none of it, reads.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding;
use parquet::file::metadata::ParquetMetaData;

use super::contents::{Contents, Order};

/// Numbers that look random and are the same each time: Knuth, The Art of Computer Programming,
/// vol. 2, 3.3.4, table 1, line 26.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % below
    }

    fn some<T>(
        &mut self,
        rows: usize,
        gaps: u64,
        mut value: impl FnMut(u64) -> T,
    ) -> Vec<Option<T>> {
        (0..rows).map(|_| (self.roll(100) >= gaps).then(|| value(self.roll(1 << 31)))).collect()
    }
}

fn schema() -> Schema {
    let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let of = |name: &str, ty: DataType| Field::new(name, ty, true);
    Schema::new(vec![
        Field::new("first_seen", utc.clone(), false),
        of("bytes", DataType::Int64),
        of("src", DataType::Binary),
        of("src_port", DataType::Int32),
        of("dst_port", DataType::Int32),
        of("kind", DataType::Utf8),
        of("hash", DataType::Int64),
        of("nothing", DataType::Utf8),
        of("geo_date", DataType::Date32),
        of("whole", DataType::Boolean),
        of("hour", utc),
    ])
}

/// Rows with all types, encodings and ways to be null; `gaps` in a hundred are null.
fn rows(dice: &mut Dice, rows: usize, gaps: u64) -> RecordBatch {
    let signed = |value: u64| value as i64 - (1 << 30);
    let times: Vec<i64> = (0..rows).map(|_| dice.roll(1 << 60) as i64).collect();
    let hours = dice.some(rows, gaps, |value| value as i64 % 48 * 3_600_000_000);
    let utc =
        |times: TimestampMicrosecondArray| -> ArrayRef { Arc::new(times.with_timezone("UTC")) };
    let address = |value: u64| match value % 7 {
        0 => u128::from(value).to_be_bytes().to_vec(),
        _ => (value as u32).to_be_bytes().to_vec(),
    };
    let kind = |value: u64| "tcp-syn-ack, and so on".get(..value as usize % 20).unwrap().to_owned();
    let extremes = [i64::MIN, i64::MAX, 0, -1];
    let columns: Vec<ArrayRef> = vec![
        utc(times.into()),
        Arc::new(Int64Array::from(dice.some(rows, gaps, |value| extremes[value as usize % 4]))),
        Arc::new(BinaryArray::from_iter(dice.some(rows, gaps, address))),
        Arc::new(Int32Array::from(dice.some(rows, gaps, |value| value as i32 % 65_536))),
        Arc::new(Int32Array::from(dice.some(rows, gaps, |value| signed(value) as i32 / 50_000))),
        Arc::new(StringArray::from_iter(dice.some(rows, gaps, kind))),
        Arc::new(Int64Array::from(dice.some(rows, gaps, |value| value as i64 * 7_919))),
        Arc::new(StringArray::new_null(rows)),
        Arc::new(Date32Array::from(dice.some(rows, gaps, |_| 20_000))),
        Arc::new(BooleanArray::from(dice.some(rows, gaps, |value| value % 2 == 0))),
        utc(hours.into()),
    ];
    RecordBatch::try_new(Arc::new(schema()), columns).unwrap()
}

fn file(batches: &[RecordBatch]) -> Bytes {
    let mut contents = Contents::new(&schema(), Order::Time).unwrap();
    let mut bytes = Vec::new();
    for batch in batches {
        contents.write(batch).unwrap();
        bytes.extend(contents.take());
    }
    contents.finish().unwrap();
    bytes.extend(contents.take());
    bytes.into()
}

fn read(file: Bytes) -> (Vec<RecordBatch>, Arc<ParquetMetaData>) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let metadata = Arc::clone(reader.metadata());
    let batches = reader.with_batch_size(10_000).build().unwrap();
    (batches.map(Result::unwrap).collect(), metadata)
}

fn all(batches: &[RecordBatch]) -> RecordBatch {
    datafusion::arrow::compute::concat_batches(&Arc::new(schema()), batches).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let mut dice = Dice(1);
    for sizes in [&[1][..], &[7, 8, 9], &[64, 1, 1_000], &[5_000, 40_000], &[140_000, 130_000, 3]] {
        for gaps in [0, 1, 50, 99, 100] {
            let written: Vec<_> = sizes.iter().map(|&size| rows(&mut dice, size, gaps)).collect();
            let (read, _) = read(file(&written));
            assert_eq!(all(&read), all(&written), "{sizes:?} {gaps}");
        }
    }
}

/// The column "kind" as a dictionary.
fn coded(rows: &RecordBatch) -> RecordBatch {
    use datafusion::arrow::compute::cast;
    let ty = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |field: &Arc<Field>| match field.name().as_str() {
        "kind" => Arc::new(Field::clone(field).with_data_type(ty.clone())),
        _ => Arc::clone(field),
    };
    let fields: Vec<_> = rows.schema().fields().iter().map(field).collect();
    let mut columns: Vec<ArrayRef> = rows.columns().to_vec();
    columns[5] = cast(&rows.columns()[5], &ty).unwrap();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

#[test]
fn texts_with_numbers_make_the_same_file() {
    let mut dice = Dice(3);
    for gaps in [0, 50, 100] {
        let plain: Vec<_> = [5_000, 40_000, 100_000].map(|size| rows(&mut dice, size, gaps)).into();
        let coded: Vec<_> = plain.iter().map(coded).collect();
        assert!(file(&coded) == file(&plain), "{gaps}");
    }
}

#[test]
fn runs_and_loose_values_of_every_width_are_read() {
    let mut dice = Dice(2);
    let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, false)]));
    for distinct in [1, 2, 3, 17, 255, 256, 257, 4_000] {
        let mut numbers = Vec::new();
        while numbers.len() < 30_000 {
            let (number, times) = (dice.roll(distinct) as i32, dice.roll(40) as usize);
            numbers.extend(std::iter::repeat_n(number, if times > 30 { times } else { 1 }));
        }
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(Int32Array::from(numbers))]);
        let batch = batch.unwrap();
        let mut contents = Contents::new(&schema, Order::Sorted).unwrap();
        contents.write(&batch).unwrap();
        contents.finish().unwrap();
        let (read, _) = read(contents.take().into());
        let read = datafusion::arrow::compute::concat_batches(&schema, &read).unwrap();
        assert_eq!(read, batch, "{distinct}");
    }
}

#[test]
fn no_rows_make_a_file_all_the_same() {
    let (read, metadata) = read(file(&[]));
    assert!(read.is_empty());
    assert_eq!(metadata.num_row_groups(), 0);
}

#[test]
fn a_dictionary_that_does_not_pay_is_not_written() {
    let (_, metadata) = read(file(&[rows(&mut Dice(3), 20_000, 1)]));
    let group = metadata.row_group(0);
    let dictionary = |name: &str| {
        let mut columns = group.columns().iter();
        let column = columns.find(|column| column.column_path().string() == name).unwrap();
        let by_number = column.encodings().any(|encoding| encoding == Encoding::RLE_DICTIONARY);
        assert_eq!(column.dictionary_page_offset().is_some(), by_number, "{name}");
        by_number
    };
    let with =
        ["first_seen", "bytes", "src", "kind", "hash", "nothing", "geo_date", "whole", "hour"];
    let with: Vec<&str> = with.into_iter().filter(|name| dictionary(name)).collect();
    assert_eq!(with, ["kind", "geo_date", "hour"]);
}

#[test]
fn a_dictionary_that_is_full_is_kept_for_the_pages_before() {
    let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
    // The first page's values come four times each; the others never again.
    let numbers = (0..120_000_i64).map(|n| if n < 32_768 { n % 8_192 } else { n * 1_000 });
    let batch =
        RecordBatch::try_new(schema.clone(), vec![Arc::new(Int64Array::from_iter_values(numbers))]);
    let batch = batch.unwrap();
    let mut contents = Contents::new(&schema, Order::Sorted).unwrap();
    contents.write(&batch).unwrap();
    contents.finish().unwrap();
    let (read, metadata) = read(contents.take().into());
    assert_eq!(datafusion::arrow::compute::concat_batches(&schema, &read).unwrap(), batch);
    let encodings: Vec<Encoding> = metadata.row_group(0).column(0).encodings().collect();
    assert!(encodings.contains(&Encoding::RLE_DICTIONARY) && encodings.contains(&Encoding::PLAIN));
}

#[test]
fn bounds_are_those_of_the_values() {
    use parquet::file::statistics::Statistics;
    let batch = rows(&mut Dice(4), 3_000, 10);
    let (_, metadata) = read(file(std::slice::from_ref(&batch)));
    let columns = metadata.row_group(0).columns();
    let of = |name: &str| {
        let at = columns.iter().position(|column| column.column_path().string() == name).unwrap();
        columns[at].statistics().cloned()
    };
    let Some(Statistics::Int64(times)) = of("first_seen") else {
        panic!("no bounds of first_seen")
    };
    let first: &TimestampMicrosecondArray = batch.column(0).as_any().downcast_ref().unwrap();
    let least = first.values().iter().min();
    assert_eq!((times.min_opt(), times.max_opt()), (least, first.values().iter().max()));
    let Some(Statistics::ByteArray(sources)) = of("src") else { panic!("no bounds of src") };
    let src: &BinaryArray = batch.column(2).as_any().downcast_ref().unwrap();
    let least = src.iter().flatten().min().map(<[u8]>::to_vec);
    assert_eq!(sources.min_opt().map(|text| text.data().to_vec()), least);
    assert_eq!(sources.null_count_opt(), Some(arrow_array::Array::null_count(src) as u64));
    assert!(of("hour").is_some() && of("kind").is_none());
}
