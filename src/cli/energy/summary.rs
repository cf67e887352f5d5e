//! What was found, in words and as JSON.

use super::EnergyArgs;
use crate::alphabet::GapTreatment;
use crate::energies::{Energies, EnergyRow};
use crate::io::models::{self, ModelFormat};
use crate::io::tables::columns::Belongs;
use crate::model::Model;
use std::collections::HashSet;

/// Names that are looked at for ones that come again, at most: memory stays as it is, however many there are.
const NAMES: usize = 200_000;

/// What was found.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<String>,
    /// By which energies were divided.
    temperature: f64,
    /// log Z at it, in nats; null where it is not known.
    log_z: Option<f64>,
    /// Its standard error; null where log Z is not known.
    log_z_error: Option<f64>,
    /// Sequences.
    sequences: u64,
    /// Those that were aligned to the profile.
    aligned_to_profile: u64,
    /// Those taken as aligned by their width that the profile would place elsewhere.
    look_unaligned: u64,
    /// Those that lack a modelled position, and so have no probability, where gaps are missing data.
    incomplete: u64,
    /// Those with a letter at a modelled position that is no residue.
    with_unknown_letters: u64,
    /// Those whose name was there before, among the first 200 000.
    repeated_names: u64,
    /// The share of false alarms that verdicts were asked at; null without verdicts.
    false_alarm: Option<f64>,
    /// Those that do not belong to the family, by verdict.
    outside: Option<u64>,
    /// Mean energy, in nats.
    mean_energy: Option<f64>,
    /// Mean of energy minus independent energy, in nats.
    mean_difference: Option<f64>,
    /// Mean share of modelled positions with a residue.
    mean_coverage: Option<f64>,
    /// Mean identity to the nearest sequence of the alignment.
    mean_identity: Option<f64>,
    /// What the model file is; `None` where it cannot be looked at again.
    #[serde(skip)]
    format: Option<ModelFormat>,
    #[serde(skip)]
    sums: [f64; 4],
    #[serde(skip)]
    names: HashSet<String>,
}

impl Summary {
    pub fn new(args: &EnergyArgs, model: &Model, energies: &Energies<'_>) -> Self {
        let log_z = energies.log_z();
        let partition = model.partition.map_or(0.0, |p| p.standard_error);
        Self {
            model: args.model.display().to_string(),
            target: model.target.clone(),
            temperature: args.temperature,
            log_z,
            log_z_error: log_z.map(|_| partition),
            sequences: 0,
            aligned_to_profile: 0,
            look_unaligned: 0,
            incomplete: 0,
            with_unknown_letters: 0,
            repeated_names: 0,
            false_alarm: args.verdict.then_some(args.false_alarm),
            outside: None,
            mean_energy: None,
            mean_difference: None,
            mean_coverage: None,
            mean_identity: None,
            format: models::detect(&args.model),
            sums: [0.0; 4],
            names: HashSet::new(),
        }
    }

    /// How many there are so far.
    pub fn sequences(&self) -> u64 {
        self.sequences
    }

    /// Counts a sequence.
    pub fn add(&mut self, name: &str, row: &EnergyRow, verdict: Option<Belongs>) {
        self.sequences += 1;
        if let Some(verdict) = verdict {
            *self.outside.get_or_insert(0) += u64::from(!verdict.is_inside);
        }
        self.aligned_to_profile += u64::from(row.is_fitted());
        self.look_unaligned += u64::from(row.placed.looks_unaligned);
        self.incomplete += u64::from(!row.is_whole);
        self.with_unknown_letters += u64::from(row.placed.unknown > 0);
        if self.names.len() < NAMES {
            self.repeated_names += u64::from(!self.names.insert(name.to_owned()));
        }
        let count = self.sequences as f64;
        let found = [
            Some(row.energy),
            row.difference(),
            Some(row.coverage),
            row.identity,
        ];
        let means = [
            &mut self.mean_energy,
            &mut self.mean_difference,
            &mut self.mean_coverage,
            &mut self.mean_identity,
        ];
        for ((mean, sum), value) in means.into_iter().zip(&mut self.sums).zip(found) {
            if let Some(value) = value {
                *sum += value;
                *mean = Some(*sum / count);
            }
        }
    }

    /// The same for people.
    pub fn lines(&self, model: &Model, energies: &Energies<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if self.aligned_to_profile > 0 {
            lines.push(format!(
                "{} of {} sequences were aligned to the profile of the family; the others are aligned as given",
                self.aligned_to_profile, self.sequences
            ));
        }
        if self.look_unaligned > 0 {
            lines.push(format!(
                "{} are as wide as the model or its alignment, and were taken as aligned, but have no gaps and fit the profile better elsewhere: `unaligned` aligns them",
                self.look_unaligned
            ));
        }
        if self.with_unknown_letters > 0 {
            lines.push(format!(
                "{} have letters at modelled positions that are no residue: these positions count as missing",
                self.with_unknown_letters
            ));
        }
        if self.repeated_names > 0 {
            lines.push(format!(
                "{} have a name that was there before: `record` tells them apart",
                self.repeated_names
            ));
        }
        lines.extend(self.why_no_probability(model, energies));
        if !energies.has_naturals() {
            lines.push("the model holds no sequences of its family: no identity, no percentile (potts fit keeps them, without --no-sequences)".into());
        }
        let energy = self.mean_energy.map_or(String::new(), |energy| {
            format!(", mean energy {energy:.2} nats")
        });
        let at = match self.temperature == 1.0 {
            true => String::new(),
            false => format!(" at temperature {}", self.temperature),
        };
        let difference = self.mean_difference.map_or(String::new(), |difference| {
            format!(" ({difference:.2} beyond independent positions)")
        });
        lines.push(format!(
            "{} sequences{at}{energy}{difference}",
            self.sequences
        ));
        if let (Some(outside), Some(share)) = (self.outside, self.false_alarm) {
            lines.push(format!(
                "{outside} of them do not belong to the family, of which {:.1} % would be said so by mistake",
                100.0 * share
            ));
        }
        lines
    }

    /// What keeps log Z for this command. No format but the model file's holds it.
    fn how_to_know(&self) -> String {
        let model = &self.model;
        match self.format {
            Some(ModelFormat::Hdf5) => {
                format!("potts partition {model} --store works it out and keeps it")
            }
            _ => format!(
                "potts convert {model} MODEL.h5, then potts partition MODEL.h5 --store, which works it out and keeps it"
            ),
        }
    }

    /// Why there is no log P, or how good it is: once.
    fn why_no_probability(&self, model: &Model, energies: &Energies<'_>) -> Option<String> {
        if energies.log_z().is_none() {
            return Some(match (model.partition, self.temperature == 1.0) {
                (Some(_), false) => {
                    "log P is left out: log Z is known at temperature 1 only".into()
                }
                (_, false) => "log P is left out: log Z is not known at this temperature".into(),
                (_, true) => format!(
                    "log P is left out: log Z is not known ({})",
                    self.how_to_know()
                ),
            });
        }
        if self.incomplete > 0 && model.gaps == GapTreatment::Missing {
            return Some(format!(
                "{} sequences lack modelled positions, and have no log P: gaps are missing data to this model (potts fit --gaps state counts them as a state)",
                self.incomplete
            ));
        }
        let partition = model.partition.filter(|p| p.standard_error > 0.0)?;
        Some(format!(
            "log Z = {:.3} +- {:.3} nats by {}: log P has the same error",
            partition.log_z,
            partition.standard_error,
            partition.estimator.as_str()
        ))
    }
}
