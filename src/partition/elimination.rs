//! Sites are summed out one after the other (variable elimination; Dechter 1999): exact, and cheap where couplings form chains, trees or
//! rings. A chain's is the product of its transfer matrices.
//!
//! Summing out a site joins all that it is coupled to in one table, of as many indices as there are such sites. The next is always a site
//! of the fewest neighbours.

use super::moments::Moments;
use crate::kernels::gibbs::Pairs;
use crate::model::couplings::pair_sites;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Terms that a table may need at most: some seconds.
const MOST: f64 = 3e7;

/// A function of the states of some sites.
struct Table {
    /// The sites, ascending; the last one's state is the fastest.
    sites: Vec<usize>,
    numbers: Vec<Moments>,
}

/// log Z and the moments of energies, where no table needs more terms than [`MOST`].
pub fn eliminate(model: Pairs<'_>, inverse_temperature: f64) -> Option<Moments> {
    let order = order(model)?;
    let mut tables = tables(model, inverse_temperature);
    for site in order {
        let is_own = |table: &Table| table.sites.contains(&site);
        let (own, others): (Vec<Table>, Vec<Table>) = tables.into_iter().partition(is_own);
        tables = others;
        tables.push(summed_out(site, &own, model.states));
    }
    let constants = tables.iter().map(|table| table.numbers[0]);
    Some(constants.fold(Moments::ONE, Moments::with))
}

/// Whether no table would be too large.
pub fn can_eliminate(model: Pairs<'_>) -> bool {
    order(model).is_some()
}

/// Whether a number of the couplings of two sites is not 0.
fn are_coupled(model: Pairs<'_>, pair: usize) -> bool {
    let size = model.states * model.states;
    model.couplings[pair * size..][..size]
        .iter()
        .any(|&j| j != 0.0)
}

/// The order of sites; `None` where a table would be too large.
fn order(model: Pairs<'_>) -> Option<Vec<usize>> {
    let mut neighbours = vec![BTreeSet::new(); model.sites()];
    for (pair, (i, j)) in pair_sites(model.sites()).enumerate() {
        if are_coupled(model, pair) {
            neighbours[i].insert(j);
            neighbours[j].insert(i);
        }
    }
    let mut left: BTreeSet<usize> = (0..model.sites()).collect();
    let mut order = Vec::new();
    while let Some(&site) = left
        .iter()
        .min_by_key(|&&site| (neighbours[site].len(), site))
    {
        left.remove(&site);
        let own = std::mem::take(&mut neighbours[site]);
        if (model.states as f64).powi(own.len() as i32 + 1) > MOST {
            return None;
        }
        for &one in &own {
            neighbours[one].remove(&site);
            neighbours[one].extend(own.iter().filter(|&&other| other != one));
        }
        order.push(site);
    }
    Some(order)
}

/// Fields and couplings, each a table of its own.
fn tables(model: Pairs<'_>, b: f64) -> Vec<Table> {
    let (states, size) = (model.states, model.states * model.states);
    let table = |sites: Vec<usize>, numbers: &[f32]| Table {
        sites,
        numbers: numbers
            .iter()
            .map(|&number| Moments::of_energy(-f64::from(number), b))
            .collect(),
    };
    let fields = model.fields.chunks_exact(states).enumerate();
    let fields = fields.map(|(site, numbers)| table(vec![site], numbers));
    let coupled = pair_sites(model.sites()).enumerate();
    let coupled = coupled.filter(|&(pair, _)| are_coupled(model, pair));
    let couplings =
        coupled.map(|(pair, (i, j))| table(vec![i, j], &model.couplings[pair * size..][..size]));
    fields.chain(couplings).collect()
}

/// The product of tables, summed over the states of a site.
fn summed_out(site: usize, own: &[Table], states: usize) -> Table {
    let sites = own.iter().flat_map(|table| &table.sites).copied();
    let sites: BTreeSet<usize> = sites.filter(|&other| other != site).collect();
    let sites: Vec<usize> = sites.into_iter().collect();
    // How far one state more of each of those sites, and of the site itself, leads in a table.
    let step = |table: &Table, site: usize| {
        let place = table.sites.iter().position(|&own| own == site);
        place.map_or(0, |place| {
            states.pow((table.sites.len() - 1 - place) as u32)
        })
    };
    let steps: Vec<(Vec<usize>, usize)> = own
        .iter()
        .map(|table| {
            let others = sites.iter().map(|&other| step(table, other)).collect();
            (others, step(table, site))
        })
        .collect();
    let number = |place: usize| {
        let mut rest = place;
        let mut starts = vec![0; own.len()];
        for k in (0..sites.len()).rev() {
            let state = rest % states;
            rest /= states;
            for (start, (steps, _)) in starts.iter_mut().zip(&steps) {
                *start += state * steps[k];
            }
        }
        let term = |state: usize| {
            let tables = own.iter().zip(&starts).zip(&steps);
            let numbers =
                tables.map(|((table, start), (_, step))| table.numbers[start + state * step]);
            numbers.fold(Moments::ONE, Moments::with)
        };
        Moments::sum(&(0..states).map(term).collect::<Vec<_>>())
    };
    let count = states.pow(sites.len() as u32);
    Table {
        numbers: (0..count).into_par_iter().map(number).collect(),
        sites,
    }
}
