//! A table's view as DataFusion sees it: the files that the log names, and no others.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::{ExecutionPlan, project_schema};

use crate::file::File;
use crate::table::Spec;

/// The files of one table at one version.
#[derive(Debug)]
pub(crate) struct FilesOfTable {
    spec: &'static Spec,
    files: Vec<File>,
    at: ObjectStoreUrl,
    schema: TableSchema,
}

impl FilesOfTable {
    /// A table of these files, whose store is registered under `at`.
    pub(crate) fn new(spec: &'static Spec, files: Vec<File>, at: ObjectStoreUrl) -> Self {
        let all = spec.schema();
        let partition: Vec<FieldRef> = spec
            .partition
            .and_then(|name| all.fields().iter().find(|field| field.name() == name).cloned())
            .into_iter()
            .collect();
        let schema =
            TableSchema::builder(spec.file_schema()).with_table_partition_cols(partition).build();
        FilesOfTable { spec, files, at, schema }
    }

    /// The files that may hold rows for a predicate.
    fn needed(&self, predicate: Option<&Arc<dyn PhysicalExpr>>) -> Vec<&File> {
        let all = || self.files.iter().collect();
        let Some(predicate) = predicate else { return all() };
        let pruning = PruningPredicateBuilder::new()
            .with_file_schema(self.schema())
            .try_build(Arc::clone(predicate));
        let Ok(keep) = pruning.and_then(|pruning| pruning.prune(&FileRanges(&self.files))) else {
            // Passing over files only saves time.
            return all();
        };
        self.files.iter().zip(keep).filter_map(|(file, keep)| keep.then_some(file)).collect()
    }

    fn partitioned(&self, file: &File) -> PartitionedFile {
        let size = u64::try_from(file.add.size).unwrap_or_default();
        let day = ScalarValue::Date32(file.day().map(crate::Day::to_epoch));
        let values = self.spec.partition.map(|_| day);
        PartitionedFile::new(file.add.path.clone(), size)
            .with_partition_values(values.into_iter().collect())
    }
}

#[async_trait]
impl TableProvider for FilesOfTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = DFSchema::try_from(Schema::clone(&self.schema()))?;
        let predicate = conjunction(filters.iter().cloned())
            .map(|filter| state.create_physical_expr(filter, &schema))
            .transpose()?;
        let mut source = ParquetSource::new(self.schema.clone());
        if let Some(predicate) = &predicate {
            source = source.with_predicate(Arc::clone(predicate)).with_pushdown_filters(true);
        }
        let files = self.needed(predicate.as_ref());
        if files.is_empty() {
            let schema = project_schema(&self.schema(), projection)?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let files = files.into_iter().map(|file| self.partitioned(file));
        let groups =
            FileGroup::new(files.collect()).split_files(state.config().target_partitions());
        let config = FileScanConfigBuilder::new(self.at.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// What the log says of each file's range.
struct FileRanges<'a>(&'a [File]);

impl FileRanges<'_> {
    fn bound(&self, column: &Column, upper: bool) -> Option<ArrayRef> {
        match column.name.as_str() {
            "day" => {
                let days = self.0.iter().map(|file| file.day().map(crate::Day::to_epoch));
                Some(Arc::new(days.collect::<Date32Array>()))
            }
            "first_seen" => {
                let times = self.0.iter().map(|file| first_seen(file, upper));
                let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
                let values =
                    times.map(|time| ScalarValue::TimestampMicrosecond(time, Some("UTC".into())));
                let array = ScalarValue::iter_to_array(values).ok()?;
                (array.data_type() == &utc).then_some(array)
            }
            _ => None,
        }
    }
}

/// A bound of a file's first_seen, µs; the log cuts it to milliseconds, so the upper one is moved
/// to the end of its millisecond.
fn first_seen(file: &File, upper: bool) -> Option<i64> {
    let bounds = if upper { &file.stats.max_values } else { &file.stats.min_values };
    let time: jiff::Timestamp = bounds.first_seen.as_deref()?.parse().ok()?;
    Some(time.as_microsecond() + if upper { 999 } else { 0 })
}

impl PruningStatistics for FileRanges<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, false)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, true)
    }

    fn num_containers(&self) -> usize {
        self.0.len()
    }

    fn null_counts(&self, _column: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(
            self.0.iter().map(|file| Some(file.stats.num_records)).collect::<UInt64Array>(),
        ))
    }

    fn contained(
        &self,
        _column: &Column,
        _values: &std::collections::HashSet<ScalarValue>,
    ) -> Option<BooleanArray> {
        None
    }
}
