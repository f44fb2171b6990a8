//! Whole claims.
