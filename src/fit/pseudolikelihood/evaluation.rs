//! The conditionals of all sites of a problem at one point.

use super::tiles::{self, Tile, TileSet};
use super::{Buffers, Sequences};
use crate::kernels::conditionals::Curvature;
use crate::kernels::f32x8::{F32x8, LANES, transpose_onto, transpose_tile};
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

/// Values and gradient of all groups at fields (`[group][a]`) and couplings (all tiles; `None` where there are none).
pub fn evaluate(
    sequences: &Sequences,
    layout: TileSet,
    (fields, couplings): (&[F32x8], Option<&[F32x8]>),
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
struct SharedTile<'a>(Mutex<(Part, &'a mut [F32x8])>);

/// Which part of a tile comes: the first takes the place of what was there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    First,
    Second,
}

impl<'a> SharedTile<'a> {
    fn new(tile: &'a mut [F32x8]) -> Self {
        Self(Mutex::new((Part::First, tile)))
    }

    /// Lends the tile to what writes the first part to it or adds the second.
    fn add(&self, write: impl FnOnce(Part, &mut [F32x8])) {
        let mut guard: MutexGuard<(Part, &mut [F32x8])> =
            self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (part, tile) = &mut *guard;
        write(*part, tile);
        *part = Part::Second;
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
        couplings: Option<&[F32x8]>,
        gradient: Gradient,
        buffers: &mut Buffers,
    ) -> GroupValue {
        let tree = &self.sequences.tree;
        let size = tiles::size(self.sequences.states());
        buffers.workspace.begin(self.fields);
        let tiles = couplings.into_iter().flat_map(|all| all.chunks_exact(size));
        for (group, tile) in tiles.enumerate() {
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
        couplings: Option<&[F32x8]>,
        field_gradient: &mut [F32x8],
        gradient: &[SharedTile],
        buffers: &mut Buffers,
    ) -> GroupValue {
        let tree = &self.sequences.tree;
        let states = self.sequences.states();
        buffers.workspace.begin(self.fields);
        if let Some(couplings) = couplings {
            self.set_pairs(couplings, buffers);
        }
        let value = self.sweep(buffers);
        buffers.workspace.field_gradient(field_gradient);
        let Buffers {
            workspace, tile, ..
        } = buffers;
        for other in 0..self.groups() {
            let write = |out: &mut [F32x8]| {
                for (column, place) in self.columns(other) {
                    workspace.gradient_column(tree, column, &mut out[place]);
                }
            };
            let shared = &gradient[self.place(other)];
            if other > self.group {
                shared.add(|part, own| match part {
                    Part::First => write(own),
                    Part::Second => {
                        write(tile);
                        for (sum, &part) in own.iter_mut().zip(tile.iter()) {
                            *sum = *sum + part;
                        }
                    }
                });
                continue;
            }
            write(tile);
            if other == self.group {
                shared.add(|_, own| own.copy_from_slice(tile));
            }
            shared.add(|part, own| transpose_onto(states, tile, own, part == Part::Second));
        }
        value
    }

    /// Sets the columns of all groups.
    fn set_pairs(&self, couplings: &[F32x8], buffers: &mut Buffers) {
        let tree = &self.sequences.tree;
        let states = self.sequences.states();
        let size = tiles::size(states);
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
