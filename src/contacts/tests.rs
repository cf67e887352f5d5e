use super::evidence::Lack;
use super::score::tests::{couplings_of, scores_of};
use super::*;
use crate::alignment::{Column, ColumnMap};
use crate::model::couplings::{pair_sites, pairs};
use crate::position::{Chain, Position};
use crate::statistics::RobustScale;
use proptest::prelude::*;

/// Scores whose norms are given, pair after pair: a block [[x, -x], [-x, x]] / 2 has norm x.
fn scores_with(sites: usize, norms: &[f32]) -> ContactScores {
    let blocks = norms.iter().flat_map(|&x| [x, -x, -x, x].map(|v| v / 2.0));
    scores_of(&couplings_of(sites, 2, blocks.collect()), 2).unwrap()
}

/// Sites at the given positions of a target of A and C in turn.
fn columns_at(positions: &[u64]) -> ColumnMap {
    let positions: Vec<(u8, u64)> = positions.iter().map(|&position| (b'-', position)).collect();
    complex_at(&positions)
}

/// The same, with chains.
fn complex_at(positions: &[(u8, u64)]) -> ColumnMap {
    let column = |(k, &(chain, position)): (usize, &(u8, u64))| Column {
        alignment_column: k as u64 + 1,
        chain: Chain::new(chain),
        position: Position::new(position).unwrap(),
        letter: b"AC"[k % 2],
        modelled: true,
    };
    ColumnMap::new(positions.iter().enumerate().map(column).collect()).unwrap()
}

fn pairs_of(contacts: &[Contact]) -> Vec<(u64, u64)> {
    let numbers = |c: &Contact| (c.residues.0.position.get(), c.residues.1.position.get());
    contacts.iter().map(numbers).collect()
}

#[test]
fn ranks_count_within_the_filtered_list() {
    // Pairs (0,1), (0,2), (0,3), (1,2), (1,3), (2,3).
    let scores = scores_with(4, &[9.0, 1.0, 3.0, 8.0, 2.0, 7.0]);
    let columns = columns_at(&[10, 12, 15, 18]);
    let selection = Selection {
        min_separation: 5,
        top: Top::Count(2),
        ..Selection::ALL
    };
    let contacts = ranked(
        &scores,
        RankingScore::Frobenius,
        &columns,
        100.0,
        &selection,
    )
    .unwrap();
    assert_eq!(pairs_of(&contacts), [(10, 18), (12, 18)]);
    assert_eq!(contacts[1].rank, 2);
    assert_eq!(contacts[1].letters, (b'C', b'C'));
    assert_eq!(contacts[1].sites, (1, 3));
    assert_eq!(contacts[0].score, 3.0);
}

/// [`rank`], of a family of so many effective sequences.
fn ranked(
    scores: &ContactScores,
    by: RankingScore,
    columns: &ColumnMap,
    neff: f64,
    selection: &Selection,
) -> Result<Vec<Contact>> {
    let depth = Depth {
        all: Some(neff),
        of_chains: None,
    };
    let evidence = Evidence::of(scores, columns, depth);
    rank(scores, by, columns, (&evidence, Some(&evidence)), selection)
}

#[test]
fn equal_scores_keep_the_order_of_pairs() {
    let scores = scores_with(4, &[1.0, 2.0, 2.0, 1.0, 2.0, 1.0]);
    let columns = columns_at(&[1, 2, 3, 4]);
    let ranked_by = RankingScore::Frobenius;
    let contacts = ranked(&scores, ranked_by, &columns, 100.0, &Selection::ALL).unwrap();
    let expected = [(1, 3), (1, 4), (2, 4), (1, 2), (2, 3), (3, 4)];
    assert_eq!(pairs_of(&contacts), expected);
}

#[test]
fn negative_zero_ties_with_zero() {
    let scores = scores_with(3, &[0.0; 3]);
    let information = vec![-0.0, 0.0, -0.0];
    let scores = scores.with_information(information.clone(), information);
    let ranked_by = RankingScore::MutualInformation;
    let columns = columns_at(&[1, 2, 3]);
    let contacts = ranked(
        &scores.unwrap(),
        ranked_by,
        &columns,
        100.0,
        &Selection::ALL,
    )
    .unwrap();
    assert_eq!(pairs_of(&contacts), [(1, 2), (1, 3), (2, 3)]);
}

#[test]
fn one_site_has_no_contacts() {
    let scores = scores_with(1, &[]);
    let ranked_by = RankingScore::default();
    let contacts = ranked(&scores, ranked_by, &columns_at(&[7]), 1.0, &Selection::ALL);
    assert_eq!(contacts.unwrap(), []);
    let other_map = columns_at(&[1, 2]);
    assert!(ranked(&scores, ranked_by, &other_map, 1.0, &Selection::ALL).is_err());
}

/// Chains of four and three sites, with larger norms within than between, and one strong pair between.
#[test]
fn pairs_between_chains_are_measured_among_themselves() {
    let columns = complex_at(&[
        (b'A', 1),
        (b'A', 2),
        (b'A', 8),
        (b'A', 9),
        (b'B', 1),
        (b'B', 2),
        (b'B', 9),
    ]);
    let between = |i: usize, j: usize| columns.residue(i).separation(columns.residue(j)).is_none();
    let norm = |(i, j): (usize, usize)| match (i, j) {
        (1, 4) => 3.0,
        _ if between(i, j) => 0.5 + 0.01 * (i * j) as f32,
        _ => 5.0 + 0.1 * (i * j) as f32,
    };
    let norms: Vec<f32> = pair_sites(7).map(norm).collect();
    let scores = scores_with(7, &norms);
    let list = |selection| {
        let ranked_by = RankingScore::Apc(1.0);
        ranked(&scores, ranked_by, &columns, 100.0, &selection).unwrap()
    };
    let all = list(Selection::ALL);
    assert_eq!(all.len(), 21);
    let kind = |pairs| Selection {
        pairs,
        min_separation: 6,
        ..Selection::ALL
    };
    let inter = list(kind(PairKind::Inter));
    assert_eq!(inter.len(), 12);
    assert_eq!(inter[0].residues.0.to_string(), "A:2");
    assert_eq!(inter[0].residues.1.to_string(), "B:1");
    assert!(inter.iter().all(|c| c.probability.is_none()));
    let intra = list(kind(PairKind::Intra));
    assert_eq!(intra.len(), 6);
    assert_eq!(list(kind(PairKind::All)).len(), 18);

    for (kind, list) in [(true, &inter), (false, &intra)] {
        let of_kind = all.iter().filter(|c| between(c.sites.0, c.sites.1) == kind);
        let corrected: Vec<f64> = of_kind.map(|c| c.corrected).collect();
        let scale = RobustScale::of(&corrected).unwrap();
        assert!(list.iter().all(|c| c.z == Some(scale.z(c.corrected))));
    }
    for contact in &intra {
        let sites = if contact.sites.0 < 4 { 4 } else { 3 };
        let separation = contact.residues.0.separation(contact.residues.1).unwrap();
        let expected = ContactProbability::new(100.0, sites).of(contact.z.unwrap(), separation);
        assert_eq!(contact.probability, Some(expected));
    }
}

#[test]
fn without_evidence_there_is_neither_z_nor_probability() {
    let columns = columns_at(&[1, 9, 17, 25]);
    let scores = scores_with(4, &[1.0, 2.0, 2.5, 1.0, 2.0, 1.5]);
    let by = RankingScore::Apc(1.0);
    let list = |neff| ranked(&scores, by, &columns, neff, &Selection::ALL).unwrap();
    assert!(
        list(30.0)
            .iter()
            .all(|c| c.z.is_some() && c.probability.is_some())
    );
    let few = list(29.9);
    assert!(few.iter().all(|c| c.z.is_none() && c.probability.is_none()));
    let order = |list: &[Contact]| list.iter().map(|c| c.sites).collect::<Vec<_>>();
    assert_eq!(order(&few), order(&list(30.0)));
    let alike = scores_with(4, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.000_000_1]);
    let alike = ranked(&alike, by, &columns, 500.0, &Selection::ALL).unwrap();
    assert!(
        alike
            .iter()
            .all(|c| c.z.is_none() && c.probability.is_none())
    );
}

/// 200 sequences have A, 20 have B, 10 both.
#[test]
fn pairs_of_chains_rest_on_the_sequences_that_have_them() {
    let columns = complex_at(&[
        (b'A', 1),
        (b'A', 9),
        (b'A', 17),
        (b'B', 1),
        (b'B', 9),
        (b'B', 17),
    ]);
    let norms: Vec<f32> = (0..15).map(|k| 1.0 + (k * k % 7) as f32).collect();
    let scores = scores_with(6, &norms);
    let neff = ndarray::array![[200.0, 10.0], [10.0, 20.0]];
    let depth = Depth {
        all: Some(210.0),
        of_chains: Some(&neff),
    };
    let evidence = Evidence::of(&scores, &columns, depth);
    let by = RankingScore::Apc(1.0);
    let both = (&evidence, Some(&evidence));
    let list = rank(&scores, by, &columns, both, &Selection::ALL).unwrap();
    for contact in list {
        let in_a = contact.sites.1 < 3;
        assert_eq!(
            (contact.z.is_some(), contact.probability.is_some()),
            (in_a, in_a)
        );
    }
    let (a, b) = (Chain::new(b'A'), Chain::new(b'B'));
    let of_b = Lack::Depth {
        chains: (b, None),
        neff: 20.0,
    };
    let between = Lack::Depth {
        chains: (a, b),
        neff: 10.0,
    };
    assert_eq!(evidence.lacks(&columns), [of_b, between]);
}

proptest! {
    #[test]
    fn lists_are_sorted_and_z_is_that_of_all_pairs(
        norms in prop::collection::vec(0f32..5.0, pairs(9)), factor in 0f64..2.0, keep in 1usize..40,
    ) {
        let scores = scores_with(9, &norms);
        let columns = columns_at(&[3, 4, 5, 8, 9, 10, 14, 15, 16]);
        let selection = Selection { min_separation: 2, top: Top::Count(keep), ..Selection::ALL };
        let ranked_by = RankingScore::Apc(factor);
        let contacts = ranked(&scores, ranked_by, &columns, 250.0, &selection).unwrap();
        let all = ranked(&scores, ranked_by, &columns, 250.0, &Selection::ALL).unwrap();
        prop_assert_eq!(all.len(), 36);
        prop_assert!(contacts.len() <= keep);
        prop_assert!(contacts.windows(2).all(|w| w[0].score >= w[1].score));
        for contact in &contacts {
            let same = all.iter().find(|other| other.sites == contact.sites).unwrap();
            let filtered = Contact { rank: contact.rank, ..*same };
            prop_assert_eq!(*contact, filtered);
        }
    }
}
