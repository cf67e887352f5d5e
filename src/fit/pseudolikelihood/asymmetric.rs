//! The asymmetric fit: every site by itself, eight at a time.
//!
//! For site i, F_i = -sum_n w_n log P(x_i | rest) + lambda_h sum_a h_i(a)^2 + lambda_J sum_{j != i} sum_ab J_ij(a,b)^2. Each
//! estimate is put into its zero-sum gauge, then the two of a pair are averaged. Memory is that of eight sites' problem a
//! thread and of the packed couplings.
//!
//! Sites do not know of each other, so some can be fitted here and others elsewhere. Eight sites share the steps of one minimiser;
//! so that the numbers are the same wherever they come from, whole groups of eight are fitted, even where only one site is wanted.

use super::Sequences;
use super::tiles::TileSet;
use super::variables::PairProblem;
use crate::error::{Error, Result};
use crate::fit::optimizer::{Minimum, lock, minimize};
use crate::fit::options::PlmOptions;
use crate::fit::watch::Watch;
use crate::fit::watch::{Phase, Progress};
use crate::kernels::f32x8::{F32x8, LANES};
use crate::model::StopReason;
use crate::model::couplings::Couplings;
use crate::model::gauge::BlockMeans;
use crate::state::Keeper;
use crate::state::{Persistent, Transfer};
use rayon::prelude::*;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError, RwLock};

/// How the fit of a group of eight sites ended.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupEnd {
    /// Zero-sum fields of the group's sites, q a site.
    pub fields: Vec<f64>,
    /// Sum of the sites' objectives.
    pub objective: f64,
    /// Evaluations of value and gradient.
    pub evaluations: u64,
    /// Iterations.
    pub iterations: u64,
    /// Why it stopped.
    pub stop_reason: StopReason,
}

/// The result over some groups of sites.
pub struct SiteFits {
    /// In order.
    pub ends: Vec<GroupEnd>,
    /// Zero-sum couplings.
    pub estimates: Estimates,
}

/// Half of each zero-sum estimate, where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub enum Estimates {
    /// Those of all sites: the halves of a pair are added, x/2 + y/2 in either order: the same sum.
    All(Couplings),
    /// Those of some sites, each with all L sites (zeros with itself): `[site][j][a][b]`, a of the site itself.
    Some {
        /// Which.
        sites: Range<usize>,
        /// The halves.
        halves: Vec<f32>,
    },
}

impl Estimates {
    /// Zeros for L `sites` of q `states`: for all of them, or for `some`.
    pub fn zeros(sites: usize, states: usize, some: Option<Range<usize>>) -> Self {
        match some {
            None => Self::All(Couplings::zeros(sites, states)),
            Some(some) => Self::Some {
                halves: vec![0.0; some.len() * sites * states * states],
                sites: some,
            },
        }
    }

    /// Adds the half of site i's estimate with site j, `[a][b]`, q q numbers.
    pub fn add(&mut self, i: usize, j: usize, half: &[f32]) {
        match self {
            Self::All(couplings) => {
                let states = couplings.states();
                let target = couplings.block_mut(i.min(j), i.max(j));
                for (k, target) in target.iter_mut().enumerate() {
                    let transposed = k % states * states + k / states;
                    *target += half[if i < j { k } else { transposed }];
                }
            }
            Self::Some { sites, halves } if sites.contains(&i) => {
                let all = halves.len() / (sites.len() * half.len());
                let start = ((i - sites.start) * all + j) * half.len();
                halves[start..][..half.len()].copy_from_slice(half);
            }
            Self::Some { .. } => {}
        }
    }

    /// The numbers alone.
    pub fn into_numbers(self) -> Vec<f32> {
        match self {
            Self::All(couplings) => couplings.into_packed(),
            Self::Some { halves, .. } => halves,
        }
    }

    fn numbers(&mut self) -> &mut [f32] {
        match self {
            Self::All(couplings) => couplings.as_mut_slice(),
            Self::Some { halves, .. } => halves,
        }
    }
}

/// The groups that hold `sites`.
pub fn groups_of(sites: &Range<usize>) -> Range<usize> {
    sites.start / LANES..sites.end.div_ceil(LANES)
}

/// Fits all sites, or those of `some`.
///
/// # Errors
/// As [`minimize`].
pub fn fit_sites(
    sequences: &Sequences,
    options: &PlmOptions,
    watch: &Watch,
    some: Option<Range<usize>>,
) -> Result<SiteFits> {
    let (sites, states) = (sequences.sites(), sequences.states());
    watch.begin(Phase::Minimisation);
    let wanted = some.clone().unwrap_or(0..sites);
    let groups = groups_of(&wanted);
    let work = Work {
        first: groups.start,
        ends: groups.clone().map(|_| Mutex::new(None)).collect(),
        estimates: Mutex::new(Estimates::zeros(sites, states, some)),
        adding: RwLock::new(()),
    };
    if let Some(keeper) = &watch.keeper
        && keeper.recall(&mut &work)?
    {
        work.tell(watch, &wanted);
    }
    // What is kept are groups that are done.
    let inner = watch.quiet();
    let result: Result<()> = groups
        .into_par_iter()
        .with_max_len(1)
        .try_for_each(|group| {
            if lock(work.end(group)).is_some() {
                return Ok(());
            }
            let (minimum, fields, blocks) = fit_group(sequences, options, &inner, group)?;
            work.add(group, (sites, states), &fields, &blocks, &minimum);
            work.tell(watch, &wanted);
            match &watch.keeper {
                Some(keeper) if keeper.is_due() => work.keep(keeper.as_ref()).map(drop),
                _ => Ok(()),
            }
        });
    match (result, &watch.keeper) {
        (Err(Error::Stopped { .. }), Some(keeper)) => {
            let at = work.keep(keeper.as_ref())?;
            return Err(Error::Stopped { at });
        }
        (result, _) => result?,
    }
    let ends = work.ends.into_iter().filter_map(into_inner);
    Ok(SiteFits {
        ends: ends.collect(),
        estimates: into_inner(work.estimates),
    })
}

/// Where a group ends.
fn fit_group(
    sequences: &Sequences,
    options: &PlmOptions,
    watch: &Watch,
    group: usize,
) -> Result<(Minimum, Vec<F32x8>, Vec<F32x8>)> {
    if watch
        .keeper
        .as_ref()
        .is_some_and(|keeper| keeper.must_stop())
    {
        return Err(Error::Stopped { at: String::new() });
    }
    let mut problem = PairProblem::new(sequences, TileSet::Group(group));
    if let Some(start) = &options.start {
        problem.start_at(&start.point());
    }
    let (minimum, problem) = minimize(problem, &options.into(), watch)?;
    let (fields, blocks, _) = problem.into_point();
    Ok((minimum, fields, blocks))
}

/// What is done of some groups.
struct Work {
    first: usize,
    ends: Vec<Mutex<Option<GroupEnd>>>,
    estimates: Mutex<Estimates>,
    /// Read-locked while a group's estimates are added, so that a state that is kept has all of them or none.
    adding: RwLock<()>,
}

impl Work {
    fn end(&self, group: usize) -> &Mutex<Option<GroupEnd>> {
        &self.ends[group - self.first]
    }

    fn add(
        &self,
        group: usize,
        (sites, states): (usize, usize),
        fields: &[F32x8],
        blocks: &[F32x8],
        minimum: &Minimum,
    ) {
        let adding = self.adding.read().unwrap_or_else(PoisonError::into_inner);
        let own = group * LANES..sites.min((group + 1) * LANES);
        let own = own.flat_map(|site| self.add_zero_sum(site, sites, states, fields, blocks));
        let end = GroupEnd {
            fields: own.collect(),
            objective: minimum.objective,
            evaluations: minimum.evaluations,
            iterations: minimum.iterations,
            stop_reason: minimum.stop_reason,
        };
        *lock(self.end(group)) = Some(end);
        drop(adding);
    }

    /// Puts site i's estimate (its lane of fields `[a]` and couplings `[j][b][a]`) into the zero-sum gauge, adds half of each block to the
    /// estimates and returns the fields.
    fn add_zero_sum(
        &self,
        i: usize,
        sites: usize,
        states: usize,
        fields: &[F32x8],
        couplings: &[F32x8],
    ) -> Vec<f64> {
        let (lane, size) = (i % LANES, states * states);
        let mut fields: Vec<f64> = fields.iter().map(|h| f64::from(h.0[lane])).collect();
        let mut half = vec![0.0f32; size];
        let columns = couplings.chunks_exact(size).enumerate().take(sites);
        for (j, block) in columns.filter(|(j, _)| *j != i) {
            let block: Vec<f32> = block.iter().map(|lanes| lanes.0[lane]).collect();
            let means = BlockMeans::of(&block, states);
            for (h, mean) in fields.iter_mut().zip(&means.columns) {
                *h += mean - means.all;
            }
            for (k, value) in means.centred(&block).enumerate() {
                half[k % states * states + k / states] = (value / 2.0) as f32;
            }
            lock(&self.estimates).add(i, j, &half);
        }
        let mean = fields.iter().sum::<f64>() / states as f64;
        fields.iter_mut().for_each(|h| *h -= mean);
        fields
    }

    fn done(&self) -> usize {
        let done = self.ends.iter().filter(|end| lock(end).is_some());
        done.count()
    }

    fn tell(&self, watch: &Watch, wanted: &Range<usize>) {
        if let Some(observer) = &watch.observer {
            let all = wanted.len();
            let done = (self.done() * all).div_ceil(self.ends.len());
            observer(Progress::Steps {
                unit: "sites",
                done,
                all,
            });
        }
    }

    /// Keeps what is done; returns how much that is.
    fn keep(&self, keeper: &dyn Keeper) -> Result<String> {
        let _none_is_adding = self.adding.write().unwrap_or_else(PoisonError::into_inner);
        let at = format!("{} of {} groups of sites", self.done(), self.ends.len());
        keeper.keep(&at, &mut &*self)?;
        Ok(at)
    }
}

impl Persistent for &Work {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        for end in &self.ends {
            let mut end = lock(end);
            let mut is_done = u64::from(end.is_some());
            state.number(&mut is_done)?;
            if is_done == 0 {
                *end = None;
                continue;
            }
            end.get_or_insert_with(GroupEnd::unknown).serialise(state)?;
        }
        state.numbers(lock(&self.estimates).numbers())
    }
}

impl GroupEnd {
    fn unknown() -> Self {
        Self {
            fields: Vec::new(),
            objective: 0.0,
            evaluations: 0,
            iterations: 0,
            stop_reason: StopReason::NotRecorded,
        }
    }
}

impl Persistent for GroupEnd {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.list(&mut self.fields)?;
        state.number(&mut self.objective)?;
        state.number(&mut self.evaluations)?;
        state.number(&mut self.iterations)?;
        let place = StopReason::ALL.iter().position(|&r| r == self.stop_reason);
        let mut place = place.unwrap_or(StopReason::ALL.len()) as u64;
        state.number(&mut place)?;
        let reason = StopReason::ALL.get(place as usize);
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "no such reason to stop");
        self.stop_reason = *reason.ok_or_else(wrong)?;
        Ok(())
    }
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
