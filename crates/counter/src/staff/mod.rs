//! Pages of the staff.

mod account;
mod accounts;
mod case;
mod cases;
mod entry;
mod list;
mod show;

pub(crate) use account::{first_path, invited, join};
pub(crate) use accounts::{accounts, change_accounts};
pub(crate) use case::{apply, case, change_case};
pub(crate) use cases::{Wish as NewCase, cases, open, open_case};
pub(crate) use entry::{Shown as Credentials, begin, enter, leave, login};
pub(crate) use list::{Asked, list, seen};
pub(crate) use show::show;
