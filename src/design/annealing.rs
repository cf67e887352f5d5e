//! Good sets of substitutions where no proof is to be had: simulated annealing, several times, and then the steepest ascent.

use super::problem::{Problem, distance};
use super::search::Wanted;
use crate::random::Random;
use rayon::prelude::*;

/// How often it begins anew.
const TRIES: u64 = 6;

/// Steps of a try, and more for each option of a set.
const STEPS: usize = 4_000;
const STEPS_AN_OPTION: usize = 2_000;

/// First and last temperature, in standard deviations of the gains.
const HOT: f64 = 1.0;
const COLD: f64 = 0.02;

/// The best set found that is far enough from others, and its value; `None` if there is none. It depends on the seed and the number of `taken`
/// sets, and on no number of threads.
pub fn anneal(
    problem: &Problem,
    wanted: Wanted,
    taken: &[(Vec<usize>, f64)],
    seed: u64,
) -> Option<(Vec<usize>, f64)> {
    if problem.sites() < wanted.least || wanted.most == 0 {
        return None;
    }
    let scale = problem.spread();
    let tries: Vec<Option<(Vec<usize>, f64)>> = (0..TRIES)
        .into_par_iter()
        .map(|k| {
            let mut walk = Walk {
                problem,
                wanted,
                taken,
                random: Random::of(seed, taken.len() as u64, k),
                set: Vec::new(),
                value: 0.0,
                best: None,
            };
            walk.begin();
            walk.cool(scale);
            walk.climb();
            walk.best
        })
        .collect();
    // The first of the best: max_by would give the last.
    tries
        .into_iter()
        .flatten()
        .reduce(|best, other| if other.1 > best.1 { other } else { best })
}

struct Walk<'a> {
    problem: &'a Problem<'a>,
    wanted: Wanted,
    taken: &'a [(Vec<usize>, f64)],
    random: Random,
    set: Vec<usize>,
    value: f64,
    best: Option<(Vec<usize>, f64)>,
}

/// A step: an option that goes, by its place in the set, and one that comes.
#[derive(Clone, Copy)]
struct Step {
    goes: Option<usize>,
    comes: Option<usize>,
}

impl Walk<'_> {
    /// A set of the fewest options, at sites by chance.
    fn begin(&mut self) {
        let mut sites: Vec<usize> = (0..self.problem.sites()).collect();
        for k in 0..self.wanted.least {
            let other = k + self.random.below(sites.len() - k);
            sites.swap(k, other);
            let options = self.problem.options(sites[k]);
            let option = options.start + self.random.below(options.len());
            self.set.push(option);
        }
        self.value = self.problem.value(&self.set);
        self.note();
    }

    fn cool(&mut self, scale: f64) {
        let steps = STEPS + STEPS_AN_OPTION * self.wanted.most;
        for k in 0..steps {
            let temperature = scale * HOT * (COLD / HOT).powf(k as f64 / steps as f64);
            let Some(step) = self.step() else { continue };
            let gain = self.gain(step);
            let set = self.after(step);
            // Sets that are too near to others may be passed through, at a price.
            let price = scale * (self.shortfall(&set) as f64 - self.shortfall(&self.set) as f64);
            let is_taken = (gain - price) / temperature;
            if is_taken >= 0.0 || self.random.share() < is_taken.exp() {
                self.set = set;
                self.value += gain;
                self.note();
            }
        }
    }

    /// A step by chance; `None` where it would leave too few options or too many.
    fn step(&mut self) -> Option<Step> {
        let comes = self.random.below(self.problem.len());
        let place = |option: usize| self.problem.place(option);
        let here = self.set.iter().position(|&o| place(o) == place(comes));
        match here {
            Some(k) if self.set[k] == comes => {
                (self.set.len() > self.wanted.least).then_some(Step {
                    goes: Some(k),
                    comes: None,
                })
            }
            Some(k) => Some(Step {
                goes: Some(k),
                comes: Some(comes),
            }),
            None => {
                let many = self.set.len() == self.wanted.most;
                let goes = !self.set.is_empty() && (many || self.random.below(2) == 0);
                let goes = goes.then(|| self.random.below(self.set.len()));
                // Sets get smaller as often as they get larger.
                let comes = many || goes.is_none() || self.random.below(2) == 0;
                let comes = comes.then_some(self.random.below(self.problem.len()));
                self.checked(Step { goes, comes })
            }
        }
    }

    /// The step, if what comes stands at a site of its own and there are as many options as wanted.
    fn checked(&self, step: Step) -> Option<Step> {
        let others = (0..self.set.len()).filter(|&k| Some(k) != step.goes);
        let place = |option: usize| self.problem.place(option);
        let is_free = |comes: usize| {
            let mut others = others.clone();
            others.all(|k| place(self.set[k]) != place(comes))
        };
        let len = others.clone().count() + usize::from(step.comes.is_some());
        let fits = (self.wanted.least..=self.wanted.most).contains(&len);
        (fits && step.comes.is_none_or(is_free)).then_some(step)
    }

    fn after(&self, step: Step) -> Vec<usize> {
        let mut set = self.set.clone();
        if let Some(k) = step.goes {
            set.remove(k);
        }
        set.extend(step.comes);
        set
    }

    fn gain(&self, step: Step) -> f64 {
        let mut others = self.set.clone();
        let mut gain = 0.0;
        if let Some(k) = step.goes {
            let gone = others.remove(k);
            gain -= self.problem.conditional(&others, gone);
        }
        match step.comes {
            Some(option) => gain + self.problem.conditional(&others, option),
            None => gain,
        }
    }

    /// By how many sites a set is too near to those taken.
    fn shortfall(&self, set: &[usize]) -> usize {
        let own = |(other, _): &(Vec<usize>, f64)| {
            let far = distance(self.problem, set, other);
            self.wanted.distance.saturating_sub(far)
        };
        self.taken.iter().map(own).sum()
    }

    /// Whether a set is far enough from those taken, and not left out.
    fn is_apart(&self, set: &[usize]) -> bool {
        let mut sorted = set.to_vec();
        sorted.sort_unstable();
        self.shortfall(set) == 0 && !self.problem.leaves_out(&sorted)
    }

    /// Remembers the set if it is the best so far, and may be taken.
    fn note(&mut self) {
        let better = self.best.as_ref().is_none_or(|(_, v)| self.value > *v);
        let fits = (self.wanted.least.max(1)..=self.wanted.most).contains(&self.set.len());
        if better && fits && self.is_apart(&self.set) {
            let mut set = self.set.clone();
            set.sort_unstable();
            // Without what adding up has rounded.
            let value = self.problem.value(&set);
            self.best = Some((set, value));
        }
    }

    /// From the best set uphill, by the steps that gain most.
    fn climb(&mut self) {
        while let Some((set, value)) = self.best.clone() {
            (self.set, self.value) = (set, value);
            let steps = self.all_steps();
            let mut gains: Vec<(f64, Step)> = steps
                .into_iter()
                .map(|step| (self.gain(step), step))
                .filter(|(gain, _)| *gain > 1e-9)
                .collect();
            gains.sort_by(|a, b| b.0.total_cmp(&a.0));
            let apart = gains.into_iter().find(|(_, step)| {
                let set = self.after(*step);
                !set.is_empty() && self.is_apart(&set)
            });
            let Some((_, step)) = apart else { return };
            self.set = self.after(step);
            self.value = self.problem.value(&self.set);
            let before = value;
            self.note();
            if self.best.as_ref().is_none_or(|(_, v)| *v <= before) {
                return;
            }
        }
    }

    fn all_steps(&self) -> Vec<Step> {
        let goes = || std::iter::once(None).chain((0..self.set.len()).map(Some));
        let comes = || std::iter::once(None).chain((0..self.problem.len()).map(Some));
        let pairs = goes().flat_map(|goes| comes().map(move |comes| Step { goes, comes }));
        pairs.filter_map(|step| self.checked(step)).collect()
    }
}
