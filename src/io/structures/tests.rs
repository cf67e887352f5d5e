//! What structure files are like, in small ones.

use super::read_source;
use crate::error::Result;
use crate::io::files::source::Source;
use crate::structure::{ChainKind, Predicted, Residue, Structure};

fn read(text: &str) -> Result<Structure> {
    read_source(&Source::from_bytes("x.pdb", text.into()))
}

/// Lines of atoms by their parts: `ATOM N GLY A -1A`, each at another place along x; behind a blank comes what differs from the rest.
fn atom(record: &str, name: &str, residue: &str, chain: &str, number: &str, x: f64) -> String {
    let name = if name.len() < 4 {
        format!(" {name:<3}")
    } else {
        name.into()
    };
    let insertion = if number.ends_with(|c: char| c.is_ascii_digit()) {
        " "
    } else {
        ""
    };
    let number = format!("{number}{insertion}");
    let zero = 0.0;
    format!(
        "{record:<6}    1 {name:<4} {residue:>3} {chain:>1}{number:>5}   {x:8.3}{zero:8.3}{zero:8.3}  1.00 20.00\n"
    )
}

/// N, CA and C of a residue, bonded to the one whose first atom is 3.6 further along x.
fn backbone(record: &str, residue: &str, chain: &str, number: &str, x: f64) -> String {
    let one = |(name, at): (&str, f64)| atom(record, name, residue, chain, number, x + at);
    [("N", 0.0), ("CA", 1.4), ("C", 2.4)].map(one).concat()
}

/// Some residues of chain A, from number 1 on.
fn peptide(residues: &[&str]) -> String {
    let each = residues.iter().enumerate();
    each.map(|(k, residue)| backbone("ATOM", residue, "A", &(k + 1).to_string(), 3.6 * k as f64))
        .collect()
}

fn letters(structure: &Structure, chain: usize) -> String {
    String::from_utf8(structure.chains[chain].letters()).unwrap()
}

fn numbers(structure: &Structure, chain: usize) -> String {
    let residues = structure.chains[chain].residues.iter();
    residues
        .map(Residue::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn names(structure: &Structure) -> Vec<&str> {
    structure
        .chains
        .iter()
        .map(|chain| &chain.name[..])
        .collect()
}

fn message(text: &str) -> String {
    let error = read(text).unwrap_err();
    assert_eq!(error.exit_code(), 3, "{error}");
    error.to_string()
}

#[test]
fn lines_may_end_early_and_in_two_ways() {
    let text = peptide(&["GLY", "ALA", "TRP"]);
    assert!(text.lines().all(|line| line.len() == 66));
    let plain = read(&text).unwrap();
    assert_eq!(letters(&plain, 0), "GAW");
    let windows = read(&text.replace('\n', "\r\n")).unwrap();
    assert_eq!(windows.chains, plain.chains);
    let without_factors: String = text
        .lines()
        .map(|line| format!("{}\n", &line[..54]))
        .collect();
    let bare = read(&without_factors).unwrap();
    assert_eq!(bare.chains[0].residues[0].b_factor, None);
    assert_eq!(plain.chains[0].residues[0].b_factor, Some(20.0));
}

#[test]
fn numbers_are_any_and_letters_tell_them_apart() {
    let each = [
        ("-2", 0.0),
        ("-1", 3.6),
        ("0", 7.2),
        ("184", 10.8),
        ("184A", 14.4),
        ("10", 18.0),
    ];
    let text = each
        .map(|(number, x)| backbone("ATOM", "SER", "A", number, x))
        .concat();
    let found = read(&text).unwrap();
    assert_eq!(numbers(&found, 0), "-2 -1 0 184 184A 10");
    assert_eq!(found.chains.len(), 1);
}

#[test]
fn chains_may_have_no_name_or_two_letters() {
    let text = backbone("ATOM", "SER", " ", "1", 0.0);
    assert_eq!(names(&read(&text).unwrap()), [""]);
    let two = text.replace("SER  ", "SERAB");
    assert_eq!(names(&read(&two).unwrap()), ["AB"]);
}

#[test]
fn ligands_ions_and_water_are_left_out() {
    let ligand = |text: String| peptide(&["GLY", "ALA"]) + "TER\n" + &text;
    for (what, text) in [
        ("water", atom("HETATM", "O", "HOH", "A", "3", 50.0)),
        (
            "calcium",
            atom("HETATM", "CA", " CA", "A", "3", 50.0).replace("  CA  ", " CA   "),
        ),
        (
            "an amino acid by itself",
            backbone("HETATM", "GLU", "A", "3", 50.0),
        ),
        (
            "a ligand with these atoms",
            backbone("HETATM", "LIG", "A", "3", 50.0),
        ),
        (
            "a nucleotide by itself",
            atom("HETATM", "C1'", "GNP", "A", "3", 50.0),
        ),
        (
            "a ligand with the number of a residue",
            backbone("HETATM", "LIG", "A", "1", 50.0),
        ),
        (
            "a ligand without a chain",
            backbone("HETATM", "LIG", " ", "1", 50.0),
        ),
        (
            "a chromophore without CA",
            atom("HETATM", "CA1", "CRO", "A", "3", 7.2),
        ),
    ] {
        let found = read(&ligand(text)).unwrap();
        assert_eq!(found.chains.len(), 1, "{what}");
        assert_eq!(letters(&found, 0), "GA", "{what}");
    }
}

#[test]
fn modified_residues_are_of_the_chain() {
    let with = |residue: &str| peptide(&["GLY"]) + &backbone("HETATM", residue, "A", "2", 3.6);
    for (residue, expected) in [("MSE", "GM"), ("SEP", "GS"), ("TPO", "GT"), ("QQQ", "GX")] {
        assert_eq!(letters(&read(&with(residue)).unwrap(), 0), expected);
    }
    let declared = "MODRES 1ABC QQQ A    2  LYS  SOMETHING\n".to_owned() + &with("QQQ");
    assert_eq!(letters(&read(&declared).unwrap(), 0), "GK");
    // Declared and not bonded, as behind a hole.
    let text = "MODRES 1ABC QQQ A    2  LYS\n".to_owned()
        + &peptide(&["GLY"])
        + &backbone("HETATM", "QQQ", "A", "9", 40.0);
    assert_eq!(letters(&read(&text).unwrap(), 0), "GK");
}

#[test]
fn the_first_model_counts() {
    let model = |number: u32, x: f64| {
        format!(
            "MODEL     {number:>4}\n{}ENDMDL\n",
            atom("ATOM", "CA", "GLY", "A", "1", x)
        )
    };
    for text in [
        model(1, 1.0) + &model(2, 2.0),
        (model(1, 1.0) + &model(2, 2.0)).replace("ENDMDL\n", ""),
        atom("ATOM", "CA", "GLY", "A", "1", 1.0)
            + "END\n"
            + &atom("ATOM", "CA", "GLY", "A", "1", 2.0),
    ] {
        let found = read(&text).unwrap();
        assert_eq!(found.chains.len(), 1);
        assert_eq!(
            found.chains[0].residues[0].backbone(),
            Some([1.0, 0.0, 0.0])
        );
    }
}

#[test]
fn of_alternative_places_the_most_occupied_counts() {
    let place = |letter: &str, occupancy: &str, x: f64| {
        let line = atom("ATOM", "CA", "SER", "A", "1", x);
        let line = line.replacen(" SER", &format!("{letter}SER"), 1);
        line.replacen("  1.00 20", &format!("  {occupancy} 20"), 1)
    };
    for (first, second, x) in [
        ("0.40", "0.60", 2.0),
        ("0.60", "0.40", 1.0),
        ("0.50", "0.50", 1.0),
    ] {
        let found = read(&(place("A", first, 1.0) + &place("B", second, 2.0))).unwrap();
        assert_eq!(found.chains[0].residues.len(), 1);
        assert_eq!(found.chains[0].residues[0].backbone(), Some([x, 0.0, 0.0]));
        // Two residues that take turns.
        let two = place("A", first, 1.0) + &place("B", second, 2.0).replace("SER", "THR");
        let expected = if x == 1.0 { "S" } else { "T" };
        assert_eq!(letters(&read(&two).unwrap(), 0), expected);
    }
}

#[test]
fn hydrogens_are_dropped_by_old_names_and_new() {
    let hydrogens = ["H", "1HB", "HG11", "1HG1", "D", "1DH1", "HA"];
    let lines = hydrogens
        .map(|name| atom("ATOM", name, "VAL", "A", "1", 0.0))
        .concat();
    let text = peptide(&["VAL"]) + &lines + &atom("ATOM", "OXT", "VAL", "A", "1", 0.0);
    let found = read(&text).unwrap();
    let atoms: Vec<&str> = found.chains[0].residues[0]
        .atoms
        .iter()
        .map(|a| &a.name[..])
        .collect();
    assert_eq!(atoms, ["N", "CA", "C", "OXT"]);
}

#[test]
fn chains_of_one_name_are_told_apart() {
    let chain = peptide(&["GLY", "ALA"]);
    for text in [format!("{chain}TER\n{chain}"), format!("{chain}{chain}")] {
        let found = read(&text).unwrap();
        assert_eq!(names(&found), ["A", "A"]);
    }
    // A hole that is marked like an end.
    let hole = format!("{chain}TER\n{}", backbone("ATOM", "SER", "A", "9", 40.0));
    assert_eq!(letters(&read(&hole).unwrap(), 0), "GAS");
}

#[test]
fn nucleic_acids_are_chains() {
    let text = [("DG", "4"), ("DT", "5")];
    let text = text.map(|(name, number)| atom("ATOM", "C1*", name, "C", number, 0.0));
    let text = text.concat() + &peptide(&["GLY"]);
    let found = read(&text).unwrap();
    assert_eq!(
        (letters(&found, 0), letters(&found, 1)),
        ("GT".into(), "G".into())
    );
    assert_eq!(found.chains[0].kind, ChainKind::Nucleic);
    assert_eq!(found.chains[0].residues[0].backbone(), Some([0.0; 3]));
}

fn operator(number: u32, x: f64) -> String {
    let row = |k: usize| {
        let one = |j: usize| if j + 1 == k { 1.0 } else { 0.0 };
        let shift = if k == 1 { x } else { 0.0 };
        format!(
            "REMARK 350   BIOMT{k} {number:>3} {:9.6} {:9.6} {:9.6} {shift:14.5}\n",
            one(0),
            one(1),
            one(2)
        )
    };
    [1, 2, 3].map(row).concat()
}

#[test]
fn remark_350_moves_chains() {
    let head = "REMARK 350 BIOMOLECULE: 1\nREMARK 350 APPLY THE FOLLOWING TO CHAINS: A, Z,\nREMARK 350                    AND CHAINS: B\n";
    let second = "REMARK 350 BIOMOLECULE: 2\nREMARK 350 APPLY THE FOLLOWING TO CHAINS: B\n";
    let third = "REMARK 350 APPLY THE FOLLOWING TO CHAINS: A\n";
    let chains = peptide(&["GLY"]) + &backbone("ATOM", "GLY", "B", "1", 0.0);
    let text = [
        head,
        &operator(1, 0.0),
        &operator(2, 9.0),
        second,
        &operator(1, 0.0),
        third,
        &operator(2, 5.0),
        &chains,
    ]
    .concat();
    let found = read(&text).unwrap();
    let told = |k: usize| {
        let members = found.assemblies[k].members().into_iter();
        members
            .map(|(chain, operator, number)| (chain, operator.translation[0], number))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(0),
        [(0, 0.0, 1), (1, 0.0, 1), (0, 9.0, 2), (1, 9.0, 2)]
    );
    assert_eq!(told(1), [(1, 0.0, 1), (0, 5.0, 1)]);
    assert!(found.assembly(Some("2")).unwrap().is_some());
    let error = found.assembly(Some("3")).unwrap_err().to_string();
    assert!(error.contains("those described in it are 1, 2"), "{error}");
    let cut = format!(
        "{head}{}{chains}",
        operator(1, 0.0).lines().next().unwrap().to_owned() + "\n"
    );
    assert!(message(&cut).contains("fewer than three rows"));
    let broken = text.replacen("BIOMT2", "BIOMT3", 1);
    assert!(message(&broken).contains("line 5"), "{}", message(&broken));
}

#[test]
fn predictions_are_known_by_their_header() {
    let chain = peptide(&["GLY"]);
    let predicted = |head: &str| read(&format!("{head}{chain}")).unwrap();
    let model = predicted("TITLE     ALPHAFOLD MONOMER V2.0 PREDICTION FOR GTPASE HRAS\n");
    assert_eq!(model.predicted, Some(Predicted::Word("ALPHAFOLD".into())));
    assert_eq!(model.chains[0].residues[0].confidence, Some(20.0));
    for measured in [
        "",
        "EXPDTA    X-RAY DIFFRACTION\nREMARK 200 STARTING MODEL: ALPHAFOLD\n",
        "TITLE     SOLVED WITH ALPHAFOLD\nEXPDTA    X-RAY DIFFRACTION\n",
    ] {
        let mut found = predicted(measured);
        assert_eq!(found.predicted, None, "{measured}");
        assert_eq!(found.chains[0].residues[0].confidence, None);
        found.trust_b_factors();
        assert_eq!(found.predicted, Some(Predicted::Asked));
        assert_eq!(found.chains[0].residues[0].confidence, Some(20.0));
    }
    let shares = chain.replace("20.00\n", " 0.85\n");
    let model = read(&format!("TITLE     ESMFOLD V1 PREDICTION\n{shares}")).unwrap();
    assert_eq!(model.chains[0].residues[0].confidence, Some(85.0));
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let chain = peptide(&["GLY", "ALA"]);
    for (text, words) in [
        (chain.replacen("3.600", " 3.6x", 1), "line 4"),
        (
            chain[..chain.len() - 20].to_owned(),
            "line 6: an atom with its coordinates",
        ),
        (chain.replace("A   2 ", "A2222 "), "x.pdb"),
    ] {
        match read(&text) {
            Err(error) => assert!(error.to_string().contains(words), "{error}"),
            Ok(found) => assert_eq!(numbers(&found, 0), "1 2222"),
        }
    }
    for (text, words) in [
        ("", "only blanks"),
        (">a\nACD\n", "no structure: it starts with '>a'"),
        ("PK\u{3}\u{4}xx", "a zip archive"),
        ("HEADER    X\n", "no residue of a protein"),
        ("{\"a\": 1}", "a JSON file"),
    ] {
        let found = message(text);
        assert!(found.contains(words), "{found}");
    }
}
