//! The Arrow IPC stream of a delivery, checked before anything is made of it.
//!
//! Arrow's own readers allocate by the lengths that a stream says and know more types than we have.
//! So every length is first held against the bytes that are there, the schema message is compared
//! with the field list instead of being believed, and the columns are made by [`crate::column`]:
//! `arrow-ipc`'s decoder takes lengths of buffers for granted and panics where they are wrong.
//!
//! Layout: Arrow Columnar Format 1.5, "Encapsulated message format" and "IPC Streaming Format".

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow_ipc::{MessageHeader, MetadataVersion, root_as_message};
use observation::{Field, Type};

use crate::{Reason, Refusal, Table, column};

/// The longest metadata of a message: ours take about 6 KiB.
const METADATA_LIMIT: usize = 65_536;

/// Marks the beginning of a message, and before a length of 0 the end of the stream.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// The stream of a batch that has the table's schema.
pub(crate) fn encode(batch: &RecordBatch) -> Result<Vec<u8>, arrow_schema::ArrowError> {
    let options = IpcWriteOptions::try_new(8, false, MetadataVersion::V5)?;
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options)?;
    writer.write(batch)?;
    writer.finish()?;
    writer.into_inner()
}

/// The batch of a stream.
///
/// # Errors
/// The stream is not one schema of this table and one record batch of so many rows.
pub(crate) fn decode(table: Table, rows: u32, stream: Vec<u8>) -> Result<RecordBatch, Refusal> {
    let stream = Buffer::from_vec(stream);
    let mut at = 0;
    let schema = message(&stream, &mut at)?;
    check_schema(table, &schema)?;
    let batch = message(&stream, &mut at)?;
    end(stream.get(at..).unwrap_or_default())?;
    decode_batch(table, rows, &stream, &batch)
}

/// A message: where its metadata and its body lie in the stream.
struct Message {
    metadata: std::ops::Range<usize>,
    body: std::ops::Range<usize>,
    bytes: Buffer,
}

fn malformed(detail: impl Into<String>) -> Refusal {
    Refusal::new(Reason::Malformed, detail)
}

/// The next message, whose lengths lie within the stream.
fn message(stream: &Buffer, at: &mut usize) -> Result<Message, Refusal> {
    let cut = || malformed("the Arrow stream ends within a message");
    let rest = stream.get(*at..).ok_or_else(cut)?;
    let (mark, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    if *mark != CONTINUATION {
        return Err(malformed("a message of the Arrow stream does not begin as one"));
    }
    let length = usize::try_from(i32::from_le_bytes(*length)).map_err(|_| cut())?;
    if length > METADATA_LIMIT {
        return Err(malformed("the metadata of an Arrow message is too long"));
    }
    let metadata = rest.get(..length).ok_or_else(cut)?;
    let header = root_as_message(metadata)
        .map_err(|error| malformed(format!("the metadata of an Arrow message: {error}")))?;
    let body = usize::try_from(header.bodyLength()).map_err(|_| cut())?;
    let begin = at.saturating_add(8).saturating_add(length);
    let finish = begin.checked_add(body).filter(|&end| end <= stream.len()).ok_or_else(cut)?;
    let found = Message {
        metadata: at.saturating_add(8)..begin,
        body: begin..finish,
        bytes: stream.clone(),
    };
    *at = finish;
    Ok(found)
}

impl Message {
    fn header(&self) -> Result<arrow_ipc::Message<'_>, Refusal> {
        let metadata = self.bytes.get(self.metadata.clone()).unwrap_or_default();
        root_as_message(metadata).map_err(|error| malformed(error.to_string()))
    }
}

/// After the batch: nothing, or the end-of-stream mark.
fn end(rest: &[u8]) -> Result<(), Refusal> {
    let mark = [CONTINUATION, [0; 4]].concat();
    if rest.is_empty() || rest == mark {
        return Ok(());
    }
    Err(malformed("the Arrow stream goes on after its one batch"))
}

fn check_schema(table: Table, message: &Message) -> Result<(), Refusal> {
    let wrong = |detail: String| Refusal::new(Reason::Schema, detail);
    let header = message.header()?;
    let schema = header
        .header_as_schema()
        .filter(|_| header.header_type() == MessageHeader::Schema && message.body.is_empty())
        .ok_or_else(|| malformed("the Arrow stream does not begin with a schema"))?;
    if schema.endianness() != arrow_ipc::Endianness::Little {
        return Err(wrong("the columns are big-endian".into()));
    }
    let columns = schema.fields().map(|fields| fields.iter().collect::<Vec<_>>());
    let columns = columns.unwrap_or_default();
    let expected = table.fields().count();
    if columns.len() != expected {
        let count = columns.len();
        return Err(wrong(format!("{count} columns, where the table {table} has {expected}")));
    }
    for (field, column) in table.fields().zip(columns) {
        if !is_column(field, column) {
            return Err(wrong(format!("the column {} of {table} is not as listed", field.name)));
        }
    }
    Ok(())
}

/// Whether a column of the stream is the one of the field list.
fn is_column(field: &Field, column: arrow_ipc::Field<'_>) -> bool {
    column.name() == Some(field.name)
        && column.nullable() == field.nullable
        && column.dictionary().is_none()
        && column.children().is_none_or(|children| children.is_empty())
        && is_type(field.ty, column)
}

fn is_type(ty: Type, column: arrow_ipc::Field<'_>) -> bool {
    let int =
        |bits| column.type_as_int().is_some_and(|int| int.bitWidth() == bits && int.is_signed());
    match ty {
        Type::Int => int(32),
        Type::Long => int(64),
        Type::Text => column.type_as_utf_8().is_some(),
        Type::Bytes => column.type_as_binary().is_some(),
        Type::Bool => column.type_as_bool().is_some(),
        Type::Day => {
            column.type_as_date().is_some_and(|date| date.unit() == arrow_ipc::DateUnit::DAY)
        }
        Type::Time => column.type_as_timestamp().is_some_and(|time| {
            time.unit() == arrow_ipc::TimeUnit::MICROSECOND && time.timezone() == Some("UTC")
        }),
    }
}

fn decode_batch(
    table: Table,
    rows: u32,
    stream: &Buffer,
    message: &Message,
) -> Result<RecordBatch, Refusal> {
    let header = message.header()?;
    let batch = header
        .header_as_record_batch()
        .filter(|_| header.header_type() == MessageHeader::RecordBatch)
        .ok_or_else(|| malformed("the schema is not followed by a record batch"))?;
    check_batch(table, rows, &batch)?;
    let rows = usize::try_from(rows).map_err(|_| malformed("too many rows"))?;
    let body = stream.get(message.body.clone()).unwrap_or_default();
    let nodes = batch.nodes().into_iter().flatten();
    let mut buffers = batch.buffers().into_iter().flatten().map(|part| bytes(body, part));
    let mut next = || buffers.next().unwrap_or(Err(malformed("a buffer is missing")));
    let mut columns = Vec::new();
    for (field, node) in table.fields().zip(nodes) {
        let nulls = next()?;
        let nulls = (node.null_count() != 0).then_some(nulls);
        let wide = matches!(field.ty, Type::Text | Type::Bytes);
        let offsets = if wide { next()? } else { &[] };
        let made = column::column(field.ty, rows, nulls, offsets, next()?);
        columns.push(made.ok_or_else(|| malformed(format!("the values of {}", field.name)))?);
    }
    if buffers.next().is_some() {
        return Err(malformed("a buffer too many"));
    }
    RecordBatch::try_new(table.schema(), columns)
        .map_err(|error| malformed(format!("the record batch: {error}")))
}

/// The bytes of a buffer, which lie within the body.
fn bytes<'a>(body: &'a [u8], part: &arrow_ipc::Buffer) -> Result<&'a [u8], Refusal> {
    let offset = usize::try_from(part.offset()).ok();
    let length = usize::try_from(part.length()).ok();
    let range = offset.zip(length).and_then(|(at, length)| Some(at..at.checked_add(length)?));
    let inside = range.and_then(|range| body.get(range));
    inside.ok_or_else(|| malformed("a buffer of the record batch does not lie in its body"))
}

/// Plain buffers, and columns of one length.
fn check_batch(table: Table, rows: u32, batch: &arrow_ipc::RecordBatch<'_>) -> Result<(), Refusal> {
    if batch.compression().is_some() || batch.variadicBufferCounts().is_some() {
        return Err(malformed("the buffers of the record batch are compressed or of views"));
    }
    if batch.length() != i64::from(rows) {
        return Err(malformed("the record batch has not as many rows as the header says"));
    }
    let nodes = batch.nodes().map(|nodes| nodes.iter().collect::<Vec<_>>()).unwrap_or_default();
    let whole = |node: &&arrow_ipc::FieldNode| node.length() == i64::from(rows);
    if nodes.len() != table.fields().count() || !nodes.iter().all(whole) {
        return Err(malformed("the columns of the record batch are not of one length"));
    }
    Ok(())
}
