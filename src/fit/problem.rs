//! One alignment and its options, ready for any method.

use super::independent::{self, IndependentFit};
use super::optimizer::{self, Settings};
use super::options::{FieldOrigin, FitOptions, Penalties};
use super::preconditioner::{CentredScaling, Curvature};
use super::pseudolikelihood::{Pseudolikelihood, Scaled};
use super::report::{FitReport, Observer};
use super::{PairInformation, asymmetric, mean_field};
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::error::Result;
use crate::kernels::conditional::SequenceRows;
use crate::model::PottsModel;
use crate::model::couplings::Couplings;
use crate::model::gauge::Gauge;
use ndarray::{Array2, s};

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

    fn rows(&self) -> SequenceRows {
        let alignment = self.alignment;
        SequenceRows::new(
            alignment.as_slice(),
            alignment.sites(),
            self.states,
            self.weights.as_slice(),
        )
    }

    fn scaling(&self, conditionals: f64) -> CentredScaling {
        let profile = self.frequencies.profile(self.states);
        let probabilities: Vec<f64> = self.independent.probabilities.iter().copied().collect();
        let curvature = Curvature {
            profile: &profile,
            independent: &probabilities,
            neff: self.frequencies.neff(),
            penalties: self.penalties,
            conditionals,
        };
        CentredScaling::new(self.alignment.sites(), self.states, &curvature)
    }

    fn settings(&self) -> Settings {
        Settings {
            optimizer: self.options.optimizer,
            max_iterations: self.options.max_iterations,
            tolerance: self.options.tolerance,
            parallel: true,
        }
    }

    fn start(&self) -> Vec<f64> {
        self.independent.fields.iter().copied().collect()
    }

    /// A report of this problem with the penalties in it.
    fn report(&self) -> FitReport {
        FitReport {
            penalties: Some(self.penalties),
            ..FitReport::closed_form(self.options)
        }
    }

    pub fn symmetric(&self, observer: Option<Observer>) -> Result<Inferred> {
        let scaling = self.scaling(2.0);
        let start = scaling.start(&self.start());
        let origin = self.options.preset.field_origin();
        let inner = Pseudolikelihood::new(self.rows(), self.penalties, origin);
        let objective = Scaled::new(inner, scaling);
        let (minimum, objective) =
            optimizer::minimize(objective, start, &self.settings(), observer)?;
        let mut values = objective.into_model(&minimum.x);
        let (sites, states) = (self.alignment.sites(), self.states);
        let couplings = Couplings::from_packed(sites, states, values.split_off(sites * states));
        let mut fields = Array2::from_shape_fn((sites, states), |(i, a)| values[i * states + a]);
        if origin == FieldOrigin::Gap {
            for mut site in fields.rows_mut() {
                let gap = site[states - 1];
                site -= gap;
            }
        }
        Ok(Inferred {
            model: PottsModel::new(fields, Some(couplings))?,
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
        let scaling = self.scaling(1.0);
        let start = self.start();
        let rows = self.rows();
        let settings = self.settings();
        let fit = asymmetric::fit(&rows, self.penalties, &scaling, &start, &settings, observer)?;
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

    pub fn mean_field(&self) -> Result<Inferred> {
        let pseudocount = self.options.pseudocount;
        let (model, information) =
            mean_field::fit(self.alignment, self.weights, &self.frequencies, pseudocount)?;
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
