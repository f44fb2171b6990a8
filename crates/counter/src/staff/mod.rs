//! Pages of the staff, in the language that each of them chose.

mod account;
mod accounts;
mod case;
mod cases;
mod entry;
mod language;
mod list;
mod month;
mod months;
mod names;
mod reporters;
mod show;
mod told;
mod unseal;

pub(crate) use account::{first_path, invited, join};
pub(crate) use accounts::{accounts, change_accounts};
pub(crate) use case::{apply, case, change_case};
pub(crate) use cases::{Wish as NewCase, cases, open, open_case};
pub(crate) use entry::{Shown as Credentials, begin, enter, leave, login};
pub(crate) use language::choose_language;
pub(crate) use list::{Asked, list, seen};
pub(crate) use month::{change_month, month};
pub(crate) use months::months;
pub(crate) use names::{decide, names};
pub(crate) use reporters::{erase, reporters};
pub(crate) use show::show;
pub(crate) use unseal::unseal;
