//! Real logs, whole.
