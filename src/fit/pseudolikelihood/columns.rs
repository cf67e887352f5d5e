//! Columns of tiles: eight sites with one other.

use super::Sequences;
use super::tiles::{Tile, TileSet};
use crate::kernels::f32x8::LANES;
use crate::kernels::pair_blocks::{Blocks, LaneBasis, SiteBasis};

/// One column of a tile.
#[derive(Clone, Copy)]
pub struct Place {
    pub tile: Tile,
    /// From 0 to 7.
    pub j: usize,
}

/// What the blocks of a column are made of.
pub struct ColumnView<'a> {
    pub sequences: &'a Sequences,
    pub layout: TileSet,
    pub bases: &'a [SiteBasis],
    pub lanes: &'a [LaneBasis],
}

impl<'a> ColumnView<'a> {
    /// Blocks of a column.
    pub fn blocks(&self, Place { tile, j }: Place) -> Blocks<'a> {
        let own = match self.layout {
            TileSet::Pairs => tile.lanes,
            TileSet::Group(_) => 0,
        };
        let mut blocks = Blocks {
            lanes: &self.lanes[own],
            site: &self.bases[tile.columns * LANES + j],
            paired: self.layout.paired(tile, j, self.sequences.sites()),
            symmetric: self.layout == TileSet::Pairs,
            penalty: 2.0 * self.sequences.penalties.lambda_j as f32,
            neff: self.sequences.neff as f32,
            plain: false,
        };
        blocks.plain = blocks.is_plain();
        blocks
    }
}
