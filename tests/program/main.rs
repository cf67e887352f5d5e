//! The program as its users meet it: what it prints where, its exit codes, the files that it leaves, and every error.

mod alignment_cases;
mod alignment_formats;
mod alphabets;
#[cfg(unix)]
mod batch;
mod bootstrap;
mod calibrate;
mod chains;
mod contacts;
mod conventions;
mod convert;
mod design;
mod earlier;
mod effects;
mod energy;
mod epistasis;
mod evaluate;
mod files;
mod first;
mod handing;
#[cfg(unix)]
mod hostile;
mod independent;
mod inputs;
#[cfg(unix)]
mod interactions;
mod interruption;
mod kinds;
mod learning;
mod malformed;
mod measured_columns;
mod model_files;
mod mutant_tables;
mod objective;
mod partition;
mod plan;
mod plot;
mod positions;
mod reference_cases;
mod refused;
mod report;
mod sample;
mod shell;
mod start;
mod support;
mod threads;
mod validation;
mod weights;
mod what_was_modelled;
#[path = "../common/whole_commands.rs"]
mod whole;
mod whole_commands;
