//! What residues the columns hold.

use super::{FeatureRows, Group, smoothed};
use crate::alphabet::RESIDUES;
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::Row;
use crate::contacts::pattern::residues::{self, COUNT, HYDROPATHY, VOLUME};

/// Sites on either side over which the shares of residues are averaged.
const REACHES: [(&str, usize); 2] = [("w", 1), ("v", 4)];

/// About the mean volume of a residue, in hundreds of cubic Angstrom.
const MEAN_VOLUME: f64 = 1.4;

pub fn names() -> Vec<String> {
    let of_residues = |(name, _): (&'static str, usize)| {
        RESIDUES
            .chars()
            .map(move |residue| format!("{name}{residue}"))
    };
    let single = "kds kdp kds1 kdp1 qqf vvf gp chg cys Hs Hp Hd gws gwp".split(' ');
    let single = single.map(String::from);
    REACHES
        .into_iter()
        .flat_map(of_residues)
        .chain(single)
        .collect()
}

pub struct Composition {
    /// Shares of residues around each site, residue after residue, for each reach.
    shares: Vec<Vec<f64>>,
    hydropathy: Vec<f64>,
    /// The same over seven sites.
    hydropathy_around: Vec<f64>,
    charge: Vec<f64>,
    volume: Vec<f64>,
    breakers: Vec<f64>,
    charged: Vec<f64>,
    cysteine: Vec<f64>,
    entropy: Vec<f64>,
    gaps: Vec<f64>,
}

impl Composition {
    pub fn new(chain: &Chain) -> Self {
        let mean = |property: [f64; COUNT]| -> Vec<f64> {
            let rows = chain.profile.rows().into_iter();
            let of = |row: ndarray::ArrayView1<'_, f64>| {
                row.iter()
                    .zip(property)
                    .map(|(share, value)| share * value)
                    .sum()
            };
            rows.map(of).collect()
        };
        let share = |residue: usize| chain.profile.column(residue).to_vec();
        let around = |(_, reach): (&str, usize)| {
            (0..COUNT).map(move |residue| smoothed(&share(residue), reach))
        };
        let entropy = |row: ndarray::ArrayView1<'_, f64>| {
            let terms = row
                .iter()
                .filter(|&&share| share > 0.0)
                .map(|share| share * share.ln());
            -terms.sum::<f64>()
        };
        let hydropathy = mean(HYDROPATHY);
        Self {
            shares: REACHES.into_iter().flat_map(around).collect(),
            hydropathy_around: smoothed(&hydropathy, 3),
            hydropathy,
            charge: mean(residues::charge()),
            volume: mean(VOLUME.map(|volume| volume / 100.0))
                .iter()
                .map(|volume| volume - MEAN_VOLUME)
                .collect(),
            breakers: mean(residues::among("GP")),
            charged: mean(residues::among("DEKR")),
            cysteine: mean(residues::among("C"))
                .iter()
                .map(|share| share.sqrt())
                .collect(),
            entropy: chain.profile.rows().into_iter().map(entropy).collect(),
            gaps: chain.gaps.clone(),
        }
    }
}

impl Group for Composition {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        for shares in &self.shares {
            rows.put_sums(shares, row);
        }
        rows.put_sums(&self.hydropathy, row);
        rows.put_products(&self.hydropathy, row);
        rows.put_sums(&self.hydropathy_around, row);
        rows.put_products(&self.hydropathy_around, row);
        rows.put_products(&self.charge, row);
        rows.put_products(&self.volume, row);
        rows.put_sums(&self.breakers, row);
        rows.put_sums(&self.charged, row);
        rows.put_products(&self.cysteine, row);
        rows.put_sums(&self.entropy, row);
        rows.put_products(&self.entropy, row);
        rows.put_differences(&self.entropy, row);
        rows.put_sums(&self.gaps, row);
        rows.put_products(&self.gaps, row);
    }
}
