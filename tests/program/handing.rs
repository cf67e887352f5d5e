//! Pairs handed on to other programs: what is written keeps to their grammars, and its residues are those of the list.

use super::support::{Bench, Run, data};
use std::collections::{BTreeMap, BTreeSet};

/// A model of the planted family, and its fold.
fn bench() -> Bench {
    let bench = Bench::planted();
    bench.write("fold.pdb", fold(|line| line));
    bench
}

/// The planted fold, line by line.
fn fold(change: impl Fn(String) -> String) -> String {
    let text = std::fs::read_to_string(data("planted.pdb")).unwrap();
    let lines = text.lines().map(|line| match line.starts_with("ATOM") {
        true => change(line.to_owned()),
        false => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

/// Another chain and number for a line of an atom.
fn renamed(line: &str, chain: char, number: &str) -> String {
    format!("{}{chain}{number:>5}{}", &line[..21], &line[27..])
}

fn number(line: &str) -> i64 {
    line[22..26].trim().parse().unwrap()
}

/// The atoms of a PDB file: chain, number with insertion code, name.
fn atoms(text: &str) -> BTreeSet<(String, String, String)> {
    let cells = |line: &str| {
        let cell = |from: usize, to: usize| line[from..to].trim().to_owned();
        (cell(21, 22), cell(22, 27), cell(12, 16))
    };
    text.lines()
        .filter(|l| l.starts_with("ATOM"))
        .map(cells)
        .collect()
}

/// The pairs of a table.
fn pairs(run: &Run) -> Vec<(i64, i64)> {
    let numbers = |column: &str| -> Vec<i64> {
        let cells = run.column(column);
        cells.iter().map(|cell| cell.parse().unwrap()).collect()
    };
    numbers("i").into_iter().zip(numbers("j")).collect()
}

/// An atom of a script: chain, number with insertion code, name.
type Atom = (String, String, String);

/// `first (potts_structure and chain A and resi \-5 and name CB)`.
fn selected(selection: &str) -> Atom {
    let inner = selection
        .strip_prefix("first (")
        .unwrap()
        .strip_suffix(')')
        .unwrap();
    let mut chain = String::from("*");
    let (mut resi, mut name) = (String::new(), String::new());
    for term in inner.split(" and ") {
        match term.split_once(' ') {
            None => assert_eq!(term, "potts_structure"),
            Some(("chain", "''")) => chain = String::new(),
            Some(("chain", word)) => chain = word.into(),
            Some(("resi", word)) => {
                assert!(!word.starts_with('-'), "PyMOL reads {word} as a range");
                resi = word.replace("\\-", "-");
            }
            Some(("name", word)) => name = word.into(),
            Some(other) => panic!("{other:?}"),
        }
    }
    (chain, resi, name)
}

/// The bars of a script of PyMOL: their object and atoms. Every object is styled.
fn bars(script: &str) -> Vec<(String, Atom, Atom)> {
    let mut bars = Vec::new();
    for line in script.lines().filter(|line| !line.starts_with('#')) {
        let (command, rest) = line.split_once(' ').unwrap();
        let words: Vec<&str> = rest.split(", ").collect();
        match (command, &words[..]) {
            ("load", [path, "potts_structure"]) => assert!(path.starts_with('"')),
            ("distance", [object, one, other]) => {
                bars.push(((*object).to_owned(), selected(one), selected(other)));
            }
            ("color", [colour, _]) => assert!(colour.starts_with("0x") && colour.len() == 8),
            ("set", [setting, value, _]) => {
                assert!(setting.starts_with("dash_"));
                value.parse::<f64>().unwrap();
            }
            ("hide", ["labels", "potts_*"]) | ("group", ["potts", _]) => {}
            other => panic!("{other:?}"),
        }
    }
    for (object, ..) in &bars {
        for style in ["dash_gap", "dash_radius"] {
            assert!(
                script.contains(&format!("set {style}, "))
                    && script.contains(&format!(", {object}\n"))
            );
        }
    }
    bars
}

#[test]
fn scripts_name_the_residues_of_the_structure() {
    let bench = bench();
    // Numbers below 1, a chain without a name, and an insertion code.
    let odd = fold(|line| match number(&line) {
        88 => renamed(&line, ' ', "27B"),
        n => renamed(&line, ' ', &format!("{} ", n - 60)),
    });
    bench.write("odd.pdb", &odd);
    let there = atoms(&odd);
    let list = "contacts m.h5 --top 60 -q --structure odd.pdb";
    let expected: Vec<(String, String)> = pairs(&bench.works(list))
        .into_iter()
        .map(|(i, j)| {
            let own = |n: i64| match n {
                88 => "27B".to_owned(),
                n => (n - 60).to_string(),
            };
            (own(i), own(j))
        })
        .collect();
    assert!(expected.iter().any(|(i, _)| i.starts_with('-')));
    let script = bench.works(&format!("{list} --format pymol")).stdout;
    assert!(script.contains("load \"odd.pdb\", potts_structure\n"));
    let bars = bars(&script);
    let drawn: Vec<(String, String)> = bars
        .iter()
        .map(|(_, one, other)| (one.1.clone(), other.1.clone()))
        .collect();
    assert_eq!(drawn, expected);
    assert!(
        bars.iter()
            .all(|(_, one, other)| there.contains(one) && there.contains(other))
    );

    // ChimeraX's the same, with its own words.
    let script = bench.works(&format!("{list} --format chimerax")).stdout;
    let bonds: Vec<&str> = script.lines().filter(|l| l.starts_with("pbond ")).collect();
    assert_eq!(bonds.len(), bars.len());
    for (bond, (object, one, other)) in bonds.iter().zip(&bars) {
        let atom = |(_, number, name): &Atom| {
            format!("##name=\"potts_structure\"//chain_id=\" \":{number}@{name}")
        };
        let start = format!("pbond {} {} color #", atom(one), atom(other));
        assert!(bond.starts_with(&start), "{bond}\n{start}");
        let group = object.rsplit_once("_p").unwrap().0;
        assert!(bond.ends_with(&format!(" name {group}")), "{bond} {group}");
    }
    let attributes = bench
        .works(&format!("{list} --format chimerax-attributes"))
        .stdout;
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for residue in expected.iter().flat_map(|(i, j)| [i, j]) {
        *held.entry(residue).or_default() += 1;
    }
    for (residue, count) in held {
        let line = format!("\t//chain_id=\" \":{residue}\t{count}\n");
        assert!(attributes.contains(&line), "{line}\n{attributes}");
    }
}

/// An atom of chain A as one of chain B, on the other side of an axis.
fn turned(line: &str) -> String {
    let coordinate = |at: usize| line[at..at + 8].trim().parse::<f64>().unwrap();
    let (x, z) = (22.0 - coordinate(30), -10.0 - coordinate(46));
    format!(
        "{}B{}{x:8.3}{}{z:8.3}{}",
        &line[..21],
        &line[22..30],
        &line[38..46],
        &line[54..]
    )
}

#[test]
fn pairs_between_chains_are_drawn_between_them() {
    let bench = bench();
    let one = fold(|line| line);
    let atoms_of = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("ATOM"));
        lines.map(str::to_owned).collect()
    };
    let both: Vec<String> = atoms_of(&one)
        .into_iter()
        .chain(atoms_of(&one).iter().map(|line| turned(line)))
        .collect();
    bench.write("dimer.pdb", both.join("\n") + "\nEND\n");
    let list = "contacts m.h5 --top all --min-probability 0.2 -q --structure dimer.pdb";
    let table = bench.works(list);
    let verdicts = table.column("verdict");
    let script = bench.works(&format!("{list} --format pymol")).stdout;
    let bars = bars(&script);
    assert_eq!(bars.len(), verdicts.len());
    for ((object, one, other), verdict) in bars.iter().zip(&verdicts) {
        let (style, chains) = match *verdict {
            "within" => ("within", vec!["A"]),
            "between" => ("between", vec!["A", "B"]),
            "neither" => ("apart", vec!["A"]),
            other => panic!("{other}"),
        };
        assert!(
            object.starts_with(&format!("potts_{style}_")),
            "{object} {verdict}"
        );
        let found: BTreeSet<&str> = [&*one.0, &*other.0].into();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), chains);
    }
    assert!(verdicts.contains(&"between") && verdicts.contains(&"neither"));

    // The same dimer from the assembly of a file with one chain: docking has two chains all the same.
    for structure in ["fold.pdb", "dimer.pdb"] {
        let list = format!("contacts m.h5 --top 152 -q --structure {structure}");
        let docking = bench.works(&format!("{list} --format haddock")).stdout;
        let within = bench.works(&list);
        let within = within.column("distance_within");
        let far = within
            .iter()
            .filter(|d| d.parse::<f64>().unwrap() >= 12.0)
            .count();
        let restraints = restraints(&docking);
        assert!(far > 0);
        assert_eq!(restraints.len(), 2 * far);
        for (one, others) in restraints {
            assert_eq!(one.1, "A");
            assert!(others.iter().all(|other| other.1 == "B") && others.len() == 1);
        }
    }
}

type Words<'t> = std::iter::Peekable<std::str::SplitWhitespace<'t>>;

/// `( resid N and segid C)`.
fn residue(words: &mut Words<'_>) -> (i64, String) {
    assert_eq!((words.next(), words.next()), (Some("("), Some("resid")));
    let number = words.next().unwrap().parse().unwrap();
    assert_eq!((words.next(), words.next()), (Some("and"), Some("segid")));
    let chain = words.next().unwrap().to_owned();
    assert_eq!(words.next(), Some(")"));
    (number, chain)
}

/// A residue, by number and chain, and those of which one is to be near it.
type Restraint = ((i64, String), Vec<(i64, String)>);

/// Restraints of HADDOCK: `assign ( resid N and segid C) ( ( resid N and segid C) or ... ) 2.0 2.0 0.0`.
fn restraints(text: &str) -> Vec<Restraint> {
    let code: Vec<&str> = text.lines().filter(|line| !line.starts_with('!')).collect();
    let code = code.join(" ").replace('(', " ( ").replace(')', " ) ");
    let mut words = code.split_whitespace().peekable();
    let mut found = Vec::new();
    while words.peek().is_some() {
        assert_eq!(words.next(), Some("assign"));
        let one = residue(&mut words);
        assert_eq!(words.next(), Some("("));
        let mut others = vec![residue(&mut words)];
        while words.next_if_eq(&"or").is_some() {
            others.push(residue(&mut words));
        }
        for word in [")", "2.0", "2.0", "0.0"] {
            assert_eq!(words.next(), Some(word));
        }
        found.push((one, others));
    }
    found
}

#[test]
fn restraints_count_as_their_programs_do() {
    let bench = bench();
    let list = "contacts m.h5 --top 40 -q";
    let table = bench.works(list);
    let pairs = pairs(&table);
    let letters: Vec<(&str, &str)> = table
        .column("A_i")
        .into_iter()
        .zip(table.column("A_j"))
        .collect();
    let atom = |letter: &str| if letter == "G" { "CA" } else { "CB" };
    let probabilities = table.column("probability");
    // The target has 78 residues from 24 on.
    let rosetta = bench.works(&format!("{list} --format rosetta")).stdout;
    let lines: Vec<&str> = rosetta
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(lines.len(), 40);
    for (k, line) in lines.iter().enumerate() {
        let ((i, j), (a, b)) = (pairs[k], letters[k]);
        let expected = format!(
            "AtomPair {} {} {} {} SCALARWEIGHTEDFUNC {} SUMFUNC 2 SIGMOID 8.0 1.0 CONSTANTFUNC -0.5",
            atom(a),
            i - 23,
            atom(b),
            j - 23,
            probabilities[k]
        );
        assert_eq!(*line, expected);
    }
    assert!(rosetta.contains("residue 1 is position 24 of the target"));
    assert!(lines.iter().any(|line| line.contains(" CA ")));

    // Another ranking has no probability near 6 residues: no weights there.
    let near = bench
        .works("contacts m.h5 --top all --min-separation 1 -q --format rosetta")
        .stdout;
    assert!(
        near.lines()
            .any(|line| line.contains("CB") && !line.contains("SCALARWEIGHTEDFUNC"))
    );
}

#[test]
fn restraints_of_cns_and_boltz_name_the_same_residues() {
    let bench = bench();
    let list = "contacts m.h5 --top 40 -q";
    let table = bench.works(list);
    let pairs = pairs(&table);
    let letters: Vec<(&str, &str)> = table
        .column("A_i")
        .into_iter()
        .zip(table.column("A_j"))
        .collect();
    let atom = |letter: &str| if letter == "G" { "CA" } else { "CB" };
    let cns = bench.works(&format!("{list} --format cns")).stdout;
    let lines: Vec<&str> = cns.lines().filter(|line| !line.starts_with('!')).collect();
    for (k, line) in lines.iter().enumerate() {
        let ((i, j), (a, b)) = (pairs[k], letters[k]);
        let expected = format!(
            "assign (resid {i} and name {}) (resid {j} and name {}) 3.60 0.10 4.40 ! rank {}, ",
            atom(a),
            atom(b),
            k + 1
        );
        assert!(line.starts_with(&expected), "{line}\n{expected}");
    }
    assert_eq!(lines.len(), 40);

    let boltz = bench.works(&format!("{list} --format boltz")).stdout;
    let sequence = boltz
        .split("sequence: \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let tokens: Vec<(&str, usize)> = boltz
        .lines()
        .filter_map(|line| line.trim().strip_prefix("token")?.split_once(": [\"A\", "))
        .map(|(which, number)| (which, number.strip_suffix(']').unwrap().parse().unwrap()))
        .collect();
    assert_eq!((sequence.len(), tokens.len()), (78, 80));
    for (k, two) in tokens.chunks(2).enumerate() {
        assert_eq!((two[0].0, two[1].0), ("1", "2"));
        let of = |k: usize| &sequence[two[k].1 - 1..two[k].1];
        assert_eq!((of(0), of(1)), letters[k]);
    }
}

#[test]
fn the_ending_of_a_name_decides() {
    let bench = bench();
    for (name, format) in [
        ("p.pml", "pymol"),
        ("p.cxc", "chimerax"),
        ("p.defattr", "chimerax-attributes"),
        ("p.cst", "rosetta"),
        ("p.tbl", "cns"),
        ("p.yaml", "boltz"),
        ("p.rr", "casp-rr"),
        ("p.mat", "ccmpred"),
    ] {
        bench.works(&format!("contacts m.h5 --top 5 -q -o {name}"));
        let asked = bench.works(&format!("contacts m.h5 --top 5 -q --format {format}"));
        assert_eq!(bench.read(name), asked.stdout, "{name}");
    }
    let restraints =
        bench.works("contacts m.h5 -q --structure fold.pdb --format haddock -o p2.tbl");
    assert!(restraints.stdout.is_empty() && bench.read("p2.tbl").contains("2.0 2.0 0.0"));
}

#[test]
fn what_a_format_cannot_hold_is_refused() {
    let bench = bench();
    for format in ["haddock", "chai"] {
        bench.fails(
            &format!("contacts m.h5 --format {format}"),
            2,
            &["between chains", "--structure", "--chains"],
        );
    }
    bench.fails(
        "contacts m.h5 --format pymol --structure fold.pdb --structure fold.pdb",
        2,
        &["one --structure"],
    );
    bench.write("star.pdb", fold(|line| renamed(&line, '*', &line[22..27])));
    bench.fails(
        "contacts m.h5 --format cns --structure star.pdb",
        3,
        &["star.pdb", "chain '*'"],
    );
    // A name that would have to be escaped is left to the user.
    bench.write("fold;quit.pdb", fold(|line| line));
    let script = bench
        .works("contacts m.h5 -q --format pymol --structure fold;quit.pdb")
        .stdout;
    assert!(script.contains("# Load the structure first.") && !script.contains("load \""));
    let residues = bars(&script);
    assert!(
        residues
            .iter()
            .all(|(_, one, other)| one.0 == "A" && other.0 == "A")
    );
}
