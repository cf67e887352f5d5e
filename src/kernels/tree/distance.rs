//! How far apart sequences are: rows added and taken away between them.

use crate::kernels::f32x8::widest;

/// Sequences as codes: 0 for the consensus of a column, else the state + 1. Rows are padded with zeros to whole registers.
pub struct Codes {
    codes: Vec<u8>,
    width: usize,
}

/// Bytes of a row are a multiple of this.
const REGISTER: usize = 32;

/// The state of a code; `None` for the consensus.
pub fn state_of(code: u8) -> Option<u8> {
    code.checked_sub(1)
}

impl Codes {
    /// The codes of `alignment`; states from `states` on are one missing state.
    pub fn new(alignment: &[u8], sites: usize, states: usize, consensus: &[u8]) -> Self {
        let width = sites.next_multiple_of(REGISTER);
        let mut codes = vec![0; alignment.len() / sites * width];
        for (row, sequence) in codes
            .chunks_exact_mut(width)
            .zip(alignment.chunks_exact(sites))
        {
            for ((code, &state), &most) in row.iter_mut().zip(sequence).zip(consensus) {
                let state = state.min(states as u8);
                if state != most {
                    *code = state + 1;
                }
            }
        }
        Self { codes, width }
    }

    /// The codes of a sequence.
    pub fn row(&self, n: usize) -> &[u8] {
        &self.codes[n * self.width..][..self.width]
    }

    /// Bytes of a row.
    pub fn width(&self) -> usize {
        self.width
    }
}

widest! {
    /// Distances of `members` from the sequence `pole`.
    pub fn distances(codes: &Codes, pole: usize, members: &[u32]) -> Vec<u32> {
        let own = codes.row(pole);
        let from_consensus = size(own);
        let rows = members.iter().map(|&n| codes.row(n as usize));
        rows.map(|row| from_consensus + size(row) - 2 * common(own, row))
            .collect()
    }
}

/// Columns that differ from the consensus.
#[inline(always)]
pub fn size(row: &[u8]) -> u32 {
    count_columns(row, row, row, |x, _, _| u8::from(x != 0))
}

/// Columns in which both differ from the consensus in the same way: the distance of x and y is |x| + |y| - 2 common(x, y).
#[inline(always)]
pub fn common(x: &[u8], y: &[u8]) -> u32 {
    count_columns(x, y, y, |x, y, _| u8::from((x == y) & (x != 0)))
}

/// Rows that an inner node below `parent` saves which has what its children x and y share.
#[inline(always)]
pub fn saving(x: &[u8], y: &[u8], parent: &[u8]) -> u32 {
    count_columns(x, y, parent, |x, y, parent| {
        let shared = u8::from((x == y) & (x != parent));
        shared * (u8::from(x != 0) + u8::from(parent != 0))
    })
}

/// Sums a number below 3 over all columns.
#[inline(always)]
fn count_columns(x: &[u8], y: &[u8], z: &[u8], number: impl Fn(u8, u8, u8) -> u8) -> u32 {
    // As many numbers below 3 as a byte can hold the sum of.
    const FEW: usize = 127;
    let (x, y, z) = (x.as_chunks().0, y.as_chunks().0, z.as_chunks().0);
    let mut total = 0;
    for first in (0..x.len()).step_by(FEW) {
        let mut sums = [0u8; REGISTER];
        for k in first..x.len().min(first + FEW) {
            let (x, y, z): (&[u8; REGISTER], &[u8; REGISTER], &[u8; REGISTER]) =
                (&x[k], &y[k], &z[k]);
            for lane in 0..REGISTER {
                sums[lane] += number(x[lane], y[lane], z[lane]);
            }
        }
        for sum in sums {
            total += u32::from(sum);
        }
    }
    total
}
