//! Products of the features of a pairwise model, of all sequences with one another.
//!
//! With phi(x) a one for the state of each site and a one for the states of each pair of sites, phi(x) . phi(y) = m + m (m - 1) / 2 = m (m + 1) / 2,
//! where m is the number of sites with the same state: L bytes are compared, of features a sequence has L (L + 1) / 2, and there may be millions.

use super::f32x8::widest_with_avx512;
use rayon::prelude::*;

/// Sites that are compared at once.
const CHUNK: usize = 32;

/// Chunks after which counts of a byte each are added up: none reaches 256 before.
const BEFORE_FULL: usize = 255;

/// Rows of the square that a thread takes at a time.
const ROWS: usize = 8;

/// Writes phi(x) . phi(y) of all sequences (rows of `sites` states, one after the other) into `products`, n x n.
///
/// Panics if there is no whole number of sequences, or `products` has another size.
pub fn pair_kernel(sequences: &[u8], sites: usize, products: &mut [f64]) {
    assert!(sites > 0 && sequences.len().is_multiple_of(sites));
    let count = sequences.len() / sites;
    assert_eq!(products.len(), count * count);
    let (rows, padding) = padded(sequences, sites);
    let width = sites.div_ceil(CHUNK);
    products
        .par_chunks_mut((ROWS * count).max(1))
        .enumerate()
        .for_each(|(k, part)| {
            for (n, products) in part.chunks_exact_mut(count).enumerate() {
                let own = &rows[(k * ROWS + n) * width..][..width];
                fill(own, &rows, padding, products);
            }
        });
}

/// Rows filled up to whole chunks, and by how many bytes; what fills up is alike in all.
fn padded(rows: &[u8], columns: usize) -> (Vec<[u8; CHUNK]>, u32) {
    let chunk = |part: &[u8]| {
        let mut chunk = [0; CHUNK];
        chunk[..part.len()].copy_from_slice(part);
        chunk
    };
    let rows = rows.chunks_exact(columns);
    let chunks = rows.flat_map(|row| row.chunks(CHUNK).map(chunk)).collect();
    (chunks, (columns.next_multiple_of(CHUNK) - columns) as u32)
}

widest_with_avx512! {
    fn fill(own: &[[u8; CHUNK]], rows: &[[u8; CHUNK]], padding: u32, products: &mut [f64]) -> () {
        let _ = FUSED;
        for (row, product) in rows.chunks_exact(own.len()).zip(products) {
            let mut same = 0;
            for (row, own) in row.chunks(BEFORE_FULL).zip(own.chunks(BEFORE_FULL)) {
                let mut counts = [0u8; CHUNK];
                for (row, own) in row.iter().zip(own) {
                    for k in 0..CHUNK {
                        counts[k] += u8::from(row[k] == own[k]);
                    }
                }
                same += counts.iter().map(|&count| u32::from(count)).sum::<u32>();
            }
            let same = u64::from(same - padding);
            *product = (same * (same + 1) / 2) as f64;
        }
    }
}

/// The slow, obvious twin of [`pair_kernel`]: features that both have, counted.
#[cfg(any(test, feature = "internals"))]
pub fn pair_kernel_plain(sequences: &[u8], sites: usize) -> Vec<f64> {
    let of_two = |one: &[u8], other: &[u8]| {
        let mut both = 0;
        for i in 0..sites {
            both += usize::from(one[i] == other[i]);
            for j in i + 1..sites {
                both += usize::from((one[i], one[j]) == (other[i], other[j]));
            }
        }
        both as f64
    };
    let rows = || sequences.chunks_exact(sites);
    rows()
        .flat_map(|one| rows().map(move |other| of_two(one, other)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{Noise, family};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn products_are_those_of_the_twin(count in 1usize..20, sites in 1usize..100, states in 2usize..21, seed in any::<u64>()) {
            let sequences = family((count, sites), states, 4, &mut Noise::new(seed));
            let mut products = vec![f64::NAN; count * count];
            pair_kernel(&sequences, sites, &mut products);
            prop_assert_eq!(products, pair_kernel_plain(&sequences, sites));
        }
    }

    #[test]
    fn many_sites_are_counted_to_the_end() {
        let sites = 300 * CHUNK + 5;
        let mut products = [0.0; 4];
        pair_kernel(&vec![3; 2 * sites], sites, &mut products);
        assert_eq!(products, [(sites * (sites + 1) / 2) as f64; 4]);
    }
}
