//! Prints the distances of all pairs of residues in a structure whose heavy atoms come closer than 15 angstrom, to be compared with a table of
//! another program (`workflows/measure/check_structures.py`):
//!
//! ```sh
//! cargo run --release --features internals --example structure_distances -- FILE [ASSEMBLY]
//! ```
//!
//! One row a pair, within a chain i < j; between copies of chains the first is always one of the first operator. `A-2` is chain A under the
//! second operator of the assembly: the first one, or the one that is named; of a file without any, the chains stand as they are. With
//! `--alignment FAMILY.a2m` a model of this alignment is placed on the structure, and its pairs of positions are printed instead: their
//! distances (CB and heavy atoms) within the chain, and the smallest ones between chains and copies. With `--chains` only the chains are listed, with their lengths and ends, and the mean confidence of predicted models.

use potts::io::structures;
use potts::structure::{ChainCopy, ChainKind, DistanceKind, Distances, Operator, Structure, place};
use potts::{Error, FocusOptions};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Pairs further apart are left out.
const MOST: f64 = 15.0;

const KINDS: [DistanceKind; 3] = [DistanceKind::Cb, DistanceKind::Ca, DistanceKind::Heavy];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let run = || -> Result<(), Error> {
        let Some(file) = arguments.first() else {
            return Err(Error::Usage(
                "usage: structure_distances FILE [ASSEMBLY | --chains | --alignment FAMILY [CHAIN [ASSEMBLY]]]".into(),
            ));
        };
        let structure = structures::read(Path::new(file), None)?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        let written = match arguments.get(1).map(String::as_str) {
            Some("--chains") => list_chains(&structure, &mut out),
            Some("--alignment") => {
                let alignment = arguments.get(2).map_or("", String::as_str);
                let wanted = [arguments.get(3).cloned()];
                let assembly = arguments.get(4).map(String::as_str);
                return print_sites(&structure, alignment, &wanted, assembly, &mut out);
            }
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

/// Pairs of positions, by the target's numbers.
fn print_sites(
    structure: &Structure,
    alignment: &str,
    wanted: &[Option<String>],
    assembly: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let family = potts::read_alignment(alignment, &FocusOptions::default())?;
    let columns = family.columns();
    let placements = place(structure, columns, family.alphabet(), wanted)?;
    for one in &placements {
        eprintln!(
            "{}: identity {:.4}, coverage {:.4}, {} copies",
            one.in_words(),
            one.identity,
            one.coverage,
            one.copies.len()
        );
    }
    let of_kind = |kind| Distances::new(structure, &placements, kind, assembly);
    let (cb, heavy) = (of_kind(DistanceKind::Cb)?, of_kind(DistanceKind::Heavy)?);
    let sites = columns.sites();
    let pairs: Vec<(usize, usize)> = (0..sites)
        .flat_map(|i| (i..sites).map(move |j| (i, j)))
        .collect();
    let begun = Instant::now();
    let both = (cb.measure_all(&pairs, 8.0), heavy.measure_all(&pairs, 5.0));
    eprintln!("{} pairs in {:.2?}", pairs.len(), begun.elapsed());
    let mut write = || -> std::io::Result<()> {
        writeln!(out, "i\tj\tcb\theavy\tcb_between\theavy_between\tcopies")?;
        for (&(i, j), (cb, heavy)) in pairs.iter().zip(both.0.iter().zip(&both.1)) {
            let shown =
                |distance: Option<f64>| distance.map_or(String::new(), |d| format!("{d:.3}"));
            let copies = cb
                .between
                .map_or(String::new(), |b| format!("{} {}", b.copies.0, b.copies.1));
            let distances = [
                cb.within,
                heavy.within,
                cb.between.map(|b| b.distance),
                heavy.between.map(|b| b.distance),
            ];
            let position = |site| columns.position(site);
            writeln!(
                out,
                "{}\t{}\t{}\t{copies}",
                position(i),
                position(j),
                distances.map(shown).join("\t")
            )?;
        }
        Ok(())
    };
    write().map_err(Error::io("write", Path::new("the output")))
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
