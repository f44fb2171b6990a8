//! Columns that a later version of this program added, in a table that an earlier one made.
//!
//! They are added to the table's schema, and are null in the rows that are there. Columns are only ever added,
//! and nullable (invariant 4 of the architecture), so that nothing else has to be done.

use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::{DeltaTable, DeltaTableError};

use crate::error::{AtTable as _, Result};
use crate::table::{Spec, lost_a_race};

/// Adds the columns that the table has not. Somebody else may add them at the same time.
pub(crate) async fn grown(mut delta: DeltaTable, spec: &Spec) -> Result<DeltaTable> {
    let wanted: StructType =
        spec.schema().as_ref().try_into_kernel().map_err(DeltaTableError::from).at(spec.name)?;
    loop {
        let there = delta.snapshot().at(spec.name)?.schema();
        let lacks = wanted.fields().filter(|field| there.field(field.name()).is_none());
        let lacks: Vec<_> = lacks.cloned().collect();
        if lacks.is_empty() {
            return Ok(delta);
        }
        match delta.clone().add_columns().with_fields(lacks).await {
            Ok(grown) => return Ok(grown),
            Err(error) if lost_a_race(&error) => delta.update_state().await.at(spec.name)?,
            Err(error) => return Err(error).at(spec.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use observation::{Field, Type};
    use url::Url;

    use crate::table::{Change, Spec, Table};

    static BEFORE: Spec = Spec { name: "t", fields: &[NUMBER], partition: None };
    static AFTER: Spec = Spec { name: "t", fields: &[NUMBER, WORD], partition: None };
    const NUMBER: Field =
        Field { name: "number", ty: Type::Long, nullable: false, unit: "", meaning: "a number" };
    const WORD: Field =
        Field { name: "word", ty: Type::Text, nullable: true, unit: "", meaning: "a word" };

    #[tokio::test]
    async fn columns_are_added_once() {
        let folder = tempfile::tempdir().unwrap();
        let location = Url::from_directory_path(folder.path()).unwrap();
        let before = Table::open(&location, &BEFORE).await.unwrap();
        let first = Table::open(&location, &AFTER).await.unwrap().view().await.unwrap();
        assert_eq!(first.version(), 1);
        let names = first.columns();
        assert_eq!(names, ["number", "word"]);
        let again = Table::open(&location, &AFTER).await.unwrap().view().await.unwrap();
        assert_eq!((again.version(), again.columns()), (1, names));
        // A program that does not know of it writes on.
        let old = before.view().await.unwrap();
        assert!(old.commit(Change::default()).await.unwrap());
        assert_eq!(before.view().await.unwrap().columns().len(), 2);
    }
}
