//! Questions to archives of rows that were written by hand.

mod as_of;
mod dropped;
mod period;
mod places;
mod rows;
mod scanners;
