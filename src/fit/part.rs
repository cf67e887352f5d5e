//! Some sites of a large family, fitted by themselves, and how parts become a model.
//!
//! The asymmetric fit knows each site's conditional by itself, so that many machines can share one family: each fits some sites, and
//! what they found is added up. The model is, bit for bit, that of one machine.

use super::pseudolikelihood::{Estimates, GroupEnd, groups_of};
use super::ties::tie_unseen;
use crate::error::{Error, Result};
use crate::model::{FitRecord, Gauge, Model, PottsModel, StopReason};
use crate::mutants::add_single_scores;
use crate::state::Fingerprint;
use ndarray::Array2;
use std::ops::Range;

/// The estimates of some sites and all that a model of the family takes besides.
#[derive(Debug, Clone)]
pub struct FittedPart {
    /// The model without couplings, its fields those of the sites alone; its record has no objective.
    pub frame: Model,
    /// What all parts of a model share.
    pub fingerprint: Fingerprint,
    /// The sites.
    pub sites: Range<usize>,
    /// Half of each zero-sum coupling, `[site][j][a][b]` with all L sites j, zeros for j the site itself.
    pub halves: Vec<f32>,
    /// The ends of the groups of eight sites that hold `sites`, in order.
    pub ends: Vec<GroupEnd>,
}

impl FittedPart {
    /// What a model has besides couplings and fields, its record that of the part.
    pub fn into_frame(self) -> Model {
        let record = self
            .frame
            .record
            .map(|record| record_of(record, &self.ends));
        Model {
            record,
            ..self.frame
        }
    }
}

/// Parts as they come, in any order, until they are a model.
pub struct Merger {
    frame: Model,
    fingerprint: Fingerprint,
    /// The first part's name.
    first: String,
    estimates: Estimates,
    /// Which part each site came from.
    origins: Vec<Option<String>>,
    ends: Vec<Option<GroupEnd>>,
}

impl Merger {
    /// Begins with a part, called `name` in messages.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn new(part: FittedPart, name: &str) -> Result<Self> {
        let (sites, states) = part.frame.parameters.shape();
        let mut merger = Self {
            fingerprint: part.fingerprint.clone(),
            first: name.into(),
            estimates: Estimates::zeros(sites, states, None),
            origins: vec![None; sites],
            ends: vec![None; groups_of(&(0..sites)).len()],
            frame: part.frame.clone(),
        };
        merger.add(part, name)?;
        Ok(merger)
    }

    /// Adds a part.
    ///
    /// # Errors
    /// [`Error::Model`] if it belongs to another fit, naming what differs, or has a site that came before.
    pub fn add(&mut self, part: FittedPart, name: &str) -> Result<()> {
        self.check(&part, name)?;
        let (sites, states) = self.frame.parameters.shape();
        let block = states * states;
        let own = part
            .sites
            .clone()
            .zip(part.halves.chunks_exact(sites * block));
        for (i, halves) in own {
            self.origins[i] = Some(name.into());
            let others = halves.chunks_exact(block).enumerate();
            for (j, half) in others.filter(|(j, _)| *j != i) {
                self.estimates.add(i, j, half);
            }
        }
        for (group, end) in groups_of(&part.sites).zip(part.ends) {
            self.ends[group] = Some(end);
        }
        Ok(())
    }

    fn check(&self, part: &FittedPart, name: &str) -> Result<()> {
        let differences = self.fingerprint.differences(&part.fingerprint);
        if !differences.is_empty() {
            let lines: Vec<String> = differences
                .iter()
                .map(|d| format!("\n  {}: {} and {}", d.what, d.first, d.second))
                .collect();
            return Err(Error::Model(format!(
                "{} and {name} are parts of different fits:{}\n  fit one of the two again",
                self.first,
                lines.concat()
            )));
        }
        let same = self.frame.parameters.fields() == part.frame.parameters.fields()
            && self.frame.family == part.frame.family
            && self.frame.columns == part.frame.columns;
        if !same {
            return Err(Error::Model(format!(
                "{} and {name} have different sites, weights or frequencies, though input and options are the same\n  one of the two is damaged: fit it again",
                self.first
            )));
        }
        let twice = part
            .sites
            .clone()
            .find(|&site| self.origins[site].is_some());
        if let Some(site) = twice {
            return Err(Error::Model(format!(
                "site {} is in {name} and in {}: leave one of the two out",
                site + 1,
                self.origins[site].as_deref().unwrap_or_default()
            )));
        }
        Ok(())
    }

    /// The model of all parts.
    ///
    /// # Errors
    /// [`Error::Model`] if sites are missing, with their numbers.
    pub fn finish(self) -> Result<Model> {
        let missing = missing(&self.origins);
        if !missing.is_empty() {
            return Err(Error::Model(format!(
                "sites are missing: {}\n  fit them with the same options and `sites={}`",
                missing.join(", "),
                missing[0]
            )));
        }
        let ends: Vec<GroupEnd> = self.ends.into_iter().flatten().collect();
        let frame = self.frame;
        let record = frame.record.clone().ok_or_else(|| {
            Error::Model(format!("{} does not say how it was fitted", self.first))
        })?;
        let (model, record) = model_of(record, frame.parameters.shape(), &ends, self.estimates)?;
        let frequencies = frame.family.as_ref().map(|f| f.frequencies.sites());
        let parameters = match frequencies {
            Some(frequencies) => tie_unseen(model.into(), frequencies)?,
            None => model.into(),
        };
        let mut merged = Model {
            parameters,
            gauge: Gauge::ZeroSum,
            record: Some(record),
            ..frame
        };
        add_single_scores(&mut merged)?;
        Ok(merged)
    }
}

/// Ranges of sites without a part, 1-based and inclusive.
fn missing(origins: &[Option<String>]) -> Vec<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let sites = origins.iter().enumerate();
    for (site, _) in sites.filter(|(_, origin)| origin.is_none()) {
        match ranges.last_mut() {
            Some((_, last)) if *last == site => *last = site + 1,
            _ => ranges.push((site + 1, site + 1)),
        }
    }
    let text = |(first, last): (usize, usize)| format!("{first}-{last}");
    ranges.into_iter().map(text).collect()
}

/// The model of a family of so many sites and states whose groups ended so, and `record` with what the ends say.
pub(super) fn model_of(
    record: FitRecord,
    shape: (usize, usize),
    ends: &[GroupEnd],
    estimates: Estimates,
) -> Result<(PottsModel, FitRecord)> {
    let Estimates::All(couplings) = estimates else {
        return Err(Error::Model("estimates of some sites are no model".into()));
    };
    let fields: Vec<f32> = ends
        .iter()
        .flat_map(|end| end.fields.iter().map(|&h| h as f32))
        .collect();
    let fields = Array2::from_shape_vec(shape, fields)
        .map_err(|error| Error::Model(format!("fields of the parts: {error}")))?;
    let record = record_of(record, ends);
    Ok((PottsModel::new(fields, couplings)?, record))
}

/// `record` with what the ends of groups say of their fits.
fn record_of(record: FitRecord, ends: &[GroupEnd]) -> FitRecord {
    let reasons = || ends.iter().map(|end| end.stop_reason);
    FitRecord {
        objective: Some(ends.iter().map(|end| end.objective).sum()),
        evaluations: ends.iter().map(|end| end.evaluations).max().unwrap_or(0),
        iterations: ends.iter().map(|end| end.iterations).max().unwrap_or(0),
        stop_reason: reasons()
            .find(|reason| !reason.converged())
            .or(reasons().next())
            .unwrap_or(StopReason::GradientTolerance),
        ..record
    }
}
