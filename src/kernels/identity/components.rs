//! Which rows hang together: two that differ in few columns do, and so do all that such rows connect (single linkage).
//!
//! Sets are trees of rows, each under a row of a lower number, so that a set's root is its first row whatever the order in which threads
//! join rows.

use std::sync::atomic::{AtomicU32, Ordering};

/// Sets of rows.
pub struct Components(Vec<AtomicU32>);

impl Components {
    /// Every row by itself.
    pub fn new(rows: usize) -> Self {
        Self((0..rows as u32).map(AtomicU32::new).collect())
    }

    /// Puts two rows, and all that hang on them, into one set.
    pub fn join(&self, one: usize, other: usize) {
        let (mut one, mut other) = (self.root(one as u32), self.root(other as u32));
        while one != other {
            let (low, high) = (one.min(other), one.max(other));
            // The higher root goes under the lower one, unless another thread was faster.
            let link = &self.0[high as usize];
            match link.compare_exchange(high, low, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(_) => (one, other) = (self.root(low), self.root(high)),
            }
        }
    }

    fn root(&self, mut row: u32) -> u32 {
        loop {
            let above = self.0[row as usize].load(Ordering::Relaxed);
            if above == row {
                return row;
            }
            // Halves the way for the next to come: what is above is never below again.
            let further = self.0[above as usize].load(Ordering::Relaxed);
            self.0[row as usize].fetch_min(further, Ordering::Relaxed);
            row = above;
        }
    }

    /// Of each row the first of its set.
    pub fn roots(&self) -> Vec<u32> {
        (0..self.0.len() as u32).map(|row| self.root(row)).collect()
    }
}
