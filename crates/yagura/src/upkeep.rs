//! `yagura archive`: compaction, clean-up, retention.

use anyhow::Result;

use crate::cli::ArchiveCommand;
use crate::{Done, open};

/// Does one of the chores.
pub(crate) async fn run(command: &ArchiveCommand) -> Result<Done> {
    match command {
        ArchiveCommand::Compact { folder, many } => {
            let (archive, _) = open(folder).await?;
            say!("{} parts of tables were compacted", archive.compact(*many).await?);
        }
        ArchiveCommand::CleanUp { folder } => {
            let (archive, _) = open(folder).await?;
            say!("{} files were deleted", archive.clean_up(archive::KEEP).await?);
        }
        ArchiveCommand::Retire { folder, before } => {
            let (archive, _) = open(folder).await?;
            let days = archive.retire_before(*before).await?;
            say!("the rows of {} days were dropped; their daily counts are kept", days.len());
        }
    }
    Ok(Done::Whole)
}
