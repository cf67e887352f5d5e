//! Prints the distances of all pairs of residues in a structure whose heavy atoms come closer than 15 angstrom, to be compared with a table of
//! another program (`workflows/measure/check_structures.py`):
//!
//! ```sh
//! cargo run --release --features internals --example structure_distances -- FILE [ASSEMBLY]
//! ```
//!
//! One row a pair, within a chain i < j; between copies of chains the first is always one of the first operator. `A-2` is chain A under the
//! second operator of the assembly: the first one, or the one that is named; of a file without any, the chains stand as they are. With
//! `--chains` only the chains are listed, with their lengths and ends, and the mean confidence of predicted models.

use potts::Error;
use potts::io::structures;
use potts::structure::{ChainCopy, ChainKind, DistanceKind, Operator, Structure};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// Pairs further apart are left out.
const MOST: f64 = 15.0;

const KINDS: [DistanceKind; 3] = [DistanceKind::Cb, DistanceKind::Ca, DistanceKind::Heavy];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let run = || -> Result<(), Error> {
        let Some(file) = arguments.first() else {
            return Err(Error::Usage(
                "usage: structure_distances FILE [ASSEMBLY | --chains]".into(),
            ));
        };
        let structure = structures::read(Path::new(file), None)?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        let written = match arguments.get(1).map(String::as_str) {
            Some("--chains") => list_chains(&structure, &mut out),
            assembly => print(&copies(&structure, assembly)?, &structure, &mut out),
        };
        let written = written.and_then(|()| out.flush());
        written.map_err(Error::io("write", Path::new("the output")))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// A copy of a chain for each kind of distance, and which copy of that chain it is.
struct Moved {
    number: usize,
    of_kind: [ChainCopy; 3],
}

fn copies(structure: &Structure, assembly: Option<&str>) -> Result<Vec<Moved>, Error> {
    let members = match structure.assembly(assembly)? {
        Some(assembly) => assembly.members(),
        None => {
            let as_it_is = |chain| (chain, Operator::IDENTITY, 1);
            (0..structure.chains.len()).map(as_it_is).collect()
        }
    };
    let is_protein = |chain: usize| structure.chains[chain].kind == ChainKind::Protein;
    let members = members.into_iter().filter(|member| is_protein(member.0));
    let mut copies: Vec<Moved> = members
        .map(|(chain, operator, number)| Moved {
            number,
            of_kind: KINDS.map(|kind| ChainCopy::new(structure, chain, &operator, number, kind)),
        })
        .collect();
    copies.sort_by_key(|copy| copy.number);
    Ok(copies)
}

fn print(copies: &[Moved], structure: &Structure, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "chain_a\tresnum_a\ticode_a\taa_a\tchain_b\tresnum_b\ticode_b\taa_b\tcb\tca\theavy"
    )?;
    for (k, one) in copies.iter().enumerate().filter(|(_, c)| c.number == 1) {
        for (l, two) in copies.iter().enumerate().skip(k) {
            let of = |moved: &Moved| &structure.chains[moved.of_kind[0].chain].residues;
            for i in 0..of(one).len() {
                let first = if k == l { i + 1 } else { 0 };
                for j in first..of(two).len() {
                    let each = [0, 1, 2].map(|n| one.of_kind[n].distance(i, &two.of_kind[n], j));
                    let [cb, ca, heavy] = each.map(Option::unwrap_or_default);
                    if heavy < MOST {
                        let names = [(one, i), (two, j)].map(|(moved, n)| {
                            let residue = &of(moved)[n];
                            let insertion = residue.insertion.map_or(String::new(), String::from);
                            let letter = char::from(residue.letter);
                            let chain = &moved.of_kind[0].label;
                            format!("{chain}\t{}\t{insertion}\t{letter}", residue.number)
                        });
                        writeln!(out, "{}\t{cb:.3}\t{ca:.3}\t{heavy:.3}", names.join("\t"))?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn list_chains(structure: &Structure, out: &mut dyn Write) -> std::io::Result<()> {
    let names: Vec<&str> = structure
        .assemblies
        .iter()
        .map(|one| &one.name[..])
        .collect();
    writeln!(
        out,
        "{}\t{}\tassemblies {}\t{:?}",
        structure.name,
        structure.title,
        names.join(","),
        structure.predicted
    )?;
    for chain in &structure.chains {
        let residues = &chain.residues;
        let confidences: Vec<f64> = residues.iter().filter_map(|r| r.confidence).collect();
        let mean = confidences.iter().sum::<f64>() / confidences.len() as f64;
        let low = confidences.iter().filter(|c| **c < 70.0).count();
        let letters = String::from_utf8_lossy(&chain.letters()).into_owned();
        writeln!(
            out,
            "{}\t{}\t{}\t{} to {}\tmean confidence {mean:.2}, {low} below 70\t{letters}",
            chain.name,
            chain.kind.as_str(),
            residues.len(),
            residues[0],
            residues[residues.len() - 1],
        )?;
    }
    Ok(())
}
