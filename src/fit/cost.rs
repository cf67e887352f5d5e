//! What a fit costs before it begins: memory, disk and time. Modelled here, once, for all who ask.

use super::boltzmann;
use super::boltzmann::options::BoltzmannOptions;
use super::mean_field;
use super::options::{FitOptions, Method, PlmOptions};
use super::pseudolikelihood::{self, TileSet, groups_of, problem_bytes, state_bytes};
use crate::alignment::Alignment;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result, human_bytes};
use crate::kernels::f32x8::LANES;
use crate::model::couplings::pairs;
use crate::model::{MethodName, Model};

/// What a fit by one method takes.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Cost {
    /// The method.
    pub method: MethodName,
    /// Bytes of memory at the peak.
    pub memory_bytes: u64,
    /// Bytes of the model file.
    pub model_bytes: u64,
    /// Bytes of a checkpoint; 0 for methods without.
    pub checkpoint_bytes: u64,
    /// Seconds on the clock, with those that reading and weighing took; `None` without a trial.
    pub seconds: Option<f64>,
}

/// What a trial found.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Trial {
    /// Threads that worked at once.
    pub threads: usize,
    /// Seconds that ordering the sequences took.
    pub ordering_seconds: f64,
    /// Bytes of the trees that they are ordered in.
    pub tree_bytes: u64,
    /// Groups of eight sites.
    #[serde(flatten)]
    pub groups: GroupMeans,
    /// Floating point operations a second of the inverse of a matrix.
    pub inverse_rate: f64,
}

/// Means of the groups that a trial fitted.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct GroupMeans {
    /// Seconds to make room for a group of eight sites.
    pub setup_seconds: f64,
    /// Seconds of an evaluation of value and gradient of a group, on one of the threads.
    pub evaluating_seconds: f64,
    /// Seconds of the step before and of what is learnt after an evaluation.
    pub stepping_seconds: f64,
    /// Evaluations until a group converges.
    pub evaluations: f64,
    /// Groups that were fitted to the end.
    pub groups_fitted: usize,
}

/// Bytes a cell of the alignment while trees grow: its letter as read, its state, its code.
const CELL_BESIDE_TREES: u64 = 3;

/// Bytes a sequence beside the trees: its name, its places in memory, its weight.
const SEQUENCE_BESIDE_TREES: u64 = 120;

/// Half bytes a cell of the trees, before they are grown: its state, and what edges take, which is 2 bytes where sequences are alike and 5
/// where they are not.
const HALF_CELL_OF_TREES: u64 = 9;

/// Bytes a sequence of the trees: its node.
const SEQUENCE_OF_TREES: u64 = 60;

/// Bytes a cell while the alignment is read and the sequences are weighted.
const CELL_READ: u64 = 6;

/// Bytes a cell and a sequence of a fit of independent sites.
const INDEPENDENT: (u64, u64) = (4, 120);

/// Bytes a cell of what stays of that: its letter as read and its state.
const CELL_KEPT: u64 = 2;

/// Bytes a sequence where there are no trees: its name, its places in memory, its weight.
const SEQUENCE: u64 = 300;

/// The program itself and the libraries that it loads.
const PROGRAM: u64 = 22_000_000;

/// Evaluations of the symmetric fit by those of a group: a little more, and where there are few sequences some 1.3 times as many
/// (measured on 43 families).
fn symmetric_evaluations(evaluations: f64, neff_per_site: f64) -> f64 {
    evaluations * (1.03 + 0.3 / (1.0 + neff_per_site))
}

/// What the steps of a group take within the symmetric fit, by what they take alone: rather more than half, since two groups share the
/// blocks of their pairs; and as much again where a group alone, of so many `bytes`, stays in the processor's cache, in which all
/// groups together do not (measured on 43 families).
fn symmetric_stepping(bytes: u64) -> f64 {
    0.65 + 0.4 * (-(bytes as f64) / 10e6).exp()
}

/// Seconds a byte of the model for putting it in order and writing it, to a local disk (measured).
const SECONDS_A_BYTE: f64 = 2.5e-9;

/// Thread-seconds that mean field takes for a pair of sites besides the inverse, and for each sequence of it (measured).
const PAIR_SECONDS: f64 = 10e-6;
const PAIR_SEQUENCE_SECONDS: f64 = 1.1e-9;

/// How much faster a large matrix is inverted than that of the trial, by operations (measured).
const LARGE_MATRIX: f64 = 1.3;

/// Bytes that a model file has besides the model: a weight and a flag a sequence, columns, frequencies, descriptions.
fn file_bytes(model: u64, sequences: usize, sites: usize) -> u64 {
    model + 9 * sequences as u64 + 350 * sites as u64 + 12_000
}

/// The program itself while parts are put together.
const MERGING: u64 = 20_000_000;

/// What costs depend on.
struct Size {
    sites: usize,
    sequences: usize,
    states: usize,
    /// Blocks of couplings.
    blocks: usize,
    /// The penalty on couplings.
    lambda_j: f64,
}

impl Size {
    fn of(alignment: &Alignment, options: &FitOptions) -> Self {
        let sites = alignment.sites();
        let name = options.method.name();
        let gaps = match name.needs_gap_state() {
            true => GapTreatment::State,
            false => options.gaps,
        };
        let states = match name.has_gap_reference() {
            true => alignment.alphabet().residues(),
            false => alignment.alphabet().states(gaps),
        };
        Self {
            sites,
            sequences: alignment.sequences(),
            states,
            blocks: match options.method.sites() {
                Some(some) => some.len() * sites,
                None => pairs(sites),
            },
            lambda_j: options.penalties.resolve(sites, states).lambda_j,
        }
    }

    fn cells(&self) -> u64 {
        (self.sequences * self.sites) as u64
    }

    /// Bytes of the couplings.
    fn couplings(&self) -> u64 {
        (self.blocks * self.states * self.states * size_of::<f32>()) as u64
    }

    fn problem(&self, layout: TileSet) -> u64 {
        problem_bytes(self.lambda_j, self.sites, self.states, layout)
    }

    fn state(&self, layout: TileSet) -> u64 {
        state_bytes(self.lambda_j, self.sites, self.states, layout)
    }
}

/// Bytes that a fit of `alignment` takes at its peak, with `threads` threads.
pub fn memory(alignment: &Alignment, options: &FitOptions, threads: usize) -> u64 {
    let size = Size::of(alignment, options);
    let trees = size.cells() * HALF_CELL_OF_TREES / 2 + size.sequences as u64 * SEQUENCE_OF_TREES;
    memory_with(&size, options, trees, threads)
}

/// [`memory`], where it is known how much the trees take.
fn memory_with(size: &Size, options: &FitOptions, trees: u64, threads: usize) -> u64 {
    let (cells, sequences) = (size.cells(), size.sequences as u64);
    let trees = || {
        let room = pseudolikelihood::buffer_bytes(size.sequences, size.sites, size.states);
        let beside = cells * CELL_BESIDE_TREES + sequences * SEQUENCE_BESIDE_TREES;
        trees + beside + threads as u64 * room
    };
    // Beside the problem there is a model that it begins at: another one, or of a replicate its own.
    let start = |method: &PlmOptions| match (&method.start, &options.bootstrap) {
        (None, None) => 0,
        _ => size.couplings(),
    };
    let needed = match &options.method {
        Method::Plm(method) => {
            let problem = trees() + size.problem(TileSet::Pairs);
            problem + start(method) + replicates(size, options)
        }
        Method::PlmAsymmetric(options) => {
            let problems = threads as u64 * size.problem(TileSet::Group(0));
            trees() + size.couplings() + problems + start(&options.minimisation)
        }
        Method::MeanField(_) => {
            let matrices = mean_field::matrix_bytes(size.sites, size.states, threads);
            sequences * SEQUENCE + (cells * CELL_READ).max(cells * CELL_KEPT + matrices)
        }
        Method::Boltzmann(options) => {
            // The fit to begin with is done before chains begin.
            let first = trees() + size.problem(TileSet::Pairs);
            let learning = boltzmann::bytes(size.sites, size.states, options, threads);
            first.max(cells * CELL_BESIDE_TREES + sequences * SEQUENCE_BESIDE_TREES + learning)
        }
        Method::Independent => cells * INDEPENDENT.0 + sequences * INDEPENDENT.1,
    };
    PROGRAM + needed
}

/// Bytes of the singles' scores of replicates, in half precision, and of four numbers a pair.
fn replicates(size: &Size, options: &FitOptions) -> u64 {
    options.bootstrap.map_or(0, |asked| {
        let singles = asked.replicates * (size.sites * size.states) as u64;
        2 * singles + 16 * pairs(size.sites) as u64
    })
}

/// Refuses a fit that would not fit into the memory allowed.
///
/// # Errors
/// [`Error::Memory`] with what would help.
pub fn check_memory(alignment: &Alignment, options: &FitOptions, threads: usize) -> Result<()> {
    let needed = memory(alignment, options, threads);
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
        method: MethodName::PlmAsymmetric.into(),
        ..options.clone()
    };
    let smaller = memory(alignment, &asymmetric, threads);
    if options.method.name() != MethodName::PlmAsymmetric && smaller <= available {
        return format!(
            "`method=plm-asymmetric` needs about {}",
            human_bytes(smaller)
        );
    }
    "model fewer columns (`max_column_gap=0.3`), or use a machine with more memory (`max_memory` tells how much may be used)".into()
}

/// Bytes that parts of a model take when they are put together, by the sizes of their files: the model, half as large as its parts
/// together, and one part.
pub fn merge_memory(parts: &[u64]) -> u64 {
    parts.iter().sum::<u64>() / 2 + parts.iter().max().unwrap_or(&0) + MERGING
}

/// Bytes of the program with a model that it has read, and those of the couplings among them.
pub fn model_memory(model: &Model) -> (u64, u64) {
    let (sites, states) = (model.sites(), model.states());
    let count = |_| pairs(sites) * states * states;
    let couplings = (size_of::<f32>() * model.pairwise().map_or(0, count)) as u64;
    let family = model
        .family
        .as_ref()
        .and_then(|family| family.sequences.as_ref());
    let cells = family.map_or(0, |sequences| sequences.len());
    (PROGRAM + couplings + cells as u64, couplings)
}

/// What a fit of `alignment` by the method of `options` takes, with reading and weighing, which took `before` seconds.
pub fn cost(
    alignment: &Alignment,
    options: &FitOptions,
    neff: f64,
    before: f64,
    trial: Option<&Trial>,
    threads: usize,
) -> Cost {
    let size = Size::of(alignment, options);
    let (model, checkpoint) = match options.method {
        Method::Plm(_) => (size.couplings(), size.state(TileSet::Pairs)),
        Method::PlmAsymmetric(_) => (size.couplings(), size.couplings()),
        // Mutual and direct information as well.
        Method::MeanField(_) => (size.couplings() + 16 * pairs(size.sites) as u64, 0),
        Method::Boltzmann(ref options) => (
            size.couplings(),
            boltzmann::state_bytes(size.sites, size.states, options),
        ),
        Method::Independent => (0, 0),
    };
    let sequences = match options.keep_sequences {
        true => size.cells(),
        false => 0,
    };
    Cost {
        method: options.method.name(),
        memory_bytes: match trial {
            Some(trial) => memory_with(&size, options, trial.tree_bytes, threads),
            None => memory(alignment, options, threads),
        },
        model_bytes: file_bytes(
            model + sequences + replicates(&size, options),
            size.sequences,
            size.sites,
        ),
        checkpoint_bytes: checkpoint,
        seconds: trial.map(|trial| {
            let fits = 1.0 + inner_fits(options);
            before + fits * working(&size, options, neff, trial) + SECONDS_A_BYTE * model as f64
        }),
    }
}

/// What a replicate takes, and a fit without some sequences that begins where another ended, by the fit (measured on DYR_ECOLI).
const REPLICATE: f64 = 0.4;
const LEFT_OUT: f64 = 0.9;

/// Fits within the fit, as so many fits.
fn inner_fits(options: &FitOptions) -> f64 {
    let replicates = options.bootstrap.map_or(0, |asked| asked.replicates);
    let left_out = options.validation.map_or(0, |asked| asked.fits());
    REPLICATE * replicates as f64 + LEFT_OUT * left_out as f64
}

/// Seconds of the work itself.
fn working(size: &Size, options: &FitOptions, neff: f64, trial: &Trial) -> f64 {
    let groups = match options.method.sites() {
        Some(some) => groups_of(some).len(),
        None => size.sites.div_ceil(LANES),
    };
    let threads = trial.threads as f64;
    // The last groups leave threads idle.
    let rounds = groups.div_ceil(trial.threads) * trial.threads;
    match options.method {
        Method::Plm(_) => {
            let evaluations =
                symmetric_evaluations(trial.groups.evaluations, neff / size.sites as f64);
            let stepping = symmetric_stepping(size.problem(TileSet::Group(0)));
            let evaluation = trial.groups.evaluating_seconds * rounds as f64
                + stepping * trial.groups.stepping_seconds * groups as f64;
            trial.ordering_seconds + evaluations * evaluation / threads
        }
        Method::PlmAsymmetric(_) => {
            let group = trial.groups.evaluating_seconds + trial.groups.stepping_seconds;
            let group = trial.groups.setup_seconds + trial.groups.evaluations * group;
            trial.ordering_seconds + rounds as f64 * group / threads
        }
        Method::MeanField(_) => {
            let rows = (size.sites * size.states) as f64;
            let pair = PAIR_SECONDS + PAIR_SEQUENCE_SECONDS * size.sequences as f64;
            rows.powi(3) / (LARGE_MATRIX * trial.inverse_rate)
                + pairs(size.sites) as f64 * pair / threads
        }
        Method::Boltzmann(ref options) => boltzmann::seconds(size.sites, options, trial.threads),
        Method::Independent => 0.0,
    }
}

/// Processor seconds of a fit on some machine, without a trial: good enough to tell large fits from small ones. Fits that iterate grow as
/// N^0.9 L^1.96 (measured), mean field as L^3, independent sites as N L.
pub fn rough_seconds(alignment: &Alignment, method: MethodName) -> f64 {
    let (n, l) = (alignment.sequences() as f64, alignment.sites() as f64);
    match method {
        MethodName::Plm | MethodName::PlmAsymmetric => 1.2e-7 * n.powf(0.9) * l.powf(1.96),
        MethodName::MeanField => 1.9e-7 * l.powi(3),
        MethodName::Boltzmann => {
            boltzmann::seconds(alignment.sites(), &BoltzmannOptions::default(), 1)
        }
        MethodName::Independent => 1e-8 * n * l,
    }
}
