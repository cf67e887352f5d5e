//! Designs: the best sets of substitutions that differ enough from one another, and what is proved of them.

use super::annealing::anneal;
use super::problem::Problem;
use super::search::{Limits, Search, Wanted};
use crate::error::{Error, Result};
use crate::mutants::Change;

/// Terms that a search for a proof adds up: some seconds.
const WORK: u64 = 1_000_000_000;

/// The same where a proof is insisted on.
const WORK_OF_PROOF: u64 = 40 * WORK;

/// Nodes held, of some 50 bytes each.
const HELD: usize = 4_000_000;

/// The same where a proof is insisted on.
const HELD_OF_PROOF: usize = 5 * HELD;

/// What is wanted, and how it is looked for.
#[derive(Debug, Clone, Copy)]
pub struct DesignOptions {
    /// Sets, their sizes, and how far they are apart.
    pub wanted: Wanted,
    /// Whether what is not proved is refused.
    pub prove: bool,
    /// For the annealing, where there is no proof.
    pub seed: u64,
}

/// A set of substitutions.
#[derive(Debug, Clone, PartialEq)]
pub struct Designed {
    /// By site.
    pub changes: Vec<Change>,
    /// What was searched for the largest of.
    pub value: f64,
    /// Whether no set that is far enough from those before it is better.
    pub proved: bool,
}

/// What is proved of designs.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Certificate {
    /// How many designs, from the first on, are each the best of all that are far enough from those before it.
    pub proved: usize,
    /// No other that is far enough from the proved ones has a larger value; none where all are proved, or nothing can be.
    pub bound: Option<f64>,
    /// By how much the first design that is not proved can be bettered at most.
    pub gap: Option<f64>,
    /// Terms that the search added up.
    pub work: u64,
    /// Whether there are no more designs than these.
    pub exhausted: bool,
}

/// Designs by falling rank, and what is proved of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Designs {
    /// The designs.
    pub designs: Vec<Designed>,
    /// What is proved.
    pub certificate: Certificate,
}

/// The designs of a problem; `watch` is told what is done, how much of it, and how much there is at most.
///
/// # Errors
/// [`Error::Usage`] if no set fits, or where a proof is insisted on that cannot be had; [`Error::Numerical`] where none was found within its limit.
pub fn designs(
    problem: &Problem,
    options: &DesignOptions,
    watch: &dyn Fn(&str, u64, u64),
) -> Result<Designs> {
    options.check(problem)?;
    let options = &options.within(problem);
    if !problem.is_bounded() {
        let mut sets = annealed(problem, options, Vec::new(), watch);
        by_value(&mut sets);
        return Ok(Designs::of(problem, sets, Certificate::nothing()));
    }
    let limits = options.limits();
    let mut search = Search::new(problem, options.wanted);
    let mut floor = first_floor(problem, options);
    let found = loop {
        let found = search.run(floor, limits, &|work| watch("searched", work, limits.work));
        let is_done = found.sets.len() == options.wanted.count || found.rest.is_none();
        let is_over = found.work > limits.work || found.rest.is_some_and(|rest| rest >= floor);
        if is_done || is_over {
            break found;
        }
        // All sets above the floor were looked at, and were not enough.
        floor = lower(floor, found.rest);
    };
    let proved = found.sets.len();
    let exhausted = found.rest.is_none() && proved < options.wanted.count;
    if proved == options.wanted.count || exhausted {
        let certificate = Certificate {
            proved,
            exhausted,
            work: found.work,
            ..Certificate::nothing()
        };
        return Ok(Designs::of(problem, found.sets, certificate));
    }
    if options.prove {
        return Err(not_proved(proved, found.rest, &found.sets, limits));
    }
    let mut sets = annealed(problem, options, found.sets, watch);
    by_value(&mut sets[proved..]);
    let next = sets.get(proved).map(|(_, value)| *value);
    let certificate = Certificate {
        proved,
        bound: found.rest,
        gap: found
            .rest
            .zip(next)
            .map(|(rest, own)| (rest - own).max(0.0)),
        work: found.work,
        exhausted: false,
    };
    Ok(Designs::of(problem, sets, certificate))
}

/// Annealing does not find the best first: all of them are far enough apart, in any order.
fn by_value(sets: &mut [(Vec<usize>, f64)]) {
    sets.sort_by(|one, other| other.1.total_cmp(&one.1));
}

/// A value that the best set, or of several probably the last of them, has.
fn first_floor(problem: &Problem, options: &DesignOptions) -> f64 {
    let Some((best, value)) = anneal(problem, options.wanted, &[], options.seed) else {
        return f64::NEG_INFINITY;
    };
    let rounding = 1e-6 * (1.0 + value.abs());
    if options.wanted.count == 1 {
        return value - rounding;
    }
    // How the value falls from one to the next tells how far it falls over all.
    let second = anneal(problem, options.wanted, &[(best, value)], options.seed);
    let step = second.map_or(value.abs(), |(_, second)| (value - second).max(rounding));
    value - step * (options.wanted.count as f64).sqrt() - rounding
}

/// A floor below, at `rest` or under it.
fn lower(floor: f64, rest: Option<f64>) -> f64 {
    let rest = rest.unwrap_or(f64::NEG_INFINITY);
    (floor - 0.25 * (1.0 + floor.abs())).min(rest)
}

/// Adds sets by annealing to those that are proved, until there are enough or none is found.
fn annealed(
    problem: &Problem,
    options: &DesignOptions,
    mut sets: Vec<(Vec<usize>, f64)>,
    watch: &dyn Fn(&str, u64, u64),
) -> Vec<(Vec<usize>, f64)> {
    while sets.len() < options.wanted.count {
        watch("annealed", sets.len() as u64, options.wanted.count as u64);
        match anneal(problem, options.wanted, &sets, options.seed) {
            Some(set) => sets.push(set),
            None => break,
        }
    }
    sets
}

fn not_proved(
    proved: usize,
    rest: Option<f64>,
    sets: &[(Vec<usize>, f64)],
    limits: Limits,
) -> Error {
    let last = match sets.last() {
        Some((_, value)) => format!("the last of them with {value:.4}"),
        None => "none at all".into(),
    };
    let rest = rest.map_or_else(String::new, |rest| {
        format!("; no other has more than {rest:.4}")
    });
    Error::Numerical(format!(
        "only {proved} designs are proved, {last}{rest}: the search ended at its limit of {:.0e} terms added up or {:.0e} sets held\n  \
         ask for fewer `max_mutations` or designs, a smaller `distance`, or fewer positions by `mutate`; without `prove` the rest is annealed",
        limits.work as f64, limits.held as f64
    ))
}

impl DesignOptions {
    fn limits(&self) -> Limits {
        match self.prove {
            true => Limits {
                work: WORK_OF_PROOF,
                held: HELD_OF_PROOF,
            },
            false => Limits {
                work: WORK,
                held: HELD,
            },
        }
    }

    /// No set has more options than there are sites.
    fn within(&self, problem: &Problem) -> Self {
        let most = self.wanted.most.min(problem.sites());
        Self {
            wanted: Wanted {
                most,
                ..self.wanted
            },
            ..*self
        }
    }

    fn check(&self, problem: &Problem) -> Result<()> {
        let wanted = self.wanted;
        let refused = |words: String| Err(Error::Usage(words));
        if wanted.least == 0 || wanted.least > wanted.most {
            return refused(format!(
                "no set has from {} to {} mutations: `min_mutations` is at least 1, and at most `max_mutations`",
                wanted.least, wanted.most
            ));
        }
        if wanted.least > problem.sites() {
            return refused(format!(
                "{} mutations are wanted at least, and {} positions may change\n  let more of them change, by `keep`, `mutate`, `allow`, `only_seen` or `min_coverage`, or ask for fewer by `min_mutations`",
                wanted.least,
                problem.sites()
            ));
        }
        if wanted.distance > 2 * wanted.most {
            return refused(format!(
                "two designs of {} mutations differ at {} positions at most, and `distance={}` is wanted",
                wanted.most,
                2 * wanted.most,
                wanted.distance
            ));
        }
        if self.prove && !problem.is_bounded() {
            return refused("of this score nothing can be proved: leave `prove` out".into());
        }
        Ok(())
    }
}

impl Certificate {
    /// The same in units of a score of which the values of the problem are a part: `origin + factor * value`.
    #[must_use]
    pub fn in_units(self, origin: f64, factor: f64) -> Self {
        Self {
            bound: self.bound.map(|bound| origin + factor * bound),
            gap: self.gap.map(|gap| factor.abs() * gap),
            ..self
        }
    }

    fn nothing() -> Self {
        Self {
            proved: 0,
            bound: None,
            gap: None,
            work: 0,
            exhausted: false,
        }
    }
}

impl Designs {
    fn of(problem: &Problem, sets: Vec<(Vec<usize>, f64)>, certificate: Certificate) -> Self {
        let design = |(rank, (options, value)): (usize, (Vec<usize>, f64))| Designed {
            changes: problem.changes(&options),
            value,
            proved: rank < certificate.proved,
        };
        Self {
            designs: sets.into_iter().enumerate().map(design).collect(),
            certificate,
        }
    }
}
