//! A script of PyMOL (`.pml`): a bar a pair.
//!
//! Each line is a command: `distance NAME, SELECTION, SELECTION` adds a bar to a measurement object, `color`, `set` and `hide` style the object.
//! A selection names chain, residue and atom; a negative number is written `\-5`, an insertion code behind the number, a chain without a name
//! `''`. `first` takes one atom where there are alternative places. <https://pymolwiki.org/index.php/Distance>,
//! <https://pymolwiki.org/index.php/Selection_Algebra>.

use super::{BARS, Bar, Handed, SHADES, Shade, Spot};
use std::io::{self, Write};

/// What the structure is called in PyMOL, where the script opens it.
const STRUCTURE: &str = "potts_structure";

/// Objects `potts_within_p80` and so on, in a group `potts`, each of one colour and style.
///
/// # Errors
/// Those of `output`.
pub fn write_pymol(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("#", output)?;
    Shade::write_scale("#", output)?;
    Bar::write_legend(handed, "#", output)?;
    match &handed.opens {
        Some(path) => writeln!(output, "load \"{path}\", {STRUCTURE}")?,
        None => writeln!(output, "# Load the structure first.")?,
    }
    let object = handed.opens.as_ref().map(|_| STRUCTURE);
    for pair in &handed.pairs {
        let (bar, shade) = (Bar::of(pair.verdict), Shade::of(pair.probability));
        writeln!(
            output,
            "distance {}, {}, {}",
            name(bar, shade),
            selection(&pair.one, object),
            selection(pair.other(), object)
        )?;
    }
    for bar in BARS {
        for shade in SHADES {
            let is_own = |pair: &super::HandedPair| {
                (Bar::of(pair.verdict), Shade::of(pair.probability)) == (bar, shade)
            };
            if handed.pairs.iter().any(is_own) {
                write_style(bar, shade, output)?;
            }
        }
    }
    match handed.pairs.is_empty() {
        true => Ok(()),
        false => writeln!(
            output,
            "hide labels, potts_*\ngroup potts, potts_*_p* potts_*_none"
        ),
    }
}

fn name(bar: Bar, shade: Shade) -> String {
    format!("potts_{}_{}", bar.name, shade.name)
}

fn write_style(bar: Bar, shade: Shade, output: &mut dyn Write) -> io::Result<()> {
    let name = name(bar, shade);
    let (length, gap) = bar.dashes;
    writeln!(output, "color 0x{}, {name}", shade.colour)?;
    writeln!(output, "set dash_radius, {}, {name}", bar.radius)?;
    writeln!(output, "set dash_length, {length}, {name}")?;
    writeln!(output, "set dash_gap, {gap}, {name}")
}

fn selection(spot: &Spot, object: Option<&str>) -> String {
    let object = object.map_or(String::new(), |object| format!("{object} and "));
    let chain = match spot.chain.as_deref() {
        None => String::new(),
        Some("") => "chain '' and ".into(),
        Some(chain) => format!("chain {chain} and "),
    };
    let number = spot.label().replace('-', "\\-");
    format!(
        "first ({object}{chain}resi {number} and name {})",
        spot.atom
    )
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn a_bar_a_pair_in_objects_of_one_style() {
        let text = written(|out| write_pymol(&handed(), out));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["# 3 pairs", "# of a model"]);
        assert!(lines.contains(&"load \"some folder/1abc.cif\", potts_structure"));
        let bars: Vec<&&str> = lines
            .iter()
            .filter(|l| l.starts_with("distance "))
            .collect();
        assert_eq!(
            bars,
            [
                &"distance potts_within_p80, first (potts_structure and chain A and resi \\-5 and name CB), first (potts_structure and chain AAA and resi 100B and name CA)",
                &"distance potts_between_p40, first (potts_structure and chain '' and resi 7 and name CB), first (potts_structure and chain A and resi 43 and name CB)",
                &"distance potts_apart_none, first (potts_structure and chain '' and resi 7 and name CB), first (potts_structure and chain AAA and resi 100B and name CA)",
            ]
        );
        for (object, gap) in [
            ("within_p80", "0"),
            ("between_p40", "0.4"),
            ("apart_none", "0.6"),
        ] {
            assert!(
                lines.contains(&&*format!("set dash_gap, {gap}, potts_{object}")),
                "{text}"
            );
        }
        assert_eq!(text.matches("color 0x").count(), 3);
    }

    #[test]
    fn without_a_structure_residues_of_any_object_are_meant() {
        let plain = Handed {
            opens: None,
            pairs: vec![pair(
                1,
                Some(0.1),
                spot(None, 68, "CB"),
                spot(None, 88, "CB"),
            )],
            ..handed()
        };
        let text = written(|out| write_pymol(&plain, out));
        assert!(
            !text.contains("load \"") && !text.contains("chain"),
            "{text}"
        );
        assert!(text.contains(
            "distance potts_pairs_p00, first (resi 68 and name CB), first (resi 88 and name CB)\n"
        ));
        let none = Handed {
            pairs: Vec::new(),
            ..plain
        };
        let text = written(|out| write_pymol(&none, out));
        assert!(text.lines().all(|line| line.starts_with('#')), "{text}");
    }
}
