//! The best combinations of some substitutions.

use super::Job;
use super::args::Order;
use crate::cli::amounts::human_time;
use crate::cli::messages::Messages;
use crate::error::{Error, Result};
use crate::io::tables::columns::{JOINT, JointRow, chosen};
use crate::machine::memory::available_memory;
use crate::model::couplings::pair_sites;
use crate::mutants::Change;
use crate::mutants::epistasis::Combinations;
use std::io::Write;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Combinations that are looked at, at most: some hours of one processor.
const MOST: u128 = 1_000_000_000_000;

/// Combinations that are kept, at most.
const MOST_KEPT: usize = 1_000_000;

impl Job<'_, '_> {
    /// The best combinations.
    pub(super) fn combine(&mut self, list: &str, output: &mut dyn Write) -> Result<()> {
        let at_once = self.args.order.clone().map_or(2..=2, |Order(range)| range);
        let choices = self.choices("combine", list)?;
        self.fetch_choices(&choices)?;
        let combinations = Combinations::of(&self.scorer, &choices, available_memory())?;
        let count = checked_count(&combinations, &at_once)?;
        let keep = self.kept(count)?;
        self.messages.say(format_args!(
            "{} combinations of {} substitutions at {} positions",
            with_commas(count),
            choices.len(),
            combinations.sites()
        ));
        self.messages.timings().begin("combining");
        let progress = Progress::new(self.messages, count);
        let best = combinations.best(at_once, keep, &|more| progress.add(more));
        self.messages.timings().begin("writing");
        let mut stream = self.stream(chosen(JOINT, &[]), output)?;
        for combination in best {
            let row = JointRow {
                mutant: &self.name(&combination.changes),
                score: Some(combination.score),
                status: "",
                note: "",
                pairs: &self.terms_in_words(&combination.changes),
            };
            stream.row(&row).map_err(self.write_error())?;
        }
        stream.finish().map_err(self.write_error())?;
        Ok(())
    }

    /// Gets ready for all pairs of substitutions.
    fn fetch_choices(&mut self, choices: &[Change]) -> Result<()> {
        let mut sites: Vec<usize> = choices.iter().map(|change| change.site).collect();
        sites.sort_unstable();
        sites.dedup();
        let pairs = pair_sites(sites.len()).map(|(i, j)| (sites[i], sites[j]));
        self.scorer.fetch_pairs(pairs.collect::<Vec<_>>())?;
        // Of a single site there are no pairs.
        self.scorer.fetch(choices.chunks(1))
    }

    /// How many rows there will be.
    fn kept(&self, count: u128) -> Result<usize> {
        let rows = self
            .args
            .rows()
            .min(usize::try_from(count).unwrap_or(usize::MAX));
        match rows > MOST_KEPT {
            true => Err(Error::Usage(format!(
                "--top {}: that many rows are not kept; --top 1000000 is the most",
                match self.args.rows() {
                    usize::MAX => "all".into(),
                    rows => rows.to_string(),
                }
            ))),
            false => Ok(rows),
        }
    }
}

/// How many combinations there are.
fn checked_count(
    combinations: &Combinations<'_, '_>,
    at_once: &RangeInclusive<usize>,
) -> Result<u128> {
    let (fewest, most) = (at_once.start(), at_once.end());
    let count = combinations.count(at_once.clone());
    if count == 0 {
        return Err(Error::Usage(format!(
            "--combine names substitutions at {} positions, and {fewest} at once need as many\n  name more, or a lower --order",
            combinations.sites()
        )));
    }
    if count > MOST {
        return Err(Error::Usage(format!(
            "{} combinations of up to {most} substitutions are too many to look at: {} are the most\n  \
             name fewer substitutions in --combine, or a lower --order",
            with_commas(count),
            with_commas(MOST)
        )));
    }
    Ok(count)
}

/// `1,234,567`.
fn with_commas(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How far a long search is, said now and then.
struct Progress<'m> {
    messages: &'m Messages,
    all: u128,
    begun: Instant,
    state: Mutex<(u128, Instant)>,
}

impl<'m> Progress<'m> {
    fn new(messages: &'m Messages, all: u128) -> Self {
        Self {
            messages,
            all,
            begun: Instant::now(),
            state: Mutex::new((0, Instant::now())),
        }
    }

    fn add(&self, more: u64) {
        const BETWEEN: Duration = Duration::from_secs(10);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += u128::from(more);
        if state.1.elapsed() < BETWEEN {
            return;
        }
        state.1 = Instant::now();
        let share = state.0 as f64 / self.all as f64;
        let left = self.begun.elapsed().as_secs_f64() * (1.0 - share) / share;
        self.messages.say(format_args!(
            "combinations  {:.0} %, about {} left",
            (100.0 * share).floor(),
            human_time(left)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_are_read_at_a_glance() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (MOST, "1,000,000,000,000"),
        ] {
            assert_eq!(with_commas(count), text);
        }
    }
}
