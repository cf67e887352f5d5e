//! Rows of a complex by the chains that they have. A row of one protein alone says what belongs in that protein, and nothing about the
//! others: it is compared with its like, over the columns of its own chains.

use super::{Alignment, ChainRows, Span};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Chains of a row, one a bit, in the order of the alignment. There are at most as many as letters.
type Chains = u32;

/// Rows that have the same chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainGroup {
    /// The rows, rising.
    pub rows: Vec<usize>,
    /// The sites of their chains, rising; all of them if the rows have no residue at all.
    pub sites: Vec<usize>,
}

/// The chains in which a row has a residue.
pub(super) fn chains_of(spans: &[Span], has_residue: impl Fn(usize) -> bool) -> Chains {
    let chains = spans.iter().enumerate();
    let present = chains.filter(|(_, span)| span.sites.clone().any(&has_residue));
    present.fold(0, |chains, (k, _)| chains | 1 << k)
}

/// The sites of these chains; all of them for none.
pub(super) fn sites_of(spans: &[Span], chains: Chains) -> impl Iterator<Item = usize> + Clone {
    let own = spans.iter().enumerate();
    let own = own.filter(move |(k, _)| chains == 0 || chains >> k & 1 == 1);
    own.flat_map(|(_, span)| span.sites.clone())
}

/// The rows of an alignment in groups that are weighed apart; `None` where all of them are weighed together: there are no chains, every
/// row has all of them, or chains are not looked at.
pub fn chain_groups(alignment: &Alignment) -> Option<Vec<ChainGroup>> {
    let spans = alignment.columns().spans();
    if spans.len() < 2 || alignment.rows().chain_rows == ChainRows::ByAllColumns {
        return None;
    }
    let mut groups = BTreeMap::<Chains, Vec<usize>>::new();
    for (n, chains) in rows_with_chains(alignment).enumerate() {
        groups.entry(chains).or_default().push(n);
    }
    let whole = (1 << spans.len()) - 1;
    if groups.keys().all(|&chains| chains == whole) {
        return None;
    }
    let group = |(chains, rows)| ChainGroup {
        rows,
        sites: sites_of(spans, chains).collect(),
    };
    Some(groups.into_iter().map(group).collect())
}

fn rows_with_chains(alignment: &Alignment) -> impl Iterator<Item = Chains> {
    let gap = alignment.alphabet().gap_state();
    let spans = alignment.columns().spans();
    let rows = alignment.states().rows().into_iter();
    rows.map(move |row| chains_of(spans, |site| row[site] < gap))
}

/// The effective number of sequences that have each chain (on the diagonal), and both of two chains; `None` without chains.
pub fn chain_neff(alignment: &Alignment, weights: &[f64]) -> Option<Array2<f64>> {
    let chains = alignment.columns().spans().len();
    if chains < 2 {
        return None;
    }
    let mut neff = Array2::zeros((chains, chains));
    for (own, &weight) in rows_with_chains(alignment).zip(weights) {
        for ((a, b), sum) in neff.indexed_iter_mut() {
            if own >> a & own >> b & 1 == 1 {
                *sum += weight;
            }
        }
    }
    Some(neff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::focus::focus;
    use crate::alignment::weights::{neighbours, neighbours_at};
    use crate::alignment::{AlignedRecords, FocusOptions, IdentityThreshold};
    use crate::alphabet::Alphabet;

    fn alignment(rows: &[&str], chain_rows: ChainRows) -> Alignment {
        let names = (0..rows.len()).map(|n| format!("s{n}")).collect();
        let letters = rows.iter().map(|row| row.as_bytes().to_vec()).collect();
        let lines = (1..=rows.len() as u64).collect();
        let records = AlignedRecords::new("x".into(), "FASTA", names, letters, lines).unwrap();
        let options = FocusOptions {
            chains: "5,3".parse().ok(),
            chain_rows,
            ..FocusOptions::default()
        };
        focus(&records, &Alphabet::protein(), &options).unwrap()
    }

    const ROWS: [&str; 7] = [
        "ACDEFGHI", "ACDEFGHK", "ACDEF---", "ACDEG---", "-----GHI", "-----GHI", "A-----HI",
    ];

    #[test]
    fn rows_are_kept_by_the_coverage_of_the_chains_that_they_have() {
        let own = alignment(&ROWS, ChainRows::ByTheirChains);
        // The last has residues in both, and covers too little of them.
        assert_eq!(own.rows().dropped_coverage, 1);
        assert_eq!(own.sequences(), 6);
        let all = alignment(&ROWS, ChainRows::ByAllColumns);
        assert_eq!(
            all.rows().kept(),
            [true, true, true, true, false, false, false]
        );
    }

    #[test]
    fn rows_are_neighbours_of_rows_with_the_same_chains() {
        let threshold: IdentityThreshold = "0.8".parse().unwrap();
        let own = alignment(&ROWS, ChainRows::ByTheirChains);
        // 7 of 8, 4 of 5, 3 of 3.
        assert_eq!(neighbours(&own, threshold), [2, 2, 2, 2, 2, 2]);
        let strict: IdentityThreshold = "0.85".parse().unwrap();
        assert_eq!(neighbours(&own, strict), [2, 2, 1, 1, 2, 2]);
        let both = neighbours_at(&own, &[strict, threshold]);
        assert_eq!(both, [[2, 2, 1, 1, 2, 2], [2, 2, 2, 2, 2, 2]]);
        let all = alignment(&ROWS, ChainRows::ByAllColumns);
        assert_eq!(chain_groups(&all), None);
        assert_eq!(neighbours(&all, strict), [2, 2, 2, 2]);
    }

    #[test]
    fn neff_is_that_of_the_rows_with_a_chain() {
        let own = alignment(&ROWS, ChainRows::ByTheirChains);
        let weights = [0.5, 0.5, 1.0, 1.0, 0.25, 0.25];
        let neff = chain_neff(&own, &weights).unwrap();
        assert_eq!(neff, ndarray::array![[3.0, 1.0], [1.0, 1.5]]);
        let plain = Alignment::from_states(Alphabet::protein(), Array2::zeros((6, 2))).unwrap();
        assert_eq!(chain_neff(&plain, &weights), None);
    }

    #[test]
    fn rows_that_have_all_chains_are_one_group() {
        assert_eq!(
            chain_groups(&alignment(&ROWS[..2], ChainRows::ByTheirChains)),
            None
        );
        let groups = chain_groups(&alignment(&ROWS, ChainRows::ByTheirChains)).unwrap();
        let sizes: Vec<_> = groups
            .iter()
            .map(|g| (g.rows.len(), g.sites.len()))
            .collect();
        assert_eq!(sizes, [(2, 5), (2, 3), (2, 8)]);
    }
}
