//! The model file: one self-describing HDF5 file with everything that is known about a fit.
//!
//! ```text
//! /                       attributes: format, schema_version, schema_minor, model_kind, alphabet, gaps, gauge, sign, sites (L),
//!                         states (q), sequences (N, kept), neff, target, created_by, command_line, input,
//!                         input_sha256, alignment_columns, wall_seconds, preset, identity, identity_rule (>=, > or >ceil),
//!                         weights_file, weights_sha256
//! /model/fields           [L, q] f32           h_i(a), of a kind that has fields
//! /model/couplings        [L(L-1)/2, q, q] f32 J_ij(a, b), pairs (0,1), (0,2), ..., the state of i slow; only of a Potts model
//! /model/independent_fields  [L, q] f32        fields of the independent-site model
//! /columns/               alignment_column u64, position u64, letter (one ASCII character), modelled u8;
//!                         chain (one ASCII character) of a complex, whose positions count in each chain
//! /alignment/             weights [N] f64, kept [rows] u8, frequencies [L, residues + 1] f64 (the gap last);
//!                         sequences [N, L] u8 (the kept rows: states of residues, the gap last; not if left out);
//!                         chain_neff [chains, chains] f64 of a complex (Neff of each chain, and of the rows with both of two);
//!                         pair_frequencies [L(L-1)/2, q, q] f32 where asked for
//! /fit                    attributes: method, optimizer, objective, evaluations, iterations, converged, stop_reason,
//!                         lambda_h, lambda_j, pseudocount, tolerance, start_sha256 (of the model that it began at);
//!                         of Boltzmann learning negative, stop, begin, seed, chains, sweeps, held_out and held_out_error (nats a site),
//!                         pearson, edges;
//!                         of a plmc file: lambda_group, iteration_limit
//! /fit/history/           iteration u64, evaluations u64, objective f64, gradient_norm f64, seconds f64
//! /bootstrap/             cn_mean, cn_sd, support [L(L-1)/2] f32; of a model with a target single_scores [K, L, residues] f16 and
//!                         interaction_sd [L(L-1)/2] f32; attributes: replicates (K), seed, clusters, identity; where replicates were
//!                         asked for
//! /validation/            neff, residues, potts, independent [folds] f64, tried_factor, tried_potts [penalties] f64; attributes: seed,
//!                         clusters, identity; where it was asked for
//! /partition              attributes: log_z (of the parameters as they stand, all states, T = 1), standard_error (0 where exact), estimator, ess
//!                         (effective number of chains), entropy (log_z + mean energy); where it was worked out
//! /pairs/                 mutual_information, direct_information [L(L-1)/2] f64; only of a mean-field fit
//! ```
//!
//! `model_kind` names the kind of the parameters: "potts" or "independent", both in `/model`. Another kind has a name and a group of its
//! own, and all the rest in common, `/model/independent_fields` among it; a reader that does not know the name refuses the file.
//!
//! A part of a model (`potts fit --sites`, for `potts merge`) has the format "potts part" and, in place of couplings:
//!
//! ```text
//! /part                   attributes: first_site, last_site (from 1, both in the part), identity (JSON: program, input and options)
//! /part/halves            [n, L, q, q] f32     halves of the estimates of J_ij(a, b), i of the part, j any site
//! /part/groups/           fields [m, q] f64 of the m sites of the groups of eight that hold the part's; objective f64, evaluations
//!                         u64, iterations u64, stop_reason u64 (place in the attribute stop_reasons), one a group
//! ```
//!
//! A calibration (`potts calibrate`) has the format "potts calibration", the attributes model_sha256, input and column, numbers of the fit, and
//! the arrays bases, additions and variances [L, residues] f64, measured [L] u8, column_slopes and column_means f64.
//!
//! Every array has an attribute `crc32` (u32), the CRC-32 of its bytes, and every group with attributes an attribute `attributes_crc32` of
//! the others (`checksums.rs` says of what bytes). Couplings, of which single pairs are read, have in its place
//!
//! ```text
//! /model/couplings_crc32  [n] u32              CRC-32 of so many pairs each as its attribute `pairs` says, the last of those that are left
//! ```
//!
//! All of them are checked when what they cover is read. Files of `schema_minor` 2 and before have none.
//!
//! What does not apply to a fit (the target of one without, the objective of mean field) has no attribute; what another program's
//! file did not tell (the alignment, the independent fields, the fit) is not there. Text is UTF-8
//! of variable length, which h5py gives as `str`. Numbers lie contiguous, so that one J_ij can be read alone ([`open`] does so) and
//! the file can be mapped. Files hold no time stamps of their own: the same model gives the same bytes. HDF5 1.8 and later read them.

mod access;
mod checksums;
mod foreign;
mod read;
mod write;

#[cfg(test)]
pub use checksums::{OF_ATTRIBUTES, of_attributes};
pub use foreign::{Contents, REWRITTEN, read_aside_with};
pub use read::{
    described_calibration, open, read, read_calibration, read_part, read_without_sequences,
};
pub use write::{rehearse, write, write_calibration, write_part};

use crate::alignment::IdentityRule;
use crate::alphabet::GapTreatment;
use crate::model::gauge::Gauge;

/// What the root attribute `format` says.
const FORMAT: &str = "potts";

/// What it says in a part of a model, which no other reader shall take for a model.
const PART_FORMAT: &str = "potts part";

/// What it says in a calibration, and the version of its layout.
const CALIBRATION_FORMAT: &str = "potts calibration";
const CALIBRATION_SCHEMA: u64 = 1;

/// How a calibration came about, as its file tells it.
#[derive(Debug, Clone, Default)]
pub struct CalibrationOrigin {
    /// The program and its version.
    pub created_by: String,
    /// How it was called.
    pub command_line: String,
    /// The table of measured values.
    pub input: String,
    /// The column of these.
    pub column: String,
}

/// Grows when a reader of the old layout would misread the new one; newer majors are refused.
const SCHEMA_MAJOR: u64 = 1;

/// Grows with additions that an old reader may ignore.
const SCHEMA_MINOR: u64 = 3;

/// From which of these on files have checksums. One that says so and lacks them is damaged.
const CHECKSUMS_FROM: u64 = 3;

// The words of closed choices, to find a value by its `as_str`. The test below stops compiling when one is added.
const GAPS: [GapTreatment; 2] = [GapTreatment::Missing, GapTreatment::State];
const GAUGES: [Gauge; 3] = [Gauge::Fitted, Gauge::ZeroSum, Gauge::GapReference];
const IDENTITY_RULES: [IdentityRule; 3] = [
    IdentityRule::AtLeast,
    IdentityRule::Above,
    IdentityRule::AboveCeil,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Forgetting a new variant in the lists above would make files that cannot be read back.
    #[test]
    fn every_word_can_be_read_back() {
        for gauge in GAUGES {
            match gauge {
                Gauge::Fitted | Gauge::ZeroSum | Gauge::GapReference => {}
            }
        }
        for rule in IDENTITY_RULES {
            match rule {
                IdentityRule::AtLeast | IdentityRule::Above | IdentityRule::AboveCeil => {}
            }
        }
        for gaps in GAPS {
            match gaps {
                GapTreatment::Missing | GapTreatment::State => {}
            }
        }
    }
}
