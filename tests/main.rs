//! Tests of the program as users run it: files in, exit statuses, JSON, SQL, pages out.
//!
//! - `YAGURA_TEST_PROGRAM`: test this program in place of the one built beside the tests.
//! - `YAGURA_KILLS`: how often the tests of kills kill an import, and a hub; 10 where it is not said.
//! - `YAGURA_FAULTS`, `YAGURA_FAULT_SEED`: how many faults, and which; 200 of seed 1 where it is not said.
//! - `YAGURA_TEST_POINT`: the program of a point; the one beside the program under test where it is not said.
//! - `YAGURA_SWEEP=all`: import every capture of the shared data; a sample of them where it is not
//!   said.
//! - `YAGURA_TAMPERS`: how often the tests of tampering change a bulletin; 1,000 where it is not said.
//! - `YAGURA_WRITE_SAMPLES=1`: print the sample of a bulletin anew.
//! - `YAGURA_TEST_PYTHON`: a Python with the packages of xtask/requirements.txt.
//! - `YAGURA_TEST_NODE_MODULES`: a folder with the packages of xtask/package.json.

// What cannot go on in a test fails the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts;
mod ask;
mod attack;
mod bulletin;
mod common;
mod config;
mod detect;
mod import;
mod inputs;
mod kill;
mod live;
mod logs;
mod moments;
mod open_archive;
mod output;
mod pages;
mod points;
mod printed;
mod reports;
mod scenario;
mod small_figures;
mod sql;
mod sql_refuses;
mod sweep;
mod tampering;
mod telgen;
mod together;
mod up;
mod verdicts;
