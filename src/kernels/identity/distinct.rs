//! Equal rows as one row that counts so many times.

use rayon::prelude::*;

/// Rows that one task looks at.
const TASK: usize = 4096;

/// The different rows among some, and who is equal to which.
#[derive(Debug, PartialEq, Eq)]
pub struct Distinct {
    /// Of each different row the first that has its states; rising.
    pub first: Vec<u32>,
    /// How many rows are equal to each different one, itself included.
    pub copies: Vec<u32>,
    /// For each row the number of the different one that it is equal to.
    pub of_row: Vec<u32>,
}

impl Distinct {
    /// Equal rows stand together in an order by digests of their states. Rows that share a digest are compared, so that it need not tell
    /// all others apart.
    pub fn new(states: &[u8], columns: usize) -> Self {
        let row = |n: u32| &states[n as usize * columns..][..columns];
        let rows = states.len() / columns;
        let number = u64::from(u32::MAX) >> (rows as u32).leading_zeros();
        let mut order: Vec<u64> = states
            .par_chunks(columns)
            .with_min_len(TASK)
            .enumerate()
            .map(|(n, row)| digest(row) & !number | n as u64)
            .collect();
        order.par_sort_unstable();
        let mut of_row: Vec<u32> = (0..rows as u32).collect();
        for alike in order.chunk_by(|a, b| (a ^ b) & !number == 0) {
            if alike.len() > 1 {
                let mut alike: Vec<u32> = alike.iter().map(|key| (key & number) as u32).collect();
                if alike.iter().any(|&n| row(n) != row(alike[0])) {
                    alike.sort_unstable_by_key(|&n| (row(n), n));
                }
                for equal in alike.chunk_by(|&n, &m| row(n) == row(m)) {
                    equal.iter().for_each(|&n| of_row[n as usize] = equal[0]);
                }
            }
        }
        Self::numbered(of_row)
    }

    /// From the first equal row of each row.
    fn numbered(mut of_row: Vec<u32>) -> Self {
        let (mut first, mut copies) = (Vec::new(), Vec::new());
        for n in 0..of_row.len() {
            let equal = of_row[n] as usize;
            if equal == n {
                of_row[n] = first.len() as u32;
                first.push(n as u32);
                copies.push(1);
            } else {
                // The first one has its number already.
                of_row[n] = of_row[equal];
                copies[of_row[n] as usize] += 1;
            }
        }
        Self {
            first,
            copies,
            of_row,
        }
    }
}

/// A number that equal rows share, and others hardly ever.
fn digest(row: &[u8]) -> u64 {
    let (words, rest) = row.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain([&last]);
    words.fold(0u64, |digest, &word| {
        let mixed = digest.rotate_left(5) ^ u64::from_le_bytes(word);
        mixed.wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}
