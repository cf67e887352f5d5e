//! How much memory a fit takes, before it takes it.

use super::mean_field;
use super::options::{FitOptions, Method};
use super::pseudolikelihood::{self, Layout};
use crate::alignment::Alignment;
use crate::error::{Error, Result};
use crate::model::couplings::pairs;

/// Half bytes a cell of the alignment: its letter as read, its state, its code while trees grow, its state in the trees, and what the
/// trees' edges take, which is 2 bytes where sequences are alike and 5 where they are not.
const HALF_CELL: u64 = 15;

/// Bytes a sequence: its name, its places in memory, its weight, its node.
const SEQUENCE_IN_TREE: u64 = 180;

/// Bytes a cell while the alignment is read and the sequences are weighted.
const CELL_READ: u64 = 6;

/// Bytes a cell and a sequence of a fit of independent sites.
const INDEPENDENT: (u64, u64) = (4, 120);

/// Bytes a cell of what stays of that: its letter as read and its state.
const CELL_KEPT: u64 = 2;

/// Bytes a sequence where there are no trees: its name, its places in memory, its weight.
const SEQUENCE: u64 = 300;

/// The program itself and the libraries that it loads.
const PROGRAM: u64 = 18_000_000;

/// Bytes that a fit of `alignment` takes at its peak, with `threads` threads.
pub fn estimate(alignment: &Alignment, options: &FitOptions, threads: usize) -> u64 {
    let states = alignment.alphabet().states(options.gaps);
    let sites = alignment.sites();
    let cells = (alignment.sequences() * sites) as u64;
    let sequences = alignment.sequences() as u64;
    let data = cells * HALF_CELL / 2 + sequences * SEQUENCE_IN_TREE;
    let room = pseudolikelihood::room_bytes(alignment.sequences(), sites, states);
    let rooms = threads as u64 * room;
    let problem = |layout| pseudolikelihood::problem_bytes(sites, states, layout);
    let blocks = match &options.sites {
        Some(some) => some.len() * sites,
        None => pairs(sites),
    };
    let model = (blocks * states * states * size_of::<f32>()) as u64;
    let needed = match options.method {
        Method::Plm => data + problem(Layout::Pairs) + rooms,
        Method::PlmAsymmetric => data + model + threads as u64 * problem(Layout::Group(0)) + rooms,
        Method::MeanField => {
            let residues = alignment.alphabet().residues();
            let matrices = mean_field::matrix_bytes(sites, residues, threads);
            sequences * SEQUENCE + (cells * CELL_READ).max(cells * CELL_KEPT + matrices)
        }
        Method::Independent => cells * INDEPENDENT.0 + sequences * INDEPENDENT.1,
    };
    PROGRAM + needed
}

/// Refuses a fit that would not fit into the memory allowed.
///
/// # Errors
/// [`Error::Memory`] with what would help.
pub fn check(alignment: &Alignment, options: &FitOptions, threads: usize) -> Result<()> {
    let needed = estimate(alignment, options, threads);
    match options.max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: remedy(alignment, options, threads, available),
        }),
        _ => Ok(()),
    }
}

fn remedy(alignment: &Alignment, options: &FitOptions, threads: usize, available: u64) -> String {
    let asymmetric = FitOptions {
        method: Method::PlmAsymmetric,
        ..options.clone()
    };
    let smaller = estimate(alignment, &asymmetric, threads);
    if options.method != Method::PlmAsymmetric && smaller <= available {
        return format!(
            "--method plm-asymmetric needs about {}",
            crate::error::human_bytes(smaller)
        );
    }
    "model fewer columns (--max-column-gap 0.3), or use a machine with more memory (--max-memory tells how much may be used)".into()
}
