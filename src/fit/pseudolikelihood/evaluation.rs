//! The conditionals of all sites of a problem at one point.

use super::tiles::{self, Tile, TileSet};
use super::{Buffers, Sequences};
use crate::kernels::conditionals::Curvature;
use crate::kernels::f32x8::{F32x8, LANES, transpose_tile};
use rayon::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values of the groups in order: the value of all their sites, and their curvature if it was asked for.
pub type GroupValue = (f64, Option<Curvature>);

/// Where the gradient of a problem goes, without that of the penalty.
pub struct Gradient<'a> {
    /// `[group][a]`.
    pub fields: &'a mut [F32x8],
    /// All tiles.
    pub couplings: &'a mut [F32x8],
}

/// Values and gradient of all groups at fields (`[group][a]`) and couplings (all tiles).
pub fn evaluate(
    sequences: &Sequences,
    layout: TileSet,
    (fields, couplings): (&[F32x8], &[F32x8]),
    gradient: Gradient,
    curvature: bool,
) -> Vec<GroupValue> {
    let states = sequences.states();
    match layout {
        TileSet::Group(group) => vec![sequences.with_buffers(|buffers| {
            let view = GroupView {
                sequences,
                group,
                fields,
                curvature,
            };
            view.of_own_tiles(couplings, gradient, buffers)
        })],
        TileSet::Pairs => {
            let tiles = gradient.couplings.chunks_exact_mut(tiles::size(states));
            let shared: Vec<SharedTile> = tiles.map(SharedTile::new).collect();
            let groups = fields
                .par_chunks_exact(states)
                .zip(gradient.fields.par_chunks_exact_mut(states));
            groups
                .enumerate()
                .with_max_len(1)
                .map(|(group, (fields, out))| {
                    sequences.with_buffers(|buffers| {
                        let view = GroupView {
                            sequences,
                            group,
                            fields,
                            curvature,
                        };
                        view.of_pairs(couplings, out, &shared, buffers)
                    })
                })
                .collect()
        }
    }
}

/// A tile of the gradient that two groups write to: their parts are added, in whatever order they come.
struct SharedTile<'a>(Mutex<(bool, &'a mut [F32x8])>);

impl<'a> SharedTile<'a> {
    fn new(tile: &'a mut [F32x8]) -> Self {
        Self(Mutex::new((false, tile)))
    }

    fn add(&self, part: &[F32x8]) {
        let mut guard: MutexGuard<(bool, &mut [F32x8])> =
            self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_second, tile) = &mut *guard;
        if *is_second {
            for (sum, &part) in tile.iter_mut().zip(part) {
                *sum = *sum + part;
            }
        } else {
            tile.copy_from_slice(part);
            *is_second = true;
        }
    }
}

/// The sites of one group, and their fields.
struct GroupView<'a> {
    sequences: &'a Sequences,
    group: usize,
    fields: &'a [F32x8],
    curvature: bool,
}

impl GroupView<'_> {
    fn groups(&self) -> usize {
        self.sequences.tree.groups()
    }

    fn block(&self) -> usize {
        self.sequences.states().pow(2)
    }

    /// The columns of a group with their places in a tile.
    fn columns(&self, group: usize) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        let (block, sites) = (self.block(), self.sequences.sites());
        let columns = (0..LANES).map(move |j| (group * LANES + j, j * block..(j + 1) * block));
        columns.filter(move |&(column, _)| column < sites)
    }

    fn sweep(&self, buffers: &mut Buffers) -> GroupValue {
        let tree = &self.sequences.tree;
        let (values, curvature) = if self.curvature {
            let (values, curvature) = buffers.workspace.sweep_with_curvature(tree, self.group);
            (values, Some(curvature))
        } else {
            (buffers.workspace.sweep(tree, self.group), None)
        };
        (values.iter().sum(), curvature)
    }

    fn of_own_tiles(
        &self,
        couplings: &[F32x8],
        gradient: Gradient,
        buffers: &mut Buffers,
    ) -> GroupValue {
        let tree = &self.sequences.tree;
        let size = tiles::size(self.sequences.states());
        buffers.workspace.begin(self.fields);
        for (group, tile) in couplings.chunks_exact(size).enumerate() {
            for (column, place) in self.columns(group) {
                buffers.workspace.set_column(tree, column, &tile[place]);
            }
        }
        let value = self.sweep(buffers);
        buffers.workspace.field_gradient(gradient.fields);
        for (group, tile) in gradient.couplings.chunks_exact_mut(size).enumerate() {
            for (column, place) in self.columns(group) {
                buffers
                    .workspace
                    .gradient_column(tree, column, &mut tile[place]);
            }
        }
        value
    }

    fn of_pairs(
        &self,
        couplings: &[F32x8],
        field_gradient: &mut [F32x8],
        gradient: &[SharedTile],
        buffers: &mut Buffers,
    ) -> GroupValue {
        let tree = &self.sequences.tree;
        let states = self.sequences.states();
        let size = tiles::size(states);
        buffers.workspace.begin(self.fields);
        for other in 0..self.groups() {
            let tile = &couplings[self.place(other) * size..][..size];
            let seen = if other > self.group {
                tile
            } else {
                transpose_tile(states, tile, &mut buffers.transposed);
                if other == self.group {
                    // One half has the pairs with i < j, the other those with i > j.
                    for (half, &other) in buffers.transposed.iter_mut().zip(tile) {
                        *half = *half + other;
                    }
                }
                &buffers.transposed
            };
            for (column, place) in self.columns(other) {
                buffers.workspace.set_column(tree, column, &seen[place]);
            }
        }
        let value = self.sweep(buffers);
        buffers.workspace.field_gradient(field_gradient);
        for other in 0..self.groups() {
            for (column, place) in self.columns(other) {
                buffers
                    .workspace
                    .gradient_column(tree, column, &mut buffers.tile[place]);
            }
            let shared = &gradient[self.place(other)];
            if other >= self.group {
                shared.add(&buffers.tile);
            }
            if other <= self.group {
                transpose_tile(states, &buffers.tile, &mut buffers.transposed);
                shared.add(&buffers.transposed);
            }
        }
        value
    }

    /// The place of the tile with another group.
    fn place(&self, other: usize) -> usize {
        let tile = Tile {
            lanes: self.group.min(other),
            columns: self.group.max(other),
        };
        TileSet::Pairs.place(self.groups(), tile)
    }
}
