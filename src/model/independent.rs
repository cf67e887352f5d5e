//! The model of independent sites: fields only, P(x) = prod_i exp h_i(x_i) / sum_a exp h_i(a).

use super::check_finite;
use super::energy::{EnergyModel, log_sum_exp};
use super::kind::{Detail, Kind};
use crate::error::Result;
use ndarray::Array2;

/// Fields h_i(a), L x q, in memory row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct IndependentModel {
    fields: Array2<f32>,
    /// log Z = sum_i log sum_a exp h_i(a).
    log_z: f64,
}

impl IndependentModel {
    /// A model of the given fields, L x q.
    ///
    /// # Errors
    /// If a number is not finite.
    pub fn new(fields: Array2<f32>) -> Result<Self> {
        check_finite(fields.iter())?;
        let rows = fields.rows().into_iter();
        let log_z = rows
            .map(|row| log_sum_exp(&row.mapv(f64::from).to_vec()))
            .sum();
        Ok(Self { fields, log_z })
    }

    /// h_i(a), L x q.
    pub fn fields(&self) -> &Array2<f32> {
        &self.fields
    }

    /// The same, without a copy.
    pub fn into_fields(self) -> Array2<f32> {
        self.fields
    }

    /// h_i(a), 0 for a missing state.
    fn field(&self, site: usize, state: u8) -> f64 {
        let field = self.fields.get((site, usize::from(state)));
        field.map_or(0.0, |&h| f64::from(h))
    }
}

impl EnergyModel for IndependentModel {
    fn sites(&self) -> usize {
        self.fields.nrows()
    }

    fn states(&self) -> usize {
        self.fields.ncols()
    }

    fn energy(&self, sequence: &[u8]) -> f64 {
        assert_eq!(sequence.len(), self.sites());
        let sites = sequence.iter().enumerate();
        -sites.map(|(i, &state)| self.field(i, state)).sum::<f64>()
    }

    fn logits(&self, _: &[u8], site: usize, logits: &mut [f64]) {
        for (logit, &field) in logits.iter_mut().zip(self.fields.row(site)) {
            *logit = f64::from(field);
        }
    }

    fn change(&self, sequence: &[u8], site: usize, state: u8) -> f64 {
        self.field(site, sequence[site]) - self.field(site, state)
    }

    fn log_probability(&self, sequence: &[u8]) -> Option<f64> {
        let is_missing = |&state: &u8| usize::from(state) >= self.states();
        if sequence.iter().any(is_missing) {
            return None;
        }
        Some(-self.energy(sequence) - self.log_z)
    }

    fn log_z(&self, temperature: f64) -> Option<f64> {
        let site = |row: ndarray::ArrayView1<'_, f32>| {
            log_sum_exp(&row.mapv(|h| f64::from(h) / temperature).to_vec())
        };
        Some(self.fields.rows().into_iter().map(site).sum())
    }
}

impl Kind for IndependentModel {
    fn shape(&self) -> (usize, usize) {
        self.fields.dim()
    }

    fn energy_in_words(&self) -> &'static str {
        // As every file of the kind has it; the couplings are none.
        "E = -(fields + couplings)"
    }

    fn details(&self) -> Vec<Detail> {
        vec![Detail::of_couplings(None)]
    }

    fn fields(&self) -> Option<&Array2<f32>> {
        Some(&self.fields)
    }

    fn energy_model(&self) -> Result<&dyn EnergyModel> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn probabilities_of_all_sequences_sum_to_one() {
        let model = IndependentModel::new(array![[0.5, -1.0, 2.0], [0.0, 3.0, 1.0]]).unwrap();
        let all = (0..3u8).flat_map(|a| (0..3u8).map(move |b| [a, b]));
        let sum: f64 = all
            .clone()
            .map(|x| model.log_probability(&x).unwrap().exp())
            .sum();
        assert!((sum - 1.0).abs() < 1e-12);
        for x in all {
            let of_sites: f64 = (0..2)
                .map(|i| model.site_log_probabilities(&x, i)[usize::from(x[i])])
                .sum();
            assert!((of_sites - model.log_probability(&x).unwrap()).abs() < 1e-12);
            let changed = model.energy(&[2, x[1]]) - model.energy(&x);
            assert!((changed - model.change(&x, 0, 2)).abs() < 1e-12);
        }
        assert_eq!(model.log_probability(&[3, 0]), None);
        let energies = (0..3u8).flat_map(|a| (0..3u8).map(move |b| [a, b]));
        let warm: f64 = energies.map(|x| (-model.energy(&x) / 2.5).exp()).sum();
        assert!((model.log_z(2.5).unwrap() - warm.ln()).abs() < 1e-12);
        assert_eq!(model.energy(&[3, 1]), -3.0);
    }
}
