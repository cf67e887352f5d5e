//! The slow, obvious twin: all combinations, each added up anew, and sorted.

use super::{Found, Terms};
use std::ops::RangeInclusive;

/// All combinations of so many choices of different groups, the best first.
pub fn combinations_plain(terms: &Terms, counts: RangeInclusive<usize>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut made = Vec::new();
    extend(terms, &counts, &mut made, 0, &mut found);
    found.sort_unstable();
    found
}

fn extend(
    terms: &Terms,
    counts: &RangeInclusive<usize>,
    made: &mut Vec<usize>,
    from: usize,
    found: &mut Vec<Found>,
) {
    if counts.contains(&made.len()) {
        found.push(Found::new(sum(terms, made), made));
    }
    if made.len() == *counts.end() {
        return;
    }
    for choice in from..terms.singles.len() {
        made.push(choice);
        extend(terms, counts, made, terms.next[choice], found);
        made.pop();
    }
}

fn sum(terms: &Terms, made: &[usize]) -> f64 {
    let mut sum = 0.0;
    for (k, &one) in made.iter().enumerate() {
        sum += terms.singles[one];
        for &other in &made[k + 1..] {
            sum += terms.pairs[one * terms.singles.len() + other];
        }
    }
    sum
}
