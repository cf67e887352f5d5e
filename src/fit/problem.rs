//! One alignment and its options, ready for any method.

use super::independent::{self, IndependentFit};
use super::optimizer::Settings;
use super::options::{FieldOrigin, FitOptions, Penalties};
use super::pseudolikelihood::{Sequences, Start, fit_pairs, fit_sites};
use super::report::{FitReport, Observer, Phase, begin};
use super::{PairInformation, mean_field};
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::error::Result;
use crate::model::PottsModel;
use crate::model::gauge::Gauge;
use ndarray::s;

/// What a method infers.
pub struct Inferred {
    pub model: PottsModel,
    pub gauge: Gauge,
    pub information: Option<PairInformation>,
    pub report: FitReport,
}

/// An alignment made ready for any method.
pub struct Problem<'a> {
    alignment: &'a Alignment,
    options: &'a FitOptions,
    states: usize,
    penalties: Penalties,
    pub frequencies: Frequencies,
    pub independent: IndependentFit,
    weights: &'a SequenceWeights,
}

impl<'a> Problem<'a> {
    pub fn new(
        alignment: &'a Alignment,
        weights: &'a SequenceWeights,
        options: &'a FitOptions,
    ) -> Self {
        let states = alignment.alphabet().states(options.gaps);
        let penalties = options.penalties(alignment.sites(), states);
        let frequencies = Frequencies::of(alignment, weights);
        let counts = frequencies
            .sites()
            .slice(s![.., ..states])
            .mapv(|f| f * frequencies.neff());
        Self {
            independent: independent::fit(&counts, penalties.lambda_h),
            alignment,
            options,
            states,
            penalties,
            frequencies,
            weights,
        }
    }

    fn sequences(&self) -> Result<Sequences> {
        let start = Start {
            fields: self.independent.fields.iter().copied().collect(),
            probabilities: self.independent.probabilities.iter().copied().collect(),
        };
        let penalties = (self.penalties, self.options.preset.field_origin());
        let (weights, states) = (self.weights, self.states);
        Sequences::new(
            self.alignment,
            weights,
            states,
            &self.frequencies,
            start,
            penalties,
        )
    }

    fn settings(&self) -> Settings {
        Settings {
            optimizer: self.options.optimizer,
            max_iterations: self.options.max_iterations,
            tolerance: self.options.tolerance,
        }
    }

    /// A report of this problem with the penalties in it.
    fn report(&self) -> FitReport {
        FitReport {
            penalties: Some(self.penalties),
            ..FitReport::closed_form(self.options)
        }
    }

    pub fn symmetric(&self, observer: Option<Observer>) -> Result<Inferred> {
        begin(observer.as_ref(), Phase::Tree);
        let fit = fit_pairs(&self.sequences()?, &self.settings(), observer)?;
        let (mut fields, minimum) = (fit.fields, fit.minimum);
        if self.options.preset.field_origin() == FieldOrigin::Gap {
            for mut site in fields.rows_mut() {
                let gap = site[self.states - 1];
                site -= gap;
            }
        }
        Ok(Inferred {
            model: PottsModel::new(fields, Some(fit.couplings))?,
            gauge: Gauge::Fitted,
            information: None,
            report: FitReport {
                optimizer: Some(self.options.optimizer),
                objective: Some(minimum.objective),
                evaluations: minimum.evaluations,
                iterations: minimum.iterations,
                stop_reason: minimum.stop_reason,
                history: minimum.history,
                ..self.report()
            },
        })
    }

    pub fn asymmetric(&self, observer: Option<&Observer>) -> Result<Inferred> {
        begin(observer, Phase::Tree);
        let fit = fit_sites(&self.sequences()?, &self.settings(), observer)?;
        Ok(Inferred {
            model: PottsModel::new(fit.fields, Some(fit.couplings))?,
            gauge: Gauge::ZeroSum,
            information: None,
            report: FitReport {
                optimizer: Some(self.options.optimizer),
                objective: Some(fit.objective),
                evaluations: fit.evaluations,
                iterations: fit.iterations,
                stop_reason: fit.stop_reason,
                ..self.report()
            },
        })
    }

    pub fn mean_field(&self, observer: Option<&Observer>) -> Result<Inferred> {
        let pseudocount = self.options.pseudocount;
        let (model, information) = mean_field::fit(
            self.alignment,
            self.weights,
            &self.frequencies,
            pseudocount,
            observer,
        )?;
        Ok(Inferred {
            model,
            gauge: Gauge::GapReference,
            information: Some(information),
            report: FitReport {
                penalties: None,
                pseudocount: Some(pseudocount),
                ..self.report()
            },
        })
    }

    pub fn independent(&self) -> Result<Inferred> {
        Ok(Inferred {
            model: PottsModel::new(self.independent.fields.mapv(|h| h as f32), None)?,
            gauge: Gauge::Fitted,
            information: None,
            report: FitReport {
                objective: Some(self.independent.objective),
                ..self.report()
            },
        })
    }
}
