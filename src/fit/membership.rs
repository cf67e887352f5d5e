//! What a family's sequences look like to a model that was not fitted to them: fits without a fifth of the family each, whole clusters of similar
//! sequences at a time.
//!
//! Fits are those of the model, by method, gaps, weights and penalties.

use super::boltzmann::options::Stop;
use super::cost::{self, Cost};
use super::options::FitOptions;
use super::trial::trial;
use super::{Method, Observer, PenaltyOptions, PenaltyScale, Phase, Progress, Watch, fit};
use crate::alignment::{Alignment, Clusters, RowFate, RowReport, SequenceWeights};
use crate::energies::fakes::Fake;
use crate::energies::membership::{LeftOut, Membership, too_few};
use crate::energies::{Energies, EnergyOptions};
use crate::error::{Error, Result};
use crate::model::{FitRecord, Inference, Model};
use crate::random::Random;
use crate::state::Journal;
use ndarray::Axis;
use std::sync::Arc;
use std::time::Duration;

/// Parts of the family, each left out once.
const FOLDS: usize = 5;

/// No more fits are made once so many effective sequences have been left out: the share of false alarms is then known to half a point.
const ENOUGH: f64 = 1500.0;

/// Sequences of a part that fakes are made of, at most.
const FAKES: usize = 1000;

/// How long a fit is tried.
const TRIAL: Duration = Duration::from_millis(500);

const SEED: u64 = 1;

/// The test of what belongs to the family of a model.
///
/// # Errors
/// [`Error::Model`] where the model keeps no sequences, or too few; as for the fits.
pub fn membership(
    model: &Model,
    max_memory: Option<u64>,
    (observer, journal): (&Option<Observer>, &Arc<Journal>),
) -> Result<Membership> {
    let watch = Watch {
        observer: observer.clone(),
        keeper: Some(journal.clone()),
    };
    watch.begin(Phase::Validation);
    let (alignment, weights) = family(model)?;
    let folds = divide(&Clusters::of(&alignment, &weights));
    let options = options(model, max_memory);
    let mut left_out = LeftOut::default();
    let mut effective = 0.0;
    for fold in 0..FOLDS as u32 {
        let chosen = |out: bool| -> Vec<usize> {
            let all = 0..alignment.sequences();
            all.filter(|&n| (folds[n] == fold) == out).collect()
        };
        let [kept, out] = [false, true].map(chosen);
        if out.is_empty() || kept.is_empty() || effective > ENOUGH {
            continue;
        }
        watch.tell(Progress::Steps {
            unit: "fits without a part of the family",
            done: fold as usize,
            all: FOLDS,
        });
        let at = format!("{fold} of {FOLDS} fits");
        let found = journal.part(&at, LeftOut::default(), |_| {
            let own: Vec<f64> = kept.iter().map(|&n| weights.as_slice()[n]).collect();
            let own = SequenceWeights::new(own)?;
            let part = part(&alignment, &kept)?;
            let fitted = fit(&part, &own, &options, &watch.quiet())?;
            look(&fitted, &alignment, (&out, weights.as_slice()))
        })?;
        left_out.add(found);
        effective += out.iter().map(|&n| weights.as_slice()[n]).sum::<f64>();
    }
    Membership::of(&left_out)
}

/// What [`membership`] takes, by a short trial.
///
/// # Errors
/// As for [`membership`].
pub fn cost(model: &Model, max_memory: Option<u64>, threads: usize) -> Result<Cost> {
    let (alignment, weights) = family(model)?;
    let options = options(model, max_memory);
    let trial = trial(&alignment, &weights, &options, TRIAL)?;
    let neff = weights.effective_number();
    let cost = cost::cost(&alignment, &options, neff, 0.0, Some(&trial), threads);
    let part = neff / FOLDS as f64;
    let fits = (1.0 + (ENOUGH / part).floor()).min(FOLDS as f64);
    let share = 1.0 - 1.0 / FOLDS as f64;
    Ok(Cost {
        seconds: cost.seconds.map(|seconds| fits * share * seconds),
        ..cost
    })
}

/// The sequences that a model keeps, as an alignment, and their weights.
fn family(model: &Model) -> Result<(Alignment, SequenceWeights)> {
    let family = model.family.as_ref();
    let sequences = family.and_then(|family| Some((family.sequences.as_ref()?, family)));
    let Some((sequences, family)) = sequences else {
        return Err(Error::Model(
            "a verdict takes the sequences of the family, which the model's file does not hold\n  fit the alignment by `potts fit`, without `no_sequences`: models of other programs hold none".into(),
        ));
    };
    let rows = RowReport {
        fates: vec![RowFate::Kept; sequences.nrows()],
        ..RowReport::default()
    };
    let alignment = Alignment::new(
        model.alphabet.clone(),
        sequences.as_ref().clone(),
        model.columns.clone(),
        None,
        rows,
    )?;
    match family.weights.as_slice().len() == alignment.sequences() {
        true => Ok((alignment, family.weights.clone())),
        false => Err(too_few()),
    }
}

fn part(alignment: &Alignment, rows: &[usize]) -> Result<Alignment> {
    let states = alignment.states().select(Axis(0), rows);
    let report = RowReport {
        fates: vec![RowFate::Kept; rows.len()],
        ..RowReport::default()
    };
    Alignment::new(
        alignment.alphabet().clone(),
        states,
        alignment.columns().clone(),
        None,
        report,
    )
}

/// Of each sequence the part that it is in: clusters in a random order, each to the part that has the least.
fn divide(clusters: &Clusters) -> Vec<u32> {
    let fold_of = clusters.parts(FOLDS, &mut Random::of(SEED, 0, 0));
    let sequences = clusters.of_sequence.iter();
    sequences
        .map(|&cluster| fold_of[cluster as usize] as u32)
        .collect()
}

/// Options of a fit like that of the model.
fn options(model: &Model, max_memory: Option<u64>) -> FitOptions {
    let record = model.record.as_ref();
    let penalties = record.and_then(|record| record.inference.penalties());
    let usual = FitOptions::default();
    let penalties = penalties.map(|known| PenaltyOptions {
        lambda_h: PenaltyScale::Absolute(known.lambda_h),
        lambda_j: PenaltyScale::Absolute(known.lambda_j),
        ..usual.penalties
    });
    let mut method = record
        .map(FitRecord::method)
        .map_or_else(|| Method::Plm(super::PlmOptions::default()), Method::from);
    if let (Method::MeanField(options), Some(share)) =
        (&mut method, record.and_then(|r| r.inference.pseudocount()))
    {
        options.pseudocount = share;
    }
    if let (Method::Boltzmann(options), Some(record)) = (&mut method, record) {
        options.stop = Stop::Updates(updates(record));
    }
    FitOptions {
        method,
        gaps: model.gaps,
        penalties: penalties.unwrap_or(usual.penalties),
        max_memory,
        ..usual
    }
}

/// As many updates as a model's learning took in its last stage: nothing is left out once more to find the end. By `held-out` there were two, of about
/// as many.
fn updates(record: &FitRecord) -> u64 {
    let stages = match &record.inference {
        Inference::Boltzmann(learning) if learning.stop.as_deref() == Some("held-out") => 2,
        _ => 1,
    };
    (record.iterations / stages).max(1)
}

/// What a model says of sequences that it was not fitted to, and of fakes made of them.
fn look(
    fitted: &Model,
    alignment: &Alignment,
    (out, weights): (&[usize], &[f64]),
) -> Result<LeftOut> {
    let energies = Energies::new(fitted, EnergyOptions::default())?;
    let sites = alignment.sites();
    let row = |n: usize| &alignment.as_slice()[n * sites..][..sites];
    let rows: Vec<&[u8]> = out.iter().map(|&n| row(n)).collect();
    let traits = energies.traits(&rows);
    let weighted = traits.into_iter().zip(out.iter().map(|&n| weights[n]));
    let naturals = weighted.collect();
    let step = rows.len().div_ceil(FAKES);
    let some: Vec<&[u8]> = rows.iter().copied().step_by(step).collect();
    let of_kind = |kind: Fake| {
        let fakes = kind.make(&some, alignment.alphabet().gap_state(), SEED);
        let fakes: Vec<&[u8]> = fakes.iter().map(Vec::as_slice).collect();
        energies.traits(&fakes)
    };
    Ok(LeftOut {
        naturals,
        fakes: Fake::ALL.map(of_kind).into(),
    })
}
