//! The 161 features of a pair, one file a group of them.
//!
//! A feature is a number of a pair i < j six positions or more apart. Groups are made once for a chain, and fill the features of one site i
//! with all its partners at a time: nothing of all pairs times all features is ever in memory.

mod composition;
mod coupling;
mod diagonal;
mod neighbours;
mod ranks;
mod separation;
mod signs;
mod sites;

use super::chain::Chain;
use super::maps::Row;

/// The features of one site with all its partners: feature after feature, a partner a column.
#[derive(Debug)]
pub struct FeatureRows<'b> {
    width: usize,
    rows: std::slice::ChunksExactMut<'b, f32>,
}

impl<'b> FeatureRows<'b> {
    /// Rows of `width` columns, `stride` numbers from one to the next.
    pub fn new(values: &'b mut [f32], width: usize, stride: usize) -> Self {
        assert!(width <= stride && stride > 0);
        Self {
            width,
            rows: values.chunks_exact_mut(stride),
        }
    }

    /// The next feature, to be filled. Panics if there is no room for one more: the buffer was made for fewer features.
    fn next(&mut self) -> &mut [f32] {
        let width = self.width;
        match self.rows.next() {
            Some(row) => &mut row[..width],
            None => unreachable!("more features than names"),
        }
    }

    /// The next feature, by column.
    fn put(&mut self, value: impl Fn(usize) -> f64) {
        let row = self.next().iter_mut().enumerate();
        row.for_each(|(k, number)| *number = value(k) as f32);
    }

    /// The next feature, of pairs of sites whose numbers are known: their sum.
    fn put_sums(&mut self, of_sites: &[f64], row: &Row) {
        let own = of_sites[row.i];
        self.put(|k| own + of_sites[row.first + k]);
    }

    /// As [`Self::put_sums`]: their product.
    fn put_products(&mut self, of_sites: &[f64], row: &Row) {
        let own = of_sites[row.i];
        self.put(|k| own * of_sites[row.first + k]);
    }

    /// As [`Self::put_sums`]: how far they are apart.
    fn put_differences(&mut self, of_sites: &[f64], row: &Row) {
        let own = of_sites[row.i];
        self.put(|k| (own - of_sites[row.first + k]).abs());
    }
}

/// Features that belong together.
trait Group: Send + Sync {
    /// Fills those of a row, in the order of their names.
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>);
}

/// Names of all features, in order.
pub fn names() -> Vec<String> {
    [
        coupling::names(),
        neighbours::names(),
        ranks::names(),
        signs::names(),
        diagonal::names(),
        sites::names(),
        composition::names(),
        separation::names(),
    ]
    .concat()
}

/// All features of a chain's pairs.
pub struct Features<'c> {
    groups: Vec<Box<dyn Group + 'c>>,
}

impl<'c> Features<'c> {
    /// Of a chain.
    pub fn new(chain: &'c Chain) -> Self {
        let rank_evidence = ranks::evidence(chain);
        Self {
            groups: vec![
                Box::new(coupling::Coupling::new(chain, &rank_evidence)),
                Box::new(neighbours::Neighbours::new(chain)),
                Box::new(ranks::Ranks::new(chain, &rank_evidence)),
                Box::new(signs::Signs::new(chain)),
                Box::new(diagonal::Diagonal::new(chain)),
                Box::new(sites::Sites::new(chain)),
                Box::new(composition::Composition::new(chain)),
                Box::new(separation::Separation { chain }),
            ],
        }
    }

    /// Fills the features of a row.
    ///
    /// Panics if there is not room for all.
    pub fn fill(&self, row: &Row, mut rows: FeatureRows<'_>) {
        for group in &self.groups {
            group.fill(row, &mut rows);
        }
        assert!(rows.rows.next().is_none(), "fewer features than names");
    }
}

/// The mean over the sites up to `reach` away that exist, for each site.
fn smoothed(values: &[f64], reach: usize) -> Vec<f64> {
    let last = values.len();
    let mean = |i: usize| {
        let around = &values[i.saturating_sub(reach)..(i + reach + 1).min(last)];
        around.iter().sum::<f64>() / around.len() as f64
    };
    (0..last).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let names = names();
        assert_eq!(names.len(), 161);
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn smoothing_takes_the_sites_that_there_are() {
        assert_eq!(smoothed(&[1.0, 2.0, 6.0], 1), [1.5, 3.0, 4.0]);
        assert_eq!(smoothed(&[1.0, 2.0, 6.0], 4), [3.0; 3]);
    }
}
