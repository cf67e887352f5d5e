//! Placing models on small structures, and their distances.

use super::{
    Assembly, AssemblyCopy, Atom, Chain, ChainKind, DistanceKind, Distances, Operator, Partner,
    Residue, Structure, Verdict, distance, place,
};
use crate::alignment::{Column, ColumnMap};
use crate::alphabet::Alphabet;
use crate::kernels::testing::Noise;
use crate::position::{self, Position};

const ONE: &str = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRV";
const TWO: &str = "GDGTQDNLSGAEKAVQVKVKALPDAQFEVVHSLAKWKRQT";

/// A chain of these letters on a random walk that begins at `start`; `-` leaves a residue out. Each has CA, CB (but glycine) and another atom.
fn chain(name: &str, letters: &str, start: [f64; 3], seed: u64) -> Chain {
    let mut noise = Noise::new(seed);
    let mut step =
        |length: f64| [0, 1, 2].map(|_| length * (noise.below(2001) as f64 / 1000.0 - 1.0));
    let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let (mut at, mut residues) = (start, Vec::new());
    for (k, letter) in letters.bytes().enumerate() {
        at = add(at, step(3.0));
        let atom = |name: &str, position| Atom {
            name: name.into(),
            position,
        };
        let mut atoms = vec![atom("CA", at), atom("O", add(at, step(2.0)))];
        if letter != b'G' {
            atoms.push(atom("CB", add(at, step(1.5))));
        }
        if letter != b'-' {
            residues.push(Residue {
                name: if letter == b'G' {
                    "GLY".into()
                } else {
                    "UNK".into()
                },
                letter,
                number: 500 - k as i64,
                insertion: None,
                atoms,
                b_factor: Some(k as f64 * 5.0),
                confidence: None,
            });
        }
    }
    Chain {
        name: name.into(),
        kind: ChainKind::Protein,
        residues,
    }
}

fn structure(chains: Vec<Chain>, assemblies: Vec<Assembly>) -> Structure {
    Structure {
        file: "x.pdb".into(),
        name: String::new(),
        title: String::new(),
        chains,
        assemblies,
        predicted: None,
    }
}

/// Columns of chains of these letters, small ones not modelled; without a name where there is one.
fn columns(chains: &[&str]) -> ColumnMap {
    let mut all = Vec::new();
    for (n, letters) in chains.iter().enumerate() {
        for (k, letter) in letters.bytes().enumerate() {
            all.push(Column {
                alignment_column: k as u64 + 1,
                chain: (chains.len() > 1).then(|| position::Chain::new(b'A' + n as u8).unwrap()),
                position: Position::new(k as u64 + 10).unwrap(),
                letter: letter.to_ascii_uppercase(),
                modelled: letter.is_ascii_uppercase(),
            });
        }
    }
    ColumnMap::new(all).unwrap()
}

fn placed(
    structure: &Structure,
    columns: &ColumnMap,
    wanted: &[Option<String>],
) -> crate::error::Result<Vec<super::Placement>> {
    place(structure, columns, &Alphabet::protein(), wanted)
}

#[test]
fn a_target_is_found_whatever_the_numbers_are() {
    let target = format!("{}mktay{}", &ONE[..20], &ONE[25..]);
    let letters = ONE.replace("RQLEE", "-----").replace("SRV", "SKV");
    let found = structure(
        vec![
            chain("X", TWO, [0.0; 3], 1),
            chain("Y", &format!("GSHHHHHH{letters}"), [0.0; 3], 2),
        ],
        vec![],
    );
    let map = columns(&[&format!(
        "{}{}{}",
        &ONE[..20],
        ONE[20..25].to_lowercase(),
        &ONE[25..]
    )]);
    let _ = target;
    let placements = placed(&found, &map, &[]).unwrap();
    let [one] = &placements[..] else {
        panic!("{} placements", placements.len());
    };
    assert_eq!((one.chain_name.as_str(), one.sites.clone()), ("Y", 0..35));
    assert_eq!((one.coverage, one.identity), (1.0, 34.0 / 35.0));
    let expected: Vec<Option<usize>> = (8..43).map(Some).collect();
    assert_eq!(one.placed.residues, expected);
    assert_eq!((one.copies.len(), one.warning()), (1, None));
}

#[test]
fn what_does_not_fit_is_refused_with_its_numbers() {
    let found = structure(
        vec![
            chain("X", TWO, [0.0; 3], 1),
            chain("", &ONE[..15], [0.0; 3], 2),
        ],
        vec![],
    );
    let refused = |wanted: &[Option<String>]| placed(&found, &columns(&[ONE]), wanted).unwrap_err();
    let error = refused(&[]);
    assert_eq!(error.exit_code(), 3);
    let message = error.to_string();
    for words in [
        "x.pdb: the target",
        "100 % of the aligned",
        "38 % of the model's sites",
        "the chain without a name: 15 residues",
        "chain X: 40",
    ] {
        assert!(message.contains(words), "{message}");
    }
    let error = refused(&[Some("Q".into())]);
    assert_eq!(error.exit_code(), 2);
    assert!(
        error
            .to_string()
            .contains("it has chain X (protein, 40 residues), the chain without a name"),
        "{error}"
    );
    let message = refused(&[Some("X".into())]).to_string();
    assert!(message.contains("does not fit chain X"), "{message}");
    let rna = place(&found, &columns(&["ACGUACGUACGU"]), &Alphabet::rna(), &[]).unwrap_err();
    assert!(
        rna.to_string()
            .contains("the model is of nucleic acid, and no chain is"),
        "{rna}"
    );
    let without = place(&found, &ColumnMap::unnumbered(3), &Alphabet::protein(), &[]).unwrap_err();
    assert!(
        without.to_string().contains("no target sequence"),
        "{without}"
    );
}

#[test]
fn a_relative_is_said_to_be_one() {
    let changed: String = ONE
        .chars()
        .enumerate()
        .map(|(k, c)| if k % 5 == 2 { 'W' } else { c })
        .collect();
    let found = structure(vec![chain("X", &changed, [0.0; 3], 1)], vec![]);
    let placements = placed(&found, &columns(&[ONE]), &[]).unwrap();
    let warning = placements[0].warning().unwrap();
    assert!(warning.contains("chain X is 80 % identical"), "{warning}");
}

#[test]
fn two_chains_of_a_model_have_two_chains() {
    let of = |name, letters, seed| chain(name, letters, [seed as f64 * 3.0, 0.0, 0.0], seed);
    let found = structure(
        vec![
            of("P", TWO, 1),
            of("Q", ONE, 2),
            of("R", TWO, 3),
            of("S", ONE, 4),
        ],
        vec![],
    );
    let names = |letters: [&str; 2], wanted: &[Option<String>]| {
        let placements = placed(&found, &columns(&letters), wanted).unwrap();
        placements
            .iter()
            .map(|one| one.chain_name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names([ONE, TWO], &[]), ["Q", "P"]);
    assert_eq!(names([ONE, ONE], &[]), ["Q", "S"]);
    assert_eq!(names([ONE, ONE], &[None, Some("Q".into())]), ["S", "Q"]);
    assert_eq!(names([ONE, TWO], &[Some("S".into())]), ["S", "P"]);
    let single = structure(vec![of("Q", ONE, 2)], vec![]);
    let placements = placed(&single, &columns(&[ONE, ONE]), &[]).unwrap();
    assert_eq!(placements[1].chain_name, "Q");
}

fn shift(x: f64) -> Operator {
    Operator {
        rotation: [[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]],
        translation: [x, 1.0, -2.0],
    }
}

/// Every distance by itself, of the residues of these letters.
struct Slow<'s>(&'s Structure, DistanceKind);

impl Slow<'_> {
    fn points(
        &self,
        chain: usize,
        letter_at: usize,
        letters: &str,
        operator: &Operator,
    ) -> Vec<[f64; 3]> {
        let before = letters[..letter_at].matches('-').count();
        let residue = &self.0.chains[chain].residues[letter_at - before];
        let mut points = Vec::new();
        self.1.push_points(residue, &mut points);
        points
            .into_iter()
            .map(|point| operator.apply(point))
            .collect()
    }
}

fn smallest(a: &[[f64; 3]], b: &[[f64; 3]]) -> f64 {
    let all = a
        .iter()
        .flat_map(|one| b.iter().map(|other| distance(*one, *other)));
    all.fold(f64::INFINITY, f64::min)
}

/// Two copies in the file of which one lacks residues, and an assembly that moves the first.
fn dimer() -> (Structure, [String; 2]) {
    let letters = [ONE.to_owned(), ONE.replace("AYIA", "----")];
    let chains = vec![
        chain("A", &letters[0], [0.0; 3], 5),
        chain("B", &letters[1], [6.0, 0.0, 0.0], 6),
        chain("C", TWO, [0.0, 9.0, 0.0], 7),
    ];
    let copy = |operator, chains: &[usize]| AssemblyCopy {
        operator,
        chains: chains.to_vec(),
    };
    let assembly = Assembly {
        name: "1".into(),
        copies: vec![copy(Operator::IDENTITY, &[0, 2]), copy(shift(4.0), &[0, 2])],
    };
    (structure(chains, vec![assembly]), letters)
}

#[test]
fn distances_are_those_of_every_pair_of_copies() {
    let (found, letters) = dimer();
    let map = columns(&[ONE]);
    let placements = placed(&found, &map, &[]).unwrap();
    assert_eq!(placements[0].copies.len(), 2);
    for kind in [DistanceKind::Cb, DistanceKind::Heavy, DistanceKind::Ca] {
        let slow = Slow(&found, kind);
        let of = |chain: usize, site: usize, operator: &Operator| match letters[chain].as_bytes()
            [site]
        {
            b'-' => Vec::new(),
            _ => slow.points(chain, site, &letters[chain], operator),
        };
        let (rest, moved) = (Operator::IDENTITY, shift(4.0));
        let all = Distances::new(&found, &placements, kind, None).unwrap();
        let named = Distances::new(&found, &placements, kind, Some("1")).unwrap();
        for i in 0..ONE.len() {
            for j in 0..ONE.len() {
                let within = smallest(&of(0, i, &rest), &of(0, j, &rest));
                assert!((all.within(i, j).unwrap() - within).abs() < 1e-12);
                let mut expected = f64::INFINITY;
                for (one, two) in [((0, rest), (0, moved)), ((0, moved), (0, rest))] {
                    expected = expected.min(smallest(&of(one.0, i, &one.1), &of(two.0, j, &two.1)));
                }
                let between = named.between(i, j).unwrap();
                assert!((between.distance - expected).abs() < 1e-12);
                assert_eq!(between.partner, Partner::Copy);
                for (one, two) in [(0, 1), (1, 0)] {
                    expected = expected.min(smallest(&of(one, i, &rest), &of(two, j, &rest)));
                }
                let between = all.between(i, j).unwrap();
                assert!(
                    (between.distance - expected).abs() < 1e-12,
                    "{i} {j} {kind}"
                );
            }
        }
    }
}

#[test]
fn chains_of_a_complex_are_measured_over_the_copies() {
    let (found, letters) = dimer();
    let map = columns(&[ONE, TWO]);
    let placements = placed(&found, &map, &[]).unwrap();
    let measured = Distances::new(&found, &placements, DistanceKind::Cb, None).unwrap();
    let slow = Slow(&found, DistanceKind::Cb);
    let (rest, moved) = (Operator::IDENTITY, shift(4.0));
    for i in 0..ONE.len() {
        for j in 0..TWO.len() {
            let (a, c) = (
                |o: &Operator| slow.points(0, i, &letters[0], o),
                |o: &Operator| slow.points(2, j, TWO, o),
            );
            let mut expected = smallest(&a(&rest), &c(&rest)).min(smallest(&a(&rest), &c(&moved)));
            expected = expected.min(smallest(&a(&moved), &c(&rest)));
            if letters[1].as_bytes()[i] != b'-' {
                expected =
                    expected.min(smallest(&slow.points(1, i, &letters[1], &rest), &c(&rest)));
            }
            let (i, j) = (i, ONE.len() + j);
            let between = measured.between(i, j).unwrap();
            assert!((between.distance - expected).abs() < 1e-12);
            assert_eq!(between.partner, Partner::OtherProtein);
            assert_eq!(measured.between(j, i).unwrap().distance, between.distance);
            assert_eq!(measured.within(i, j), None);
        }
    }
}

#[test]
fn verdicts_follow_from_the_cutoff_and_not_from_the_threads() {
    let (mut found, _) = dimer();
    for chain in &mut found.chains[..2] {
        chain.residues.remove(3);
    }
    found.trust_b_factors();
    let map = columns(&[ONE]);
    let placements = placed(&found, &map, &[Some("A".into())]).unwrap();
    let measured = Distances::new(&found, &placements, DistanceKind::Heavy, None).unwrap();
    let pairs: Vec<(usize, usize)> = (0..ONE.len())
        .flat_map(|i| (i + 1..ONE.len()).map(move |j| (i, j)))
        .collect();
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| measured.measure_all(&pairs, 6.0))
    };
    let one = all(1);
    assert_eq!(one, all(3));
    let mut seen = [0; 4];
    for (measured, &(i, j)) in one.iter().zip(&pairs) {
        let expected = match (measured.within_any, measured.between) {
            (Some(within), _) if within < 6.0 => Verdict::Within,
            (_, Some(between)) if between.distance < 6.0 => Verdict::Between,
            (None, _) => Verdict::Unknown,
            _ => Verdict::Neither,
        };
        assert_eq!(measured.verdict, expected);
        seen[expected as usize] += 1;
        // Site 3 has no residue; residue k has 5 k for its confidence.
        let confident = (i != 3 && j != 3).then_some(i >= 14 && j >= 14);
        assert_eq!(measured.is_confident, confident, "{i} {j}");
        assert_eq!(measured.within.is_none(), i == 3 || j == 3);
    }
    assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
}
