//! Tiles of pair blocks: eight sites, one a lane, with eight others.
//!
//! A tile of q states is `[j][b][a]`, eight times q q lanes: for each of its columns j the blocks of the lanes' sites with j.

use crate::kernels::f32x8::LANES;

/// Lanes of a tile of q states.
pub fn size(states: usize) -> usize {
    LANES * states * states
}

/// The groups of a tile: sites of the lanes, and of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    pub lanes: usize,
    pub columns: usize,
}

/// Which tiles a problem has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileSet {
    /// Every pair of sites once: tiles with `lanes <= columns`, in the first of which site i comes before site j.
    Pairs,
    /// The sites of one group with all others.
    Group(usize),
}

impl TileSet {
    /// All tiles in order, for so many groups.
    pub fn tiles(self, groups: usize) -> Vec<Tile> {
        let row = |lanes: usize, first: usize| {
            (first..groups).map(move |columns| Tile { lanes, columns })
        };
        match self {
            Self::Pairs => (0..groups).flat_map(|lanes| row(lanes, lanes)).collect(),
            Self::Group(lanes) => row(lanes, 0).collect(),
        }
    }

    /// Groups whose fields are variables.
    pub fn groups(self, groups: usize) -> std::ops::Range<usize> {
        match self {
            Self::Pairs => 0..groups,
            Self::Group(group) => group..group + 1,
        }
    }

    /// The place of a tile among all.
    pub fn place(self, groups: usize, tile: Tile) -> usize {
        match self {
            // Rows of groups, groups - 1, ... tiles come before.
            Self::Pairs => {
                let before = tile.lanes * groups - tile.lanes * tile.lanes.saturating_sub(1) / 2;
                before + tile.columns - tile.lanes
            }
            Self::Group(_) => tile.columns,
        }
    }

    /// Which lanes' sites have a block with column j of a tile, for L sites.
    pub fn paired(self, tile: Tile, j: usize, sites: usize) -> [bool; LANES] {
        let column = tile.columns * LANES + j;
        std::array::from_fn(|lane| {
            let site = tile.lanes * LANES + lane;
            let apart = match self {
                Self::Pairs => site < column,
                Self::Group(_) => site != column,
            };
            apart && site < sites && column < sites
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_where_they_are_said_to_be() {
        for groups in 1..9 {
            for layout in [TileSet::Pairs, TileSet::Group(groups - 1)] {
                for (place, tile) in layout.tiles(groups).into_iter().enumerate() {
                    assert_eq!(layout.place(groups, tile), place);
                }
            }
        }
    }

    #[test]
    fn every_pair_has_one_block() {
        for (layout, expected) in [(TileSet::Pairs, 19 * 18 / 2), (TileSet::Group(2), 3 * 18)] {
            let tiles = layout.tiles(3).into_iter();
            let columns = tiles.flat_map(|tile| (0..LANES).map(move |j| (tile, j)));
            let paired = columns.flat_map(|(tile, j)| layout.paired(tile, j, 19));
            assert_eq!(paired.filter(|&paired| paired).count(), expected);
        }
    }
}
