//! Places against truths from elsewhere: what Team Cymru answered, published databases, and files
//! made by hand or damaged.

mod build;
mod hostile;
mod made;
mod shared;
mod truth;
