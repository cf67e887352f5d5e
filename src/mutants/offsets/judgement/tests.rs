//! Tables that are numbered right, shifted, in several ways, or of another protein.

use super::*;
use crate::alphabet::Alphabet;
use crate::mutants::notation::Mutant;
use crate::mutants::testing::{columns, complex};
use proptest::prelude::*;

/// Letters that look random, a protein each.
fn protein(seed: u64, length: usize) -> String {
    const LETTERS: &[u8] = b"ACDEFGHIKLMNPQRSTVWY";
    let mut x = seed.wrapping_mul(2) | 1;
    let letters = (0..length).map(|_| {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(LETTERS[(x >> 33) as usize % LETTERS.len()])
    });
    letters.collect()
}

fn judged<S: AsRef<str>>(
    target: &str,
    first: u64,
    applied: i64,
    mutants: impl IntoIterator<Item = S>,
) -> (Judgement, Result<i64, Refusal>) {
    let search = OffsetSearch::new(&columns(first, target), &Alphabet::protein());
    let mut histogram = OffsetHistogram::new(applied.into(), search.chains());
    for text in mutants {
        histogram.add(&search, &Mutant::parse(text.as_ref()).unwrap());
    }
    let chosen = histogram.choose(&search).map(|offsets| offsets.of(0));
    (histogram.judge(&search), chosen)
}

/// A mutant of each position, whose number is `shift` more.
fn singles(target: &str, first: u64, shift: impl Fn(i64) -> i64) -> Vec<String> {
    let numbered = target.bytes().zip(first as i64..);
    let singles = numbered.map(|(letter, position)| {
        let number = position + shift(position);
        format!("{}{number}W", char::from(letter))
    });
    singles.collect()
}

#[test]
fn a_table_that_is_numbered_right_hears_nothing() {
    let target = protein(1, 120);
    let (judgement, chosen) = judged(&target, 50, 0, singles(&target, 50, |_| 0));
    assert_eq!((judgement.matching_now, judgement.mutants), (120, 120));
    assert_eq!((judgement.better, judgement.by_chance), (None, None));
    assert!(judgement.stretches.is_empty() && !judgement.is_contradicted);
    assert_eq!(chosen, Ok(0));
    // Of a longer protein, most of it outside.
    let longer = format!("{}{target}{}", protein(2, 49), protein(3, 300));
    let (judgement, _) = judged(&target, 50, 0, singles(&longer, 1, |_| 0));
    assert_eq!((judgement.matching_now, judgement.mutants), (120, 469));
    assert_eq!((judgement.better, judgement.by_chance), (None, None));
    assert!(judgement.stretches.is_empty());
}

#[test]
fn a_shifted_table_is_contradicted() {
    let target = protein(4, 120);
    let shifted = singles(&target, 50, |_| -49);
    let (judgement, chosen) = judged(&target, 50, 0, &shifted);
    assert_eq!(judgement.better, Some((49.into(), 120)));
    assert!(judgement.is_contradicted);
    assert_eq!(chosen, Ok(49));
    // Below twenty mutants it is a hint.
    let (judgement, chosen) = judged(&target, 50, 0, &shifted[..19]);
    assert_eq!(judgement.better, Some((49.into(), 19)));
    assert!(!judgement.is_contradicted);
    assert_eq!(chosen.unwrap_err().matching, 19);
    // With a quarter right, too.
    let mixed = shifted
        .iter()
        .cloned()
        .chain(singles(&target[..45], 50, |_| 0));
    assert!(!judged(&target, 50, 0, mixed).0.is_contradicted);
}

#[test]
fn an_assay_of_a_whole_protein_is_told_by_its_domain() {
    let target = protein(14, 120);
    let around = |before: usize, behind: usize| {
        let whole = format!("{}{target}{}", protein(15, before), protein(16, behind));
        judged(&target, 50, 0, singles(&whole, 50 - before as u64, |_| -7))
    };
    let (judgement, chosen) = around(40, 50);
    assert_eq!((judgement.mutants, chosen), (210, Ok(7)));
    assert!(judgement.is_contradicted);
    // Where most are outside, it is a hint.
    let (judgement, chosen) = around(40, 300);
    assert_eq!(judgement.better, Some((7.into(), 120)));
    assert!(!judgement.is_contradicted && chosen.is_err());
}

#[test]
fn doubles_count_once() {
    let target = protein(5, 80);
    let singles = singles(&target, 1, |_| 7);
    let doubles: Vec<String> = singles.windows(2).map(|w| w.join(":")).collect();
    let (judgement, chosen) = judged(&target, 1, 0, doubles);
    assert_eq!(judgement.better, Some(((-7).into(), 79)));
    assert!(judgement.is_contradicted);
    assert_eq!(chosen, Ok(-7));
}

#[test]
fn one_position_says_nothing_however_often() {
    let target = protein(6, 100);
    let letter = &target[30..=30];
    let saturated = vec![format!("{letter}5W"); 40];
    let (judgement, chosen) = judged(&target, 1, 0, saturated);
    assert_eq!((judgement.better, judgement.is_contradicted), (None, false));
    assert!(chosen.is_err());
}

#[test]
fn repeats_leave_a_doubt() {
    let unit = protein(7, 30);
    let target = unit.repeat(4);
    let (judgement, chosen) = judged(&target, 1, 0, singles(&unit, 1, |_| 1000));
    assert!(judgement.better.is_some() && !judgement.is_contradicted);
    assert!(chosen.unwrap_err().other.is_some());
}

#[test]
fn a_table_of_another_protein_fits_by_chance() {
    for seed in 0..40 {
        let (target, other) = (protein(100 + seed, 150), protein(900 + seed, 150));
        let (judgement, chosen) = judged(&target, 1, 0, singles(&other, 1, |_| 0));
        assert!(judgement.by_chance.is_some(), "{seed}: {judgement:?}");
        assert_eq!(judgement.better, None, "{seed}");
        assert!(judgement.stretches.is_empty(), "{seed}: {judgement:?}");
        assert!(chosen.is_err());
        let few = singles(&other[..25], 1, |n| 3 * n);
        let (judgement, _) = judged(&target, 1, 0, few);
        assert!(judgement.by_chance.is_some(), "{seed}: {judgement:?}");
    }
}

#[test]
fn stretches_are_found_where_numbers_are_left_out() {
    let target = protein(8, 290);
    let shift = |position: i64| match position {
        ..236 => 2,
        236..272 => 3,
        _ => 4,
    };
    for applied in [0, -2, -3] {
        let (judgement, chosen) = judged(&target, 1, applied, singles(&target, 1, shift));
        let found: Vec<_> = judgement
            .stretches
            .iter()
            .map(|s| (s.first, s.last, s.offset))
            .collect();
        let expected = [(3, 237, -2), (239, 274, -3), (276, 294, -4)];
        assert_eq!(found, expected, "{applied}");
        assert_eq!((judgement.better, judgement.is_contradicted), (None, false));
        assert!(chosen.is_err());
    }
}

#[test]
fn numbers_far_away_do_not_fill_the_memory() {
    let target = protein(9, 50);
    let far = (0..1000).map(|n| format!("A{}W", 1_000_000_000_000i64 + n));
    let search = OffsetSearch::new(&columns(1, &target), &Alphabet::protein());
    let mut histogram = OffsetHistogram::new(0.into(), 1);
    for text in far.chain([format!("A{}W", i64::MAX), format!("A-{}W", i64::MAX)]) {
        histogram.add(&search, &Mutant::parse(text).unwrap());
    }
    assert!(histogram.chains[0].sites.is_empty());
    assert_eq!(histogram.judge(&search).mutants, 1002);
    for applied in [i64::MAX, i64::MIN, -11_000] {
        let mut histogram = OffsetHistogram::new(applied.into(), 1);
        histogram.add(&search, &Mutant::parse("A1W:C2W").unwrap());
        histogram.add(&search, &Mutant::parse("A1W").unwrap());
        assert_eq!(histogram.judge(&search).matching_now, 0);
    }
}

#[test]
fn chains_are_shifted_each_on_its_own() {
    let (a, b) = (protein(10, 60), protein(11, 60));
    let map = complex(&[(b'A', 11, &a), (b'B', 1, &b)]);
    let search = OffsetSearch::new(&map, &Alphabet::protein());
    let mut histogram = OffsetHistogram::new(Offsets::default(), search.chains());
    let pairs = singles(&a, 1, |_| 0);
    for (one, other) in pairs.iter().zip(singles(&b, 1, |_| 0)) {
        let mutant = Mutant::parse(format!("A:{one}:B:{other}")).unwrap();
        histogram.add(&search, &mutant);
    }
    histogram.add(&search, &Mutant::parse("G12D").unwrap());
    let judgement = histogram.judge(&search);
    assert_eq!(judgement.mutants, 120);
    let (offsets, matching) = judgement.better.unwrap();
    assert_eq!((offsets, matching), ("10,0".parse().unwrap(), 120));
    assert!(judgement.is_contradicted);
    assert_eq!(histogram.choose(&search), Ok("10,0".parse().unwrap()));
}

proptest! {
    /// What is counted in pieces is what is counted at once, in any order.
    #[test]
    fn pieces_add_up(seed in any::<u64>(), cut in 0usize..60, shift in -20i64..20) {
        let target = protein(seed, 60);
        let search = OffsetSearch::new(&columns(1, &target), &Alphabet::protein());
        let mutants: Vec<Mutant> = singles(&target, 1, |_| shift)
            .windows(2)
            .enumerate()
            .map(|(k, w)| Mutant::parse(w[..1 + k % 2].join(":")).unwrap())
            .collect();
        let counted = |mutants: &[Mutant]| {
            let mut histogram = OffsetHistogram::new(0.into(), 1);
            mutants.iter().for_each(|mutant| histogram.add(&search, mutant));
            histogram
        };
        let cut = cut.min(mutants.len());
        let mut pieces = counted(&mutants[cut..]);
        pieces.merge(&counted(&mutants[..cut]));
        prop_assert_eq!(pieces.judge(&search), counted(&mutants).judge(&search));
        prop_assert_eq!(pieces.judge(&search).mutants, 59);
    }

    /// A row fits an offset as it fits by hand.
    #[test]
    fn fits_are_those_by_hand(seed in any::<u64>(), offset in -30i64..30) {
        let (target, other) = (protein(seed, 40), protein(seed ^ 77, 40));
        let search = OffsetSearch::new(&columns(1, &target), &Alphabet::protein());
        let mut histogram = OffsetHistogram::new(offset.into(), 1);
        for text in singles(&other, 1, |_| 0) {
            histogram.add(&search, &Mutant::parse(text).unwrap());
        }
        let by_hand = (1..=40i64).filter(|number| {
            let at = |text: &str, place: i64| usize::try_from(place - 1).ok().and_then(|k| text.as_bytes().get(k).copied());
            at(&other, *number) == at(&target, number + offset)
        });
        prop_assert_eq!(histogram.judge(&search).matching_now, by_hand.count() as u64);
    }
}
