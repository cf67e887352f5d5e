//! The best sets of substitutions, and the proof that they are: branch and bound, the most promising first.
//!
//! A node is a set of options; its children add one at a later site of a fixed order, so that each set is met once. No set that holds S, with at most k
//! more options at later sites, is worth more than
//!
//! value(S) + the k largest, over these sites, of max_o [c(o) + 1/2 (the k - 1 largest positive terms that o has with one option of each other site)]
//!
//! where c(o) is what o gains beside S: the terms of pairs of the k are shared between the two. Nodes are taken by falling bound. A set comes out
//! when no node may hold a better one: so sets come out by falling value, each of them proved, and those that are too near to one
//! that was taken before are passed by. What is taken is the greedy sequence: each the best of all that are far enough from those before it.

use super::problem::{Problem, distance};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What bounds are raised by, so that rounding hides no set.
const SLACK: f64 = 1e-9;

/// No node.
const NONE: u32 = u32::MAX;

/// Which sets are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// How many.
    pub count: usize,
    /// The fewest options of a set.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// At how many sites two of them differ at least.
    pub distance: usize,
}

/// When a search ends without a proof.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Terms added up.
    pub work: u64,
    /// Nodes held.
    pub held: usize,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Sets and their values, in the order in which they were taken; each is proved.
    pub sets: Vec<(Vec<usize>, f64)>,
    /// No set that is not among them, and far enough from them, is worth more; `None` if there is no other.
    pub rest: Option<f64>,
    /// Terms added up.
    pub work: u64,
}

/// A set whose children are still to be looked at, or one that is complete.
struct Node {
    bound: f64,
    value: f64,
    /// The set without its last option, in the arena.
    parent: u32,
    option: u32,
    is_open: bool,
    /// Of equal bounds the earlier comes first.
    number: u64,
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_bound = self.bound.total_cmp(&other.bound);
        by_bound.then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

/// A search for the sets of a problem with bounds.
pub struct Search<'p> {
    problem: &'p Problem<'p>,
    wanted: Wanted,
    helps: Helps,
    /// Sites by falling promise.
    order: Vec<usize>,
    /// The place of each site in it.
    ranks: Vec<usize>,
    /// Sets whose children were looked at: the set before, and the last option.
    arena: Vec<(u32, u32)>,
    heap: BinaryHeap<Node>,
    numbers: u64,
    work: u64,
    /// The largest bound that was not followed.
    dropped: f64,
}

impl<'p> Search<'p> {
    /// Panics if the problem has no bounds.
    pub fn new(problem: &'p Problem, wanted: Wanted) -> Self {
        assert!(problem.is_bounded(), "a problem without bounds");
        let partners = partners(problem);
        let mut order: Vec<usize> = (0..problem.sites()).collect();
        let all = Helps::new(problem, &partners, &order, wanted.most);
        let promise = |&site: &usize| {
            let helps = all.of(0, wanted.most);
            let help = |o: usize| helps.map_or(0.0, |helps| f64::from(helps[o]));
            let of = problem.options(site).map(|o| problem.gain(o) + help(o));
            of.fold(f64::NEG_INFINITY, f64::max)
        };
        let promises: Vec<f64> = order.iter().map(promise).collect();
        order.sort_by(|&a, &b| promises[b].total_cmp(&promises[a]));
        let mut ranks = vec![0; order.len()];
        for (rank, &site) in order.iter().enumerate() {
            ranks[site] = rank;
        }
        Self {
            problem,
            wanted,
            helps: Helps::new(problem, &partners, &order, wanted.most),
            order,
            ranks,
            arena: Vec::new(),
            heap: BinaryHeap::new(),
            numbers: 0,
            work: 0,
            dropped: f64::NEG_INFINITY,
        }
    }

    /// Searches for sets worth `least_value` or more. `watch` is told the work done.
    pub fn run(&mut self, least_value: f64, limits: Limits, watch: &dyn Fn(u64)) -> Found {
        (self.arena, self.heap) = (Vec::new(), BinaryHeap::new());
        (self.numbers, self.dropped) = (0, f64::NEG_INFINITY);
        let mut taken: Vec<(Vec<usize>, f64)> = Vec::new();
        self.push(f64::INFINITY, 0.0, (NONE, NONE), true, least_value);
        while taken.len() < self.wanted.count {
            let is_over = self.work > limits.work
                || self.heap.len() > limits.held
                || self.arena.len() > limits.held;
            if is_over {
                break;
            }
            let Some(node) = self.heap.pop() else { break };
            if node.is_open {
                self.open(&node, &taken, least_value);
                watch(self.work);
            } else {
                let set = self.set(node.parent, node.option);
                if self.is_apart(&set, &taken) {
                    taken.push((set, node.value));
                }
            }
        }
        let next = self.heap.peek().map_or(f64::NEG_INFINITY, |n| n.bound);
        let rest = next.max(self.dropped);
        Found {
            sets: taken,
            rest: (rest > f64::NEG_INFINITY).then_some(rest),
            work: self.work,
        }
    }

    /// Whether a set is none that is left out, and far enough from those taken.
    fn is_apart(&self, set: &[usize], taken: &[(Vec<usize>, f64)]) -> bool {
        let far = |other: &[usize]| distance(self.problem, set, other) >= self.wanted.distance;
        !self.problem.leaves_out(set) && taken.iter().all(|(other, _)| far(other))
    }

    fn push(&mut self, bound: f64, value: f64, set: (u32, u32), is_open: bool, least: f64) {
        if bound < least {
            self.dropped = self.dropped.max(bound);
            return;
        }
        self.numbers += 1;
        self.heap.push(Node {
            bound,
            value,
            parent: set.0,
            option: set.1,
            is_open,
            number: self.numbers,
        });
    }

    /// The options of a set.
    fn set(&self, mut parent: u32, option: u32) -> Vec<usize> {
        let mut set = Vec::new();
        if option != NONE {
            set.push(option as usize);
        }
        while parent != NONE {
            let (before, option) = self.arena[parent as usize];
            if option != NONE {
                set.push(option as usize);
            }
            parent = before;
        }
        set.sort_unstable();
        set
    }

    /// Puts a set and its children in its place.
    fn open(&mut self, node: &Node, taken: &[(Vec<usize>, f64)], least_value: f64) {
        let set = self.set(node.parent, node.option);
        let wanted = self.wanted;
        if set.len() >= wanted.least && !set.is_empty() && self.is_apart(&set, taken) {
            let own = (node.parent, node.option);
            self.push(node.value, node.value, own, false, least_value);
        }
        if set.len() == wanted.most {
            return;
        }
        let here = self.arena.len() as u32;
        self.arena.push((node.parent, node.option));
        let first = set.iter().map(|&o| self.ranks[self.problem.place(o)] + 1);
        let first = first.max().unwrap_or(0);
        let more = wanted.most - set.len();
        // Terms with sites that are not left need not be hoped for.
        let helps = self.helps.of(first, more);
        let forced = wanted.least.saturating_sub(set.len() + 1);
        let mut best = Best::new(more - 1, forced);
        // Rows of the set, which are gone through in the order of memory.
        let rows: Vec<&[f32]> = set.iter().filter_map(|&o| self.problem.row(o)).collect();
        let mut children = Vec::new();
        // From the last site on: then the best of the sites behind each are at hand.
        for rank in (first..self.order.len()).rev() {
            let site = self.order[rank];
            let rest = best.sum();
            let mut promise = f64::NEG_INFINITY;
            for option in self.problem.options(site) {
                let terms = rows.iter().map(|row| f64::from(row[option]));
                let gain = terms.fold(self.problem.gain(option), |sum, term| sum + term);
                let help = helps.map_or(0.0, |helps| f64::from(helps[option]));
                let promised = gain + help;
                promise = promise.max(promised);
                let Some(rest) = rest else { continue };
                let value = node.value + gain;
                let bound = match more {
                    1 => value,
                    _ => node.bound.min(node.value + promised + rest + SLACK),
                };
                children.push((bound, value, option as u32));
            }
            best.add(promise);
            self.work += (self.problem.options(site).len() * (1 + set.len())) as u64;
        }
        for (bound, value, option) in children {
            self.push(bound, value, (here, option), more > 1, least_value);
        }
    }
}

/// The largest of some numbers, of which so many must be taken, and others where they are positive.
struct Best {
    largest: Vec<f64>,
    most: usize,
    forced: usize,
}

impl Best {
    fn new(most: usize, forced: usize) -> Self {
        Self {
            largest: Vec::with_capacity(most + 1),
            most,
            forced,
        }
    }

    fn add(&mut self, number: f64) {
        let place = self.largest.partition_point(|&other| other >= number);
        if place < self.most {
            self.largest.insert(place, number);
            self.largest.truncate(self.most);
        }
    }

    /// Half the sums of the first 0, 1, ... of the numbers, rounded up so that they stay bounds.
    fn halves(&self, sums: &mut [f32]) {
        let mut sum = 0.0;
        for (k, half) in sums.iter_mut().enumerate().skip(1) {
            sum += 0.5 * self.largest.get(k - 1).copied().unwrap_or(0.0);
            *half = (sum as f32).next_up();
        }
    }

    /// `None` if there are not as many as must be taken.
    fn sum(&self) -> Option<f64> {
        if self.largest.len() < self.forced {
            return None;
        }
        let numbers = self.largest.iter().enumerate();
        let taken = numbers.map(|(k, &number)| match k < self.forced {
            true => number,
            false => number.max(0.0),
        });
        Some(taken.fold(0.0, |sum, number| sum + number))
    }
}

/// What each option may have at most with one option of each site, or 0: options x sites; empty without terms.
fn partners(problem: &Problem) -> Vec<f32> {
    if problem.is_empty() || problem.row(0).is_none() {
        return Vec::new();
    }
    let mut partners = vec![0.0f32; problem.len() * problem.sites()];
    let rows = partners.par_chunks_exact_mut(problem.sites()).enumerate();
    rows.for_each(|(option, largest)| {
        let row = problem.row(option).unwrap_or_default();
        for (site, largest) in largest.iter_mut().enumerate() {
            let terms = problem.options(site).map(|other| row[other]);
            *largest = terms.fold(0.0, f32::max);
        }
    });
    partners
}

/// Half the sums of the largest terms that options may have with others, by how many others there are and how many sites are left.
struct Helps {
    /// Levels x numbers of others, from 0, x options; nothing without terms.
    sums: Vec<f32>,
    /// Sites that each level goes on by.
    step: usize,
    most: usize,
    options: usize,
}

/// Bytes that they may take.
const HELPS: usize = 1 << 27;

impl Helps {
    /// With the sites in this order: of level l count those from place l * step on.
    fn new(problem: &Problem, partners: &[f32], order: &[usize], most: usize) -> Self {
        let (options, sites) = (problem.len(), order.len());
        let mut helps = Self {
            sums: Vec::new(),
            step: sites.max(1),
            most,
            options,
        };
        if partners.is_empty() {
            return helps;
        }
        let fitting = (HELPS / (4 * options * most)).clamp(1, sites);
        helps.step = sites.div_ceil(fitting);
        let levels = sites.div_ceil(helps.step);
        let of_option = |option: usize| {
            let own = &partners[option * sites..][..sites];
            let mut best = Best::new(most - 1, 0);
            let mut sums = vec![0.0f32; levels * most];
            for (place, &site) in order.iter().enumerate().rev() {
                best.add(f64::from(own[site]));
                if place % helps.step == 0 {
                    best.halves(&mut sums[place / helps.step * most..][..most]);
                }
            }
            sums
        };
        let by_option: Vec<Vec<f32>> = (0..options).into_par_iter().map(of_option).collect();
        // Options last, which are gone through one after the other.
        helps.sums = vec![0.0; levels * most * options];
        for (option, sums) in by_option.iter().enumerate() {
            for (k, &sum) in sums.iter().enumerate() {
                helps.sums[k * options + option] = sum;
            }
        }
        helps
    }

    /// Those of all options where sites from a place on are left and `more` options are added, the own included; `None` where they are 0.
    fn of(&self, place: usize, more: usize) -> Option<&[f32]> {
        let start = (place / self.step * self.most + more.checked_sub(1)?) * self.options;
        self.sums.get(start..start + self.options)
    }
}
