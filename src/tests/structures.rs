//! Structures: what is written is read again, the planted fold has the planted contacts, and nothing that is no structure does harm.

use super::planted::planted_contacts;
use super::planted::planted_family::generate;
use super::planted::planted_family::structure_text::{Text, TextAtom, TextChain, TextResidue};
use super::support::{data, planted};
use crate::alphabet::Alphabet;
use crate::io::files::source::Source;
use crate::io::structures::{read, read_source};
use crate::structure::{
    DistanceKind, Distances, LEAST_CONFIDENCE, Partner, Structure, Verdict, place,
};
use proptest::prelude::*;
use std::collections::HashSet;

fn of_text(text: String) -> Structure {
    read_source(&Source::from_bytes("x", text.into())).unwrap()
}

#[test]
fn the_planted_fold_has_the_planted_contacts() {
    let family = planted();
    let (columns, planted) = (family.columns(), planted_contacts());
    for name in ["planted.pdb", "planted.cif"] {
        let mut structure = read(&data(name), None).unwrap();
        structure.trust_b_factors();
        let placements = place(&structure, columns, &Alphabet::protein(), &[]).unwrap();
        let one = &placements[0];
        assert_eq!(
            (one.identity, one.coverage, one.chain_name.as_str()),
            (1.0, 1.0, "A")
        );
        let distances = Distances::new(&structure, &placements, DistanceKind::Cb, None).unwrap();
        let number = |site: usize| columns.position(site).get();
        let (mut within, mut between) = (HashSet::new(), 0);
        for i in 0..columns.sites() {
            for j in i + 3..columns.sites() {
                let measured = distances.measure(i, j, 8.0);
                match measured.verdict {
                    Verdict::Within => drop(within.insert((number(i), number(j)))),
                    Verdict::Between => {
                        let found = measured.between.unwrap();
                        assert_eq!(
                            (found.partner, found.copies.0 == "A"),
                            (Partner::Copy, found.copies.1 == "A-2")
                        );
                        between += 1;
                    }
                    verdict => assert_eq!(verdict, Verdict::Neither),
                }
            }
        }
        assert_eq!(within, planted, "{name}");
        assert!(between > 10, "{between}");
        let low =
            (0..columns.sites()).filter(|&k| distances.confidence(k).unwrap() < LEAST_CONFIDENCE);
        assert!((5..40).contains(&low.count()));
    }
}

#[test]
fn both_formats_hold_the_same() {
    let text = generate().structure;
    let (mut pdb, cif) = (of_text(text.pdb()), of_text(text.mmcif()));
    assert_eq!((pdb.name.as_str(), pdb.assemblies.len()), ("PLNT", 1));
    pdb.title = cif.title.clone();
    assert_eq!(pdb, cif);
}

fn residue() -> impl Strategy<Value = TextResidue> {
    let letter = prop::sample::select("ACDEFGHIKLMNPQRSTVWY".chars().collect::<Vec<_>>());
    let numbers = prop::collection::vec(-999_999i32..9_999_999, 9);
    (letter, numbers, 0u32..9999, 1usize..4).prop_map(|(letter, numbers, factor, atoms)| {
        let at = |k: usize| [0, 1, 2].map(|d| f64::from(numbers[3 * k + d]) / 1000.0);
        let names = ["CA", "CB", "OG1"].into_iter().take(atoms);
        TextResidue {
            letter,
            number: 0,
            insertion: None,
            b_factor: f64::from(factor) / 100.0,
            atoms: names
                .enumerate()
                .map(|(k, name)| TextAtom {
                    name: name.into(),
                    position: at(k),
                })
                .collect(),
        }
    })
}

/// Chains whose residues have rising numbers, some of which a letter tells apart.
fn chains() -> impl Strategy<Value = Vec<TextChain>> {
    let residues = prop::collection::vec((residue(), 0i64..4), 1..12);
    prop::collection::vec((residues, -900i64..900), 1..5).prop_map(|chains| {
        let chain = |(n, (residues, start)): (usize, (Vec<(TextResidue, i64)>, i64))| {
            let (mut number, mut letters) = (start, 0);
            let residue = |(mut residue, step): (TextResidue, i64)| {
                letters = if step == 0 { letters + 1 } else { 0 };
                number += step;
                residue.number = number;
                residue.insertion = (letters > 0).then(|| char::from(b'A' + letters));
                residue
            };
            TextChain {
                name: ["A", "bb", "3", "X"][n].into(),
                residues: residues.into_iter().map(residue).collect(),
            }
        };
        chains.into_iter().enumerate().map(chain).collect()
    })
}

/// A structure as the writer takes it.
fn as_written(structure: &Structure) -> Vec<TextChain> {
    let chain = |chain: &crate::structure::Chain| TextChain {
        name: chain.name.clone(),
        residues: chain
            .residues
            .iter()
            .map(|residue| TextResidue {
                letter: char::from(residue.letter),
                number: residue.number,
                insertion: residue.insertion,
                b_factor: residue.b_factor.unwrap(),
                atoms: residue
                    .atoms
                    .iter()
                    .map(|atom| TextAtom {
                        name: atom.name.clone(),
                        position: atom.position,
                    })
                    .collect(),
            })
            .collect(),
    };
    structure.chains.iter().map(chain).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(chains in chains(), shifts in prop::collection::vec(-999i32..999, 0..4)) {
        let operator = |shift: i32| [[1.0, 0.0, 0.0, f64::from(shift)], [0.0, 0.0, -1.0, 0.5], [0.0, 1.0, 0.0, 0.0]];
        let text = Text {
            name: "XYZW".into(),
            title: "A title".into(),
            chains,
            operators: shifts.iter().copied().map(operator).collect(),
        };
        for read in [of_text(text.pdb()), of_text(text.mmcif())] {
            prop_assert_eq!(as_written(&read), text.chains.clone());
            prop_assert_eq!(read.assemblies.len(), usize::from(!shifts.is_empty()));
            for assembly in &read.assemblies {
                let found = assembly.copies.iter().map(|copy| copy.operator.translation[0] as i32);
                prop_assert_eq!(found.collect::<Vec<_>>(), shifts.clone());
                prop_assert!(assembly.copies.iter().all(|copy| copy.chains.len() == text.chains.len()));
            }
        }
    }

    #[test]
    fn no_bytes_are_too_odd(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        words in prop::collection::vec(prop::sample::select(vec![
            "data_x\n", "loop_\n", "_atom_site.id\n", "_atom_site.Cartn_x\n", "ATOM  ", "HETATM", "REMARK 350 BIOMT1 ", "'", "\n;", "1 ",
            "_pdbx_struct_oper_list.id\n", "TER\n", "MODEL \n", "MODRES", " CA ", "ALA", "\n",
        ]), 0..40),
        is_first in any::<bool>(),
    ) {
        let words = words.concat().into_bytes();
        let text = if is_first { [words, bytes].concat() } else { [bytes, words].concat() };
        if let Err(error) = read_source(&Source::from_bytes("x", text)) {
            prop_assert!(error.exit_code() == 3, "{}", error);
        }
    }

    #[test]
    fn no_file_is_cut_too_oddly(share in 0.0f64..1.0, is_pdb in any::<bool>()) {
        let name = if is_pdb { "planted.pdb" } else { "planted.cif" };
        let whole = std::fs::read(data(name)).unwrap();
        let end = (share * whole.len() as f64) as usize;
        if let Err(error) = read_source(&Source::from_bytes("x", whole[..end].to_vec())) {
            prop_assert!(error.exit_code() == 3, "{}", error);
        }
    }
}
