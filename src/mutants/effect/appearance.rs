//! How near the target's relatives are that have a residue, and how many they are.
//!
//! After the idea of GEMME (Laine, Karami and Carbone, Mol. Biol. Evol. 36:2604, 2019), without a tree: a residue that near relatives have at a site is
//! borne there. Sites of rate r count T = 1/(1 + r / median r). A row is at the distance D = sum of T^2 over the sites where it differs from the target, a
//! gap included. The first appearance E(i, a) is the D of the nearest row with a at i (of the second where that is more than 5 farther, so that no single
//! row decides; the greatest of all where fewer than two have it), over the greatest E. With the rows c that have a residue of the same class at i
//!
//! g(i, a) = -T_i [ .6 E(i, a) ln(most residues in a column) - .4 ln(max(1, c(i, a)) / max(1, c(i, target's))) ].

use super::letters::{CLASS_COUNT, class_of};
use ndarray::{Array2, ArrayView2};

/// A nearest row that is so much nearer than the second is not believed.
const ALONE: f64 = 5.0;

/// What first appearance and the number of relatives count.
const FIRST: f64 = 0.6;
const MANY: f64 = 0.4;

/// g(i, a), L x residues, of rows over sites whose `target` has a residue everywhere; `letters` are those of the states below their number.
pub fn appearances(
    states: ArrayView2<'_, u8>,
    target: &[u8],
    rates: &[f64],
    letters: &[u8],
) -> Array2<f64> {
    let (sites, residues) = (target.len(), letters.len());
    let middle = median(rates);
    let slow: Vec<f64> = rates
        .iter()
        .map(|rate| 1.0 / (1.0 + rate / middle))
        .collect();
    let mut nearest = Array2::from_elem((sites, residues), [f64::INFINITY; 2]);
    let mut counts = Array2::<u64>::zeros((sites, residues));
    for row in states.rows() {
        let distance: f64 = row
            .iter()
            .zip(target)
            .zip(&slow)
            .filter(|((state, own), _)| state != own)
            .map(|(_, slow)| slow * slow)
            .sum();
        for (site, &state) in row.iter().enumerate() {
            if usize::from(state) < residues {
                let place = [site, usize::from(state)];
                counts[place] += 1;
                let [first, second] = nearest[place];
                nearest[place] = match distance {
                    d if d < first => [d, first],
                    d => [first, second.min(d)],
                };
            }
        }
    }
    let first = nearest.mapv(|[first, second]| match second - first {
        apart if apart <= ALONE => first,
        _ => second,
    });
    let finite = |value: &f64| value.is_finite().then_some(*value);
    let greatest = first.iter().filter_map(finite).fold(0.0, f64::max);
    let most = counts.rows().into_iter().map(|row| row.sum()).max();
    let most = (most.unwrap_or(0).max(1) as f64).ln();
    let classes = classes(&counts, letters);
    Array2::from_shape_fn((sites, residues), |(site, a)| {
        let appeared = match finite(&first[[site, a]]) {
            Some(distance) if greatest > 0.0 => distance / greatest,
            Some(_) => 0.0,
            None => 1.0,
        };
        let alike = |state: usize| classes[[site, state]].max(1) as f64;
        let relatives = (alike(a) / alike(usize::from(target[site]))).ln();
        -slow[site] * (FIRST * appeared * most - MANY * relatives)
    })
}

/// For each site and residue the rows with a residue of its class.
fn classes(counts: &Array2<u64>, letters: &[u8]) -> Array2<u64> {
    let class: Vec<Option<usize>> = letters.iter().map(|&letter| class_of(letter)).collect();
    let mut sums = Array2::<u64>::zeros((counts.nrows(), CLASS_COUNT));
    for ((site, a), count) in counts.indexed_iter() {
        if let Some(class) = class[a] {
            sums[[site, class]] += count;
        }
    }
    Array2::from_shape_fn(counts.dim(), |(site, a)| match class[a] {
        Some(class) => sums[[site, class]],
        None => counts[[site, a]],
    })
}

/// The middle number, or the mean of the two in the middle; positive, as rates are.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 1.0,
        odd if odd % 2 == 1 => sorted[half],
        _ => (sorted[half - 1] + sorted[half]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn residues_of_near_relatives_are_better_than_those_of_far_ones() {
        // Site 0: residue 1 in near rows, 2 in far ones, 3 in none.
        let states = array![
            [0, 0, 0, 0, 0],
            [1, 0, 0, 0, 0],
            [1, 0, 0, 0, 0],
            [2, 1, 1, 1, 0],
            [2, 1, 1, 1, 0],
        ];
        let found = appearances(states.view(), &[0; 5], &[1.0; 5], b"ADKP");
        assert!(found[[0, 1]] > found[[0, 2]] && found[[0, 2]] > found[[0, 3]]);
        // T = 1/2, ln 5 of the rows. The nearest of two rows with residue 1 differs at one site; those with 2 at four, which is the most.
        let expected = -0.5 * (0.6 * 0.25 * 5f64.ln() - 0.4 * (2.0f64 / 1.0).ln());
        assert!((found[[0, 1]] - expected).abs() < 1e-12);
    }

    #[test]
    fn a_row_alone_is_not_believed() {
        let mut states = Array2::zeros((3, 40));
        states[[1, 0]] = 1;
        states.row_mut(2).fill(1);
        let found = appearances(states.view(), &[0; 40], &[1.0; 40], b"ADKP");
        // The nearest row with residue 1 at site 0 differs there alone, the second everywhere: that one counts, as at any other site, where
        // only it has the residue; but there fewer than two rows have it.
        assert!(found[[0, 1]] > found[[1, 1]]);
        let far = -0.5 * (0.6 * 1.0 * 3f64.ln() - 0.4 * (2.0f64 / 1.0).ln());
        assert!((found[[0, 1]] - far).abs() < 1e-12, "{}", found[[0, 1]]);
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
