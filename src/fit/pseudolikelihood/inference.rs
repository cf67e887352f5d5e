//! From a problem to what both fits infer.

use super::asymmetric::{SiteFits, fit_sites};
use super::symmetric::fit_pairs;
use super::{IndependentSites, Sequences};
use crate::error::Result;
use crate::fit::options::{AsymmetricOptions, FieldOrigin, PlmOptions};
use crate::fit::part::model_of;
use crate::fit::problem::{Inferred, Problem};
use crate::fit::start::Start;
use crate::fit::watch::{Phase, Watch};
use crate::model::{FitRecord, Gauge, Inference, Minimisation, PottsModel};
use std::ops::Range;

impl Problem<'_> {
    /// What a pseudolikelihood fit needs to know of the sequences.
    pub fn sequences(&self) -> Sequences {
        let independent = IndependentSites {
            fields: self.independent.fields.iter().copied().collect(),
            probabilities: self.independent.probabilities.iter().copied().collect(),
        };
        let penalties = (self.penalties, self.options.penalties.origin);
        let (weights, states) = (self.weights, self.states);
        Sequences::new(
            self.alignment,
            weights,
            states,
            &self.frequencies,
            independent,
            penalties,
        )
    }

    fn minimisation(&self, options: &PlmOptions) -> Minimisation {
        Minimisation {
            optimizer: Some(options.optimizer),
            penalties: Some(self.penalties),
            tolerance: Some(options.tolerance),
            start_sha256: options.start.as_ref().map(|start| start.sha256.clone()),
            ..Minimisation::default()
        }
    }

    /// One coupling a pair, as the penalty left it; and the sequences, for fits that follow from there.
    pub fn symmetric(&self, options: &PlmOptions, watch: &Watch) -> Result<(Inferred, Sequences)> {
        watch.begin(Phase::Tree);
        let mut sequences = self.sequences();
        let start = options.start.as_deref().map(Start::point);
        let fit = fit_pairs(&mut sequences, start, &options.into(), watch)?;
        let (mut fields, minimum) = (fit.fields, fit.minimum);
        if self.options.penalties.origin == FieldOrigin::Gap {
            for mut site in fields.rows_mut() {
                let gap = site[self.states - 1];
                site -= gap;
            }
        }
        let inferred = Inferred {
            parameters: PottsModel::new(fields, fit.couplings)?.into(),
            gauge: Gauge::Fitted,
            information: None,
            partition: None,
            record: FitRecord {
                inference: Inference::Plm(self.minimisation(options)),
                objective: Some(minimum.objective),
                evaluations: minimum.evaluations,
                iterations: minimum.iterations,
                stop_reason: minimum.stop_reason,
                history: minimum.history,
            },
        };
        Ok((inferred, sequences))
    }

    /// Zero-sum estimates of all sites.
    pub fn asymmetric(&self, options: &AsymmetricOptions, watch: &Watch) -> Result<Inferred> {
        let (frame, fits) = self.sites(options, None, watch)?;
        let shape = (self.alignment.sites(), self.states);
        let (model, record) = model_of(frame.record, shape, &fits.ends, fits.estimates)?;
        Ok(Inferred {
            parameters: model.into(),
            gauge: Gauge::ZeroSum,
            record,
            ..frame
        })
    }

    /// Estimates of some sites, and what a model would be without them.
    pub fn some_sites(
        &self,
        options: &AsymmetricOptions,
        sites: Range<usize>,
        watch: &Watch,
    ) -> Result<(Inferred, SiteFits)> {
        self.sites(options, Some(sites), watch)
    }

    fn sites(
        &self,
        options: &AsymmetricOptions,
        some: Option<Range<usize>>,
        watch: &Watch,
    ) -> Result<(Inferred, SiteFits)> {
        watch.begin(Phase::Tree);
        let minimisation = &options.minimisation;
        let fits = fit_sites(&self.sequences(), minimisation, watch, some)?;
        let inference = Inference::PlmAsymmetric(self.minimisation(minimisation));
        let mut frame = self.independent()?;
        frame.record.inference = inference;
        Ok((frame, fits))
    }
}
