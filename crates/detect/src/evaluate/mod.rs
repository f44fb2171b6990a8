//! How well surges are found.
