//! The variables of a pseudolikelihood problem with all that L-BFGS needs.

use super::bases;
use super::columns::{ColumnView, Place};
use super::evaluation::{self, Gradient};
use super::fields::{FieldVariables, remove_means};
use super::memory::slots;
use super::tiles::{self, Tile, TileSet};
use super::{Scales, Sequences};
use crate::fit::optimizer::descent::{
    Descent, Direction, Gram, KEPT_STEPS, Products, SmoothFunction,
};
use crate::fit::start::Point;
use crate::kernels::conditionals::Curvature;
use crate::kernels::f32x8::{F32x8, LANES};
use crate::kernels::pair_blocks::{
    self, Bf16x8, Blocks, FieldGradients, FieldShifts, LaneBasis, Scratch, SiteBasis, Vectors,
};
use crate::machine::huge_pages::prefer_huge_pages;
use crate::state::{Persistent, Transfer};
use rayon::prelude::*;
use std::borrow::Cow;

/// F of some tiles of pair blocks and the fields of their lanes, as a problem to be minimised.
pub struct PairProblem<'a> {
    sequences: &'a Sequences,
    layout: TileSet,
    tiles: Vec<Tile>,
    bases: Cow<'a, [SiteBasis]>,
    /// Of the groups whose fields are variables.
    lanes: Vec<LaneBasis>,
    fields: FieldVariables,
    /// J of all tiles; the gradient by it without that of the penalty; the gradient by scaled variables.
    couplings: Vec<F32x8>,
    model_gradient: Vec<F32x8>,
    gradient: Vec<Bf16x8>,
    /// For each tile: steps, then changes of the gradient.
    history: Vec<Bf16x8>,
    slots: usize,
    /// Sum of J^2.
    squares: f64,
    curvature: Vec<Curvature>,
    /// That of the fields, once it was taken from a model; L q.
    field_curvature: Option<Vec<f64>>,
}

/// Zeros for all tiles.
fn vector<T: Clone + Default>(count: usize) -> Vec<T> {
    let mut zeros = vec![T::default(); count];
    prefer_huge_pages(&mut zeros);
    zeros
}

impl<'a> PairProblem<'a> {
    /// Starts without couplings, at the independent-site model.
    pub fn new(sequences: &'a Sequences, layout: TileSet) -> Self {
        let states = sequences.states();
        let groups = sequences.tree.groups();
        let tiles = layout.tiles(groups);
        let count = tiles.len() * tiles::size(states);
        let slots = slots(sequences.penalties.lambda_j, sequences.sites(), states);
        let range = layout.groups(groups);
        let lanes = range
            .clone()
            .map(|group| LaneBasis::new(bases::of_group(&sequences.bases, group)));
        Self {
            bases: Cow::Borrowed(&sequences.bases),
            lanes: lanes.collect(),
            fields: FieldVariables::new(
                &sequences.independent,
                &sequences.field_curvature,
                &sequences.response,
                states,
                range,
            ),
            couplings: vector(count),
            model_gradient: vector(count),
            gradient: vector(count),
            history: vector(2 * slots * count),
            slots,
            squares: 0.0,
            curvature: Vec::new(),
            field_curvature: None,
            sequences,
            layout,
            tiles,
        }
    }

    /// Moves to the fields and couplings of a model. Sites that it does not know stay where they are.
    pub fn start_at(&mut self, start: &Point) {
        let states = self.sequences.states();
        let groups = self.layout.groups(self.sequences.tree.groups());
        for (group, fields) in groups.zip(self.fields.x.chunks_exact_mut(states)) {
            let sites = self.sequences.sites();
            let known = |lane: &usize| {
                let site = group * LANES + lane;
                site < sites && start.knows(site)
            };
            for lane in (0..LANES).filter(known) {
                let own = start.fields.row(group * LANES + lane);
                for (field, &value) in fields.iter_mut().zip(own) {
                    field.0[lane] = value;
                }
            }
        }
        remove_means(&mut self.fields.x, states);
        let (layout, sites, block) = (self.layout, self.sequences.sites(), states * states);
        let tiles = self.couplings.par_chunks_exact_mut(tiles::size(states));
        let squares = tiles.zip(&self.tiles).map(|(x, &tile)| {
            let mut squares = 0.0;
            for (j, own) in x.chunks_exact_mut(block).enumerate() {
                let paired = layout.paired(tile, j, sites);
                for lane in (0..LANES).filter(|&lane| paired[lane]) {
                    let (site, column) = (tile.lanes * LANES + lane, tile.columns * LANES + j);
                    for (k, value) in own.iter_mut().enumerate() {
                        let coupling = start.couplings.get(site, k % states, column, k / states);
                        value.0[lane] = coupling;
                        squares += f64::from(coupling).powi(2);
                    }
                }
            }
            squares
        });
        // Summed in order, whatever the threads.
        self.squares = squares.collect::<Vec<f64>>().into_iter().sum();
    }

    /// Fields (`[group][a]`) and couplings (all tiles).
    #[cfg(test)]
    pub fn point(&self) -> (&[F32x8], &[F32x8]) {
        (&self.fields.x, &self.couplings)
    }

    /// Fields (`[group][a]`) and couplings (all tiles), and what was learnt of their scales; gives all other memory back first.
    pub fn into_point(self) -> (Vec<F32x8>, Vec<F32x8>, Scales) {
        let scales = Scales {
            bases: match self.bases {
                Cow::Owned(bases) => Some(bases),
                Cow::Borrowed(_) => None,
            },
            field_curvature: self.field_curvature,
        };
        (self.fields.x, self.couplings, scales)
    }

    fn first_group(&self) -> usize {
        self.layout.groups(self.sequences.tree.groups()).start
    }

    /// Does `work` for all columns of all tiles, on all threads where the problem is all pairs. Results are in order.
    fn over_columns<R: Send>(
        &mut self,
        work: impl Fn(Place, &Blocks, Vectors, &mut Scratch) -> R + Sync,
    ) -> Vec<(Place, R)> {
        let states = self.sequences.states();
        let (block, size) = (states * states, tiles::size(states));
        let slots = self.slots;
        let view = ColumnView {
            sequences: self.sequences,
            layout: self.layout,
            bases: &self.bases,
            lanes: &self.lanes,
        };
        let vectors = self
            .couplings
            .chunks_exact_mut(size)
            .zip(self.model_gradient.chunks_exact(size))
            .zip(self.gradient.chunks_exact_mut(size))
            .zip(self.history.chunks_exact_mut(2 * slots * size));
        let jobs: Vec<_> = vectors
            .zip(&self.tiles)
            .map(|((((x, model_gradient), gradient), history), &tile)| {
                let vectors = Vectors {
                    x,
                    model_gradient,
                    gradient,
                    history,
                    slots,
                    stride: size,
                };
                (tile, vectors)
            })
            .collect();
        let of_tile = |scratch: &mut Scratch, (tile, mut vectors): (Tile, Vectors)| {
            let columns = (0..LANES).filter(|j| tile.columns * LANES + j < view.sequences.sites());
            columns
                .map(|j| {
                    let place = Place { tile, j };
                    let column = vectors.part(j * block..(j + 1) * block);
                    (place, work(place, &view.blocks(place), column, scratch))
                })
                .collect::<Vec<_>>()
        };
        let results: Vec<Vec<(Place, R)>> = match self.layout {
            TileSet::Pairs => jobs
                .into_par_iter()
                .map_init(|| Scratch::new(states), of_tile)
                .collect(),
            TileSet::Group(_) => {
                let mut scratch = Scratch::new(states);
                jobs.into_iter()
                    .map(|job| of_tile(&mut scratch, job))
                    .collect()
            }
        };
        results.into_iter().flatten().collect()
    }

    fn no_shifts(&self) -> FieldShifts {
        FieldShifts {
            lanes: vec![F32x8::ZERO; self.sequences.states()],
            site: vec![0.0; self.sequences.states()],
        }
    }

    /// Sums what columns pull at the fields, in order.
    fn sum_shifts<'s>(&self, shifts: impl Iterator<Item = (Place, &'s FieldShifts)>) -> Vec<F32x8> {
        let states = self.sequences.states();
        let mut sums = vec![F32x8::ZERO; self.fields.x.len()];
        for (Place { tile, j }, shift) in shifts {
            let own = &mut sums[(tile.lanes - self.first_group()) * states..][..states];
            for (sum, &shift) in own.iter_mut().zip(&shift.lanes) {
                *sum = *sum + shift;
            }
            if self.layout == TileSet::Pairs {
                let other = &mut sums[tile.columns * states..][..states];
                for (sum, shift) in other.iter_mut().zip(&shift.site) {
                    sum.0[j] += shift;
                }
            }
        }
        sums
    }

    /// Gradients by the fields of column sites; those of lanes are slices of the same.
    fn site_gradient(states: usize, gradient: &[F32x8], layout: TileSet, place: Place) -> Vec<f32> {
        match layout {
            TileSet::Pairs => {
                let site = &gradient[place.tile.columns * states..][..states];
                site.iter().map(|lanes| lanes.0[place.j]).collect()
            }
            // No field of another site is a variable.
            TileSet::Group(_) => vec![0.0; states],
        }
    }

    /// The value at the point; gradients by fields (with that of the penalty) and by couplings (without).
    fn value(&mut self, curvature: bool) -> f64 {
        let data = self.data(curvature);
        let Sequences {
            penalties, origin, ..
        } = self.sequences;
        let field_squares = self.fields.penalise(penalties.lambda_h, *origin);
        data + penalties.lambda_h * field_squares + penalties.lambda_j * self.squares
    }

    /// The value at the point without penalties.
    pub fn data_value(&mut self) -> f64 {
        self.data(false)
    }

    fn data(&mut self, curvature: bool) -> f64 {
        let gradient = Gradient {
            fields: &mut self.fields.model_gradient,
            couplings: &mut self.model_gradient,
        };
        let couplings = (self.squares > 0.0).then_some(&self.couplings[..]);
        let point = (&self.fields.x[..], couplings);
        let values = evaluation::evaluate(self.sequences, self.layout, point, gradient, curvature);
        let data = values.iter().map(|(value, _)| value).sum();
        self.curvature = values
            .into_iter()
            .filter_map(|(_, curvature)| curvature)
            .collect();
        data
    }

    /// Takes the columns' results of a move apart: the sum of J^2 is kept, what fields lose to them is returned.
    fn moved<'s>(
        &mut self,
        columns: impl Iterator<Item = (Place, f64, &'s FieldShifts)> + Clone,
    ) -> Vec<F32x8> {
        self.squares = columns.clone().map(|(_, squares, _)| squares).sum();
        let pulls = self.sum_shifts(columns.map(|(place, _, shifts)| (place, shifts)));
        self.fields.respond(&pulls)
    }
}

impl Persistent for PairProblem<'_> {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        for lanes in &mut self.lanes {
            state.numbers(&mut lanes.shares)?;
        }
        if let (Transfer::Restore(_), TileSet::Pairs) = (&*state, self.layout) {
            for (site, basis) in self.bases.to_mut().iter_mut().enumerate() {
                let lanes = self.lanes[site / LANES].shares.iter();
                basis.shares = lanes.map(|share| share.0[site % LANES]).collect();
            }
        }
        self.fields.serialise(state)?;
        state.numbers(&mut self.couplings)?;
        state.numbers(&mut self.gradient)?;
        state.numbers(&mut self.history)?;
        state.optional_list(&mut self.field_curvature)?;
        state.number(&mut self.squares)
    }
}

impl Descent for PairProblem<'_> {
    fn slots(&self) -> usize {
        self.slots
    }

    fn evaluate(&mut self, curvature: bool) -> f64 {
        self.value(curvature)
    }

    fn take_step(&mut self, direction: &Direction, slot: usize) -> [f64; KEPT_STEPS] {
        let zeros = self.no_shifts();
        let columns = self.over_columns(|_, blocks, mut vectors, scratch| {
            let mut shifts = zeros.clone();
            let moved =
                pair_blocks::take_step(blocks, direction, slot, &mut vectors, &mut shifts, scratch);
            (moved, shifts)
        });
        let shift = self.moved(
            columns
                .iter()
                .map(|(place, ((squares, _), shifts))| (*place, *squares, shifts)),
        );
        let mut products = self.fields.take_step(direction, slot, &shift);
        for (_, ((_, column), _)) in &columns {
            for (product, column) in products.iter_mut().zip(column) {
                *product += column;
            }
        }
        products
    }

    fn shorten_step(&mut self, ratio: f32, slot: usize) {
        let zeros = self.no_shifts();
        let columns = self.over_columns(|_, blocks, mut vectors, scratch| {
            let mut shifts = zeros.clone();
            let squares =
                pair_blocks::shorten_step(blocks, ratio, slot, &mut vectors, &mut shifts, scratch);
            (squares, shifts)
        });
        let shift = self.moved(
            columns
                .iter()
                .map(|(place, (squares, shifts))| (*place, *squares, shifts)),
        );
        self.fields.shorten_step(ratio, slot, &shift);
    }

    fn update(&mut self, slot: usize) -> Products {
        let mut sum = self.fields.update(slot);
        let (states, layout, first) = (self.sequences.states(), self.layout, self.first_group());
        let gradient = self.fields.respond(&self.fields.model_gradient);
        let columns = self.over_columns(|place, blocks, mut vectors, scratch| {
            let fields = FieldGradients {
                lanes: &gradient[(place.tile.lanes - first) * states..][..states],
                site: &Self::site_gradient(states, &gradient, layout, place),
            };
            pair_blocks::update(blocks, fields, slot, &mut vectors, scratch)
        });
        for (_, products) in columns {
            for k in 0..2 * KEPT_STEPS {
                sum.gradient[k] += products.gradient[k];
                sum.change[k] += products.change[k];
            }
            sum.square += products.square;
        }
        sum
    }

    /// |dF/dJ|^2 / (4 lambda_J): a function that curves by 2 lambda_J at least, as F does by its couplings for the penalty alone, falls by no more.
    fn largest_decrease(&mut self) -> Option<f64> {
        let lambda = self.sequences.penalties.lambda_j;
        let columns = self.over_columns(|_, blocks, vectors, _| {
            let pairs = vectors.x.iter().zip(vectors.model_gradient);
            pairs.fold(0.0, |sum, (&x, &gradient)| {
                let gradient = (gradient + F32x8::splat(blocks.penalty) * x).only(blocks.paired);
                sum + (gradient * gradient).sum()
            })
        });
        let square: f64 = columns.iter().map(|(_, square)| square).sum();
        (lambda > 0.0).then(|| square / (4.0 * lambda))
    }

    fn rescale(&mut self) -> Gram {
        let sequences = self.sequences;
        let before = (self.bases.clone(), self.lanes.clone());
        let mut of_fields = Vec::new();
        let groups = self.layout.groups(sequences.tree.groups());
        let mut bases = self.bases.to_vec();
        for ((group, curvature), lanes) in groups.zip(&self.curvature).zip(&mut self.lanes) {
            let range = group * LANES..bases.len().min((group + 1) * LANES);
            of_fields.extend(bases::update_group(
                sequences,
                &mut bases[range.clone()],
                curvature,
            ));
            *lanes = LaneBasis::new(&bases[range]);
        }
        if self.layout == TileSet::Pairs {
            self.bases = Cow::Owned(bases);
        }
        self.fields.rescale(&of_fields);
        self.field_curvature = Some(of_fields);
        let layout = self.layout;
        let old = ColumnView {
            sequences,
            layout,
            bases: &before.0,
            lanes: &before.1,
        };
        let columns = self.over_columns(|place, blocks, mut vectors, scratch| {
            pair_blocks::rescale(&old.blocks(place), blocks, &mut vectors, scratch);
            pair_blocks::gram(&mut vectors, scratch)
        });
        let mut gram = Gram::default();
        for k in 0..=2 * KEPT_STEPS {
            for l in 0..=2 * KEPT_STEPS {
                let couplings: f64 = columns.iter().map(|(_, column)| column[k][l]).sum();
                gram[k][l] = couplings + self.fields.product(k, l);
            }
        }
        gram
    }
}

impl SmoothFunction for PairProblem<'_> {
    fn start(&self) -> Vec<f32> {
        let mut y = self.fields.scaled();
        y.resize(y.len() + self.couplings.len() * LANES, 0.0);
        y
    }

    fn value_and_gradient(&mut self, y: &[f32], gradient: &mut [f32]) -> f64 {
        let (states, layout, first) = (self.sequences.states(), self.layout, self.first_group());
        let groups = self.sequences.tree.groups();
        let field_count = self.fields.x.len() * LANES;
        let (y_fields, y_couplings) = y.split_at(field_count);
        let (out_fields, out_couplings) = gradient.split_at_mut(field_count);
        let block = states * states;
        let start =
            move |place: Place| (layout.place(groups, place.tile) * LANES + place.j) * block;
        let lanes_of = |numbers: &[f32], place: Place| -> Vec<F32x8> {
            let own = &numbers[start(place) * LANES..][..block * LANES];
            own.as_chunks::<LANES>()
                .0
                .iter()
                .map(|&lanes| F32x8(lanes))
                .collect()
        };
        let zeros = self.no_shifts();
        let columns = self.over_columns(|place, blocks, vectors, scratch| {
            let mut shifts = zeros.clone();
            let y = lanes_of(y_couplings, place);
            let squares = pair_blocks::couplings_at(blocks, &y, vectors.x, &mut shifts, scratch);
            (squares, shifts)
        });
        let shift = self.moved(
            columns
                .iter()
                .map(|(place, (squares, shifts))| (*place, *squares, shifts)),
        );
        self.fields.place(y_fields, &shift);
        let value = self.value(false);
        self.fields.scaled_gradient(out_fields);
        let by_fields = self.fields.respond(&self.fields.model_gradient);
        let columns = self.over_columns(|place, blocks, vectors, scratch| {
            let fields = FieldGradients {
                lanes: &by_fields[(place.tile.lanes - first) * states..][..states],
                site: &Self::site_gradient(states, &by_fields, layout, place),
            };
            let mut out = vec![F32x8::ZERO; block];
            pair_blocks::gradient_at(
                blocks,
                fields,
                vectors.x,
                vectors.model_gradient,
                &mut out,
                scratch,
            );
            out
        });
        out_couplings.fill(0.0);
        for (place, column) in columns {
            let out = &mut out_couplings[start(place) * LANES..][..block * LANES];
            for (out, lanes) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(column) {
                *out = lanes.0;
            }
        }
        value
    }
}
