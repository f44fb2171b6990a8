//! Reports that come to a mailbox.

use anyhow::Result;
use incident::record::Channel;
use mailbox::{Account, Mailbox};
use register::{Collected, Raw, Register, face};

/// Mails that are taken at once.
const BATCH: usize = 100;

/// Takes in every mail that is not marked, and marks it when it is stored.
pub(crate) fn collect(book: &mut Register, account: &Account) -> Result<Collected> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Nothing else runs in this thread, so the book may wait for its disk in it.
    runtime.block_on(async {
        let mut mailbox = Mailbox::open(account).await?;
        let mut collected = Collected::default();
        loop {
            let batch = mailbox.next(BATCH, face::MOST_BYTES as u64).await?;
            for (uid, size) in &batch.large {
                collected.left.push(format!("mail {uid}: {size} bytes are more than is taken"));
            }
            if batch.mails.is_empty() {
                break;
            }
            let now = jiff::Timestamp::now().as_microsecond();
            let raws: Vec<Raw<'_>> = batch
                .mails
                .iter()
                .map(|mail| Raw {
                    bytes: &mail.bytes,
                    channel: Channel::Mail,
                    received: mail.received.unwrap_or(now),
                    format: None,
                })
                .collect();
            collected.taken.extend(book.take_in(&raws, now)?);
            let uids: Vec<u32> = batch.mails.iter().map(|mail| mail.uid).collect();
            mailbox.done(&uids).await?;
        }
        mailbox.close().await?;
        Ok(collected)
    })
}
