//! The scores of all single substitutions of a target, L x q.
//!
//! They need every coupling of a site with the target's residues: the column J_ij(., a_j) of the blocks after the site, the
//! row J_ji(a_j, .) of those before it. Each site adds its fields and then the others in their order, however many threads there
//! are and however few sites are asked for: the numbers are the same to the last bit.

use crate::error::Result;
use crate::model::PairBlocks;
use crate::model::couplings::pairs_after;
use ndarray::Array2;
use rayon::prelude::*;
use std::ops::Range;

/// Bytes of blocks that are gone through at a time.
const WAVE: usize = 1 << 24;

/// s_i(b) = h_i(b) - h_i(a_i) + sum_{j != i} [J_ij(b, a_j) - J_ij(a_i, a_j)], of the sites whose couplings have been seen.
#[derive(Debug)]
pub(super) struct Singles<'m> {
    fields: &'m Array2<f32>,
    scores: Array2<f64>,
    known: Vec<bool>,
}

impl<'m> Singles<'m> {
    /// Of a model with these fields, whose couplings are still to be seen.
    pub fn new(fields: &'m Array2<f32>, target: &[u8]) -> Self {
        Self {
            fields,
            scores: relative_fields(fields, target),
            known: vec![false; fields.nrows()],
        }
    }

    /// Number of states q.
    #[inline]
    pub fn states(&self) -> usize {
        self.scores.ncols()
    }

    /// Number of sites that are known.
    pub fn known(&self) -> usize {
        self.known.iter().filter(|&&known| known).count()
    }

    /// Whether a site is known.
    pub fn knows(&self, site: usize) -> bool {
        self.known[site]
    }

    /// The score of one substitution. Panics if the site is not known.
    #[inline]
    pub fn score(&self, site: usize, state: usize) -> f64 {
        assert!(self.known[site], "a site that was not fetched");
        self.scores[[site, state]]
    }

    /// Goes through all blocks: in waves, each of them read and then added up by all threads of the current pool.
    pub fn fill(&mut self, blocks: &dyn PairBlocks, target: &[u8]) -> Result<()> {
        let (sites, states) = self.fields.dim();
        (0..sites).for_each(|site| self.begin(site));
        let mut buffers = Vec::new();
        let mut start = 0;
        while start < sites {
            let wave = start..wave_end(start, sites, blocks.blocks_within(WAVE));
            buffers.resize(wave.len(), Vec::new());
            let runs = wave.clone().into_par_iter().zip(&mut buffers);
            let runs: Result<Vec<&[f32]>> = runs
                .map(|(i, buffer)| blocks.run(pairs_after(sites, i), buffer))
                .collect();
            let runs = runs?;
            let rows = self.scores.as_slice_mut().unwrap_or_default();
            let rows = rows.par_chunks_exact_mut(states).enumerate().skip(start);
            rows.for_each(|(site, row)| add_wave(row, site, &wave, &runs, target));
            start = wave.end;
        }
        (0..sites).for_each(|site| self.finish(site, target));
        Ok(())
    }

    /// Forgets what is known of a site, to [`Self::add`] the blocks of all its pairs.
    pub fn begin(&mut self, site: usize) {
        self.known[site] = false;
        let fields = self.fields.row(site).mapv(f64::from);
        self.scores.row_mut(site).assign(&fields);
    }

    /// Adds the block of the pair i < j to one of the two sites.
    pub fn add(&mut self, site: usize, (i, j): (usize, usize), block: &[f32], target: &[u8]) {
        let mut row = self.scores.row_mut(site);
        let row = row.as_slice_mut().unwrap_or_default();
        match site == i {
            true => add_column(row, block, target[j]),
            false => add_row(row, block, target[i]),
        }
    }

    /// After the last pair of a site.
    pub fn finish(&mut self, site: usize, target: &[u8]) {
        let mut row = self.scores.row_mut(site);
        let reference = row.get(usize::from(target[site])).copied();
        row -= reference.unwrap_or(0.0);
        self.known[site] = true;
    }
}

/// `fields` minus that of the target's state in each row, the states of a site together in memory; left alone where that state is
/// missing data.
pub fn relative_fields(fields: &Array2<f32>, target: &[u8]) -> Array2<f64> {
    Array2::from_shape_fn(fields.dim(), |(site, state)| {
        let reference = fields.get((site, usize::from(target[site])));
        f64::from(fields[[site, state]]) - reference.copied().map_or(0.0, f64::from)
    })
}

/// First sites from `start` on whose pairs are `most` at most, one of them at least.
fn wave_end(start: usize, sites: usize, most: usize) -> usize {
    let mut pairs = 0;
    let fitting = (start..sites).take_while(|&i| {
        pairs += sites - 1 - i;
        i == start || pairs <= most
    });
    start + fitting.count()
}

/// Adds to the logits of a site what the blocks of a wave of first sites hold of it.
fn add_wave(row: &mut [f64], site: usize, wave: &Range<usize>, runs: &[&[f32]], target: &[u8]) {
    let size = row.len() * row.len();
    for i in wave.start..wave.end.min(site) {
        let start = (site - i - 1) * size;
        add_row(row, &runs[i - wave.start][start..start + size], target[i]);
    }
    if wave.contains(&site) {
        let blocks = runs[site - wave.start].chunks_exact(size);
        for (block, &state) in blocks.zip(&target[site + 1..]) {
            add_column(row, block, state);
        }
    }
}

/// Adds J(a, .), unless a is missing data.
fn add_row(row: &mut [f64], block: &[f32], a: u8) {
    let q = row.len();
    if let Some(numbers) = block.chunks_exact(q).nth(usize::from(a)) {
        row.iter_mut()
            .zip(numbers)
            .for_each(|(sum, &j)| *sum += f64::from(j));
    }
}

/// Adds J(., b), unless b is missing data.
fn add_column(row: &mut [f64], block: &[f32], b: u8) {
    let (q, b) = (row.len(), usize::from(b));
    if b < q {
        let numbers = block[b..].iter().step_by(q);
        row.iter_mut()
            .zip(numbers)
            .for_each(|(sum, &j)| *sum += f64::from(j));
    }
}
