//! Whether a model can be of an alignment that it does not know: by its fields and couplings alone.

use crate::model::Couplings;
use ndarray::{Array2, ArrayView1};

/// The least correlation with which a model is taken for one of an alignment. Of eight families the models of their own alignments had
/// .93 to .99; with the columns moved by one, by four, turned round or shuffled, .06 to .44.
pub const LEAST: f64 = 0.6;

/// Sites that are needed for an opinion.
const FEWEST_SITES: usize = 10;

/// Added to frequencies before their logarithm.
const PSEUDOCOUNT: f64 = 1e-3;

/// The mean over sites of Pearson's correlation between what a model has for the states of a site, h_i(a) + sum_j sum_b J_ij(a, b) f_j(b), and
/// log f_i(a). In any gauge the first is close to the second up to a constant where f are the frequencies that the model was fitted to.
/// `frequencies` are L x q or wider. `None` where too few sites tell anything.
pub fn agreement(
    fields: &Array2<f32>,
    couplings: Option<&Couplings>,
    frequencies: &Array2<f64>,
) -> Option<f64> {
    let (sites, states) = fields.dim();
    let share = |i: usize, a: usize| frequencies[[i, a]];
    let mut seen = fields.mapv(f64::from);
    for ((i, j), block) in couplings.iter().flat_map(|couplings| couplings.blocks()) {
        for (a, row) in block.chunks_exact(states).enumerate() {
            for (b, &coupling) in row.iter().enumerate() {
                seen[[i, a]] += f64::from(coupling) * share(j, b);
                seen[[j, b]] += f64::from(coupling) * share(i, a);
            }
        }
    }
    let correlations = (0..sites).filter_map(|i| {
        let all: f64 = (0..states).map(|a| share(i, a)).sum();
        let logarithms: Vec<f64> = (0..states)
            .map(|a| (share(i, a) / all + PSEUDOCOUNT).ln())
            .collect();
        correlation(seen.row(i), ArrayView1::from(&logarithms))
    });
    let correlations: Vec<f64> = correlations.collect();
    let count = correlations.len();
    (count >= FEWEST_SITES).then(|| correlations.iter().sum::<f64>() / count as f64)
}

/// Pearson's correlation; `None` where one of the two is constant, or no number.
fn correlation(x: ArrayView1<f64>, y: ArrayView1<f64>) -> Option<f64> {
    let (x, y) = (&x - x.mean()?, &y - y.mean()?);
    let rho = x.dot(&y) / (x.dot(&x) * y.dot(&y)).sqrt();
    rho.is_finite().then_some(rho)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;

    /// Frequencies of 12 sites, and a model that has them as sites by themselves would; couplings are in a gauge of their own.
    fn case() -> (Array2<f32>, Couplings, Array2<f64>) {
        let mut noise = Noise::new(7);
        let mut frequencies = Array2::from_shape_simple_fn((12, 5), || noise.uniform() + 1e-2);
        for mut row in frequencies.rows_mut() {
            let all = row.sum();
            row.mapv_inplace(|f| f / all);
        }
        let values = (0..66 * 16).map(|_| noise.number()).collect();
        let couplings = Couplings::from_packed(12, 4, values);
        let mut fields = Array2::from_shape_fn((12, 4), |(i, a)| frequencies[[i, a]].ln() as f32);
        for ((i, j), block) in couplings.blocks() {
            for (k, &coupling) in block.iter().enumerate() {
                let (a, b) = (k / 4, k % 4);
                fields[[i, a]] -= coupling * frequencies[[j, b]] as f32;
                fields[[j, b]] -= coupling * frequencies[[i, a]] as f32;
            }
        }
        (fields, couplings, frequencies)
    }

    #[test]
    fn a_model_agrees_with_its_own_frequencies_and_no_others() {
        let (fields, couplings, frequencies) = case();
        let own = agreement(&fields, Some(&couplings), &frequencies).unwrap();
        assert!(own > 0.99, "{own}");
        let mut other = frequencies.clone();
        for i in 0..12 {
            other.row_mut(i).assign(&frequencies.row((i + 1) % 12));
        }
        let moved = agreement(&fields, Some(&couplings), &other).unwrap();
        assert!(moved < LEAST, "{moved}");
    }

    #[test]
    fn few_sites_and_sites_that_say_nothing_give_no_opinion() {
        let (fields, couplings, frequencies) = case();
        let few = fields.slice(ndarray::s![..9, ..]).to_owned();
        assert_eq!(agreement(&few, None, &frequencies), None);
        let nothing = Array2::zeros(fields.dim());
        assert_eq!(agreement(&nothing, None, &frequencies), None);
        assert!(agreement(&nothing, Some(&couplings), &frequencies).is_some());
    }
}
