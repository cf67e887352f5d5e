//! The networks, from a chain to the scores of its pairs.
//!
//! 1. x = clip((f - mean) / deviation, -6, 6) of the features f of a pair; h = lrelu(A x + b), 24 units; s0 = c h + d;
//! 2. m0 = lrelu(P h + q), 16 channels, at the pairs i < j six positions or more apart; 0 elsewhere, and in every layer kept 0 there;
//! 3. four times m = m + lrelu(3 x 3 convolution of m), of neighbours 1, 1, 2 and 4 sites apart;
//! 4. s = s0 + e m, the mean over the networks; lrelu(v) = max(v, .05 v).

use super::chain::Chain;
use super::features::{FeatureRows, Features};
use super::maps::Row;
use super::weights::{Network, Weights};
use crate::kernels::convolution::{CHANNELS, ChannelMap, add_convolved, leaky};
use crate::kernels::dense_layer::{DenseLayer, dense_layer, padded};
use crate::model::couplings::{pair_index, pairs};
use rayon::prelude::*;

/// Features are clipped at so many standard deviations.
const CLIPPED: f32 = 6.0;

/// Maps of pairs that features keep: z, ranks, and four signs.
const PAIR_MAPS: u64 = 6;

/// Numbers a pair beside maps: norms, scores and ranks on the way.
const NUMBERS: u64 = 16;

/// Bytes that the scores of a chain of `sites` sites take, besides its couplings.
pub fn bytes(weights: &Weights, sites: usize) -> u64 {
    let maps = weights.networks.len() as u64 + 1;
    let of_pairs = (sites * sites * size_of::<f32>()) as u64;
    maps * ChannelMap::bytes(sites) + of_pairs * PAIR_MAPS + of_pairs * NUMBERS
}

/// Scores of all pairs of a chain, in packed order; NaN where there is none.
pub fn scores(weights: &Weights, chain: &Chain) -> Vec<f64> {
    let sites = chain.sites;
    let networks = &weights.networks;
    let mut maps: Vec<ChannelMap> = networks.iter().map(|_| ChannelMap::zeros(sites)).collect();
    let mut scores = vec![f64::NAN; pairs(sites)];
    let direct = pairwise(weights, chain, &mut maps);
    for (i, direct) in direct
        .iter()
        .enumerate()
        .filter(|(_, direct)| !direct.is_empty())
    {
        let first = pair_index(sites, i, chain.first_partner(i));
        scores[first..first + direct.len()].copy_from_slice(direct);
    }
    let mut spare = ChannelMap::zeros(sites);
    for (network, map) in networks.iter().zip(&mut maps) {
        for layer in &network.layers {
            let rows = spare.rows_mut().into_par_iter().enumerate();
            rows.for_each(|(i, row)| add_convolved(map, layer, i, chain.first_partner(i), row));
            std::mem::swap(map, &mut spare);
        }
        for (pair, (i, j)) in chain.scored_pairs() {
            let channels = &map.row(i)[j * CHANNELS..(j + 1) * CHANNELS];
            let products = channels.iter().zip(&network.last).map(|(m, e)| m * e);
            scores[pair] += f64::from(products.sum::<f32>());
        }
    }
    scores
        .iter_mut()
        .for_each(|score| *score /= networks.len() as f64);
    scores
}

/// The part of the networks that looks at one pair: the sum of its scores, for each site with its partners; `maps` become the maps of
/// channels.
fn pairwise(weights: &Weights, chain: &Chain, maps: &mut [ChannelMap]) -> Vec<Vec<f64>> {
    let features = Features::new(chain);
    let mut rows_of_sites: Vec<Vec<&mut [f32]>> = (0..chain.sites).map(|_| Vec::new()).collect();
    for map in maps {
        for (rows, row) in rows_of_sites.iter_mut().zip(map.rows_mut()) {
            rows.push(row);
        }
    }
    let of_site = |buffers: &mut Buffers, (i, mut maps): (usize, Vec<&mut [f32]>)| {
        let first = chain.first_partner(i);
        let width = chain.sites - first;
        let mut sums = vec![0.0; width];
        if width == 0 {
            return sums;
        }
        buffers.fill_features(weights, &features, &Row { i, first, width });
        for (network, map) in weights.networks.iter().zip(&mut maps) {
            buffers.apply(network, width);
            buffers.hand_out(&mut map[first * CHANNELS..], &mut sums);
        }
        sums
    };
    let sites = rows_of_sites.into_par_iter().enumerate();
    sites.map_init(Buffers::default, of_site).collect()
}

/// What one thread works in: of one site with all its partners.
#[derive(Default)]
struct Buffers {
    features: Vec<f32>,
    hidden: Vec<f32>,
    outputs: Vec<f32>,
}

impl Buffers {
    /// The features of a row, standardised.
    fn fill_features(&mut self, weights: &Weights, features: &Features<'_>, row: &Row) {
        let stride = padded(row.width);
        self.features.clear();
        self.features.resize(weights.means.len() * stride, 0.0);
        features.fill(row, FeatureRows::new(&mut self.features, row.width, stride));
        let scales = weights.means.iter().zip(&weights.scales);
        for (values, (mean, scale)) in self.features.chunks_exact_mut(stride).zip(scales) {
            let standard = |value: f32| ((value - mean) * scale).clamp(-CLIPPED, CLIPPED);
            values
                .iter_mut()
                .for_each(|value| *value = standard(*value));
        }
    }

    /// Outputs of a network for the features that are there.
    fn apply(&mut self, network: &Network, width: usize) {
        let stride = padded(width);
        self.hidden.resize(network.units() * stride, 0.0);
        self.outputs
            .resize(network.output_shifts.len() * stride, 0.0);
        let hidden = DenseLayer {
            weights: &network.hidden,
            shifts: &network.hidden_shifts,
        };
        dense_layer(&hidden, &self.features, stride, &mut self.hidden);
        self.hidden
            .iter_mut()
            .for_each(|value| *value = leaky(*value));
        let outputs = DenseLayer {
            weights: &network.outputs,
            shifts: &network.output_shifts,
        };
        dense_layer(&outputs, &self.hidden, stride, &mut self.outputs);
    }

    /// Gives the channels to the pairs of a map's row, and adds the scores to theirs.
    fn hand_out(&self, map: &mut [f32], sums: &mut [f64]) {
        let stride = padded(sums.len());
        let (channels, scores) = self.outputs.split_at(CHANNELS * stride);
        for (k, pair) in map.chunks_exact_mut(CHANNELS).enumerate() {
            for (c, channel) in pair.iter_mut().enumerate() {
                *channel = leaky(channels[c * stride + k]);
            }
        }
        for (sum, score) in sums.iter_mut().zip(scores) {
            *sum += f64::from(*score);
        }
    }
}
