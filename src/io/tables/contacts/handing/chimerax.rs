//! A script of ChimeraX (`.cxc`): a pseudobond a pair.
//!
//! Each line is a command: `open FILE name NAME` and `pbond ATOM ATOM color C radius R dashes N reveal true name NAME`, 0 dashes for a whole
//! bar. An atom is `/CHAIN:NUMBER@NAME`, the insertion code behind the number, behind the model that it is of, where the script opens it;
//! the chain without a name `//chain_id=" "`. <https://www.cgl.ucsf.edu/chimerax/docs/user/commands/pbond.html>,
//! <https://www.cgl.ucsf.edu/chimerax/docs/user/commands/atomspec.html>.

use super::{Bar, Handed, Shade, Spot};
use std::io::{self, Write};

/// What the structure is called in ChimeraX, where the script opens it.
const STRUCTURE: &str = "potts_structure";

/// Pseudobond models `potts within`, `potts between` and so on.
///
/// # Errors
/// Those of `output`.
pub fn write_chimerax(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("#", output)?;
    Shade::write_scale("#", output)?;
    Bar::write_legend(handed, "#", output)?;
    match &handed.opens {
        Some(path) => writeln!(output, "open \"{path}\" name {STRUCTURE}")?,
        None => writeln!(output, "# Open the structure first, and no other.")?,
    }
    let model = match handed.opens {
        Some(_) => format!("##name=\"{STRUCTURE}\""),
        None => String::new(),
    };
    for pair in &handed.pairs {
        let (bar, shade) = (Bar::of(pair.verdict), Shade::of(pair.probability));
        writeln!(
            output,
            "pbond {model}{} {model}{} color #{} radius {} dashes {} reveal true name potts_{}",
            atom(&pair.one),
            atom(pair.other()),
            shade.colour,
            bar.radius,
            dashes(bar),
            bar.name
        )?;
    }
    Ok(())
}

/// ChimeraX counts the dashes of a bar, however long it is.
fn dashes(bar: Bar) -> usize {
    match bar.dashes {
        (_, 0.0) => 0,
        (length, gap) if length > gap => 6,
        _ => 12,
    }
}

fn atom(spot: &Spot) -> String {
    format!("{}@{}", residue(spot), spot.atom)
}

/// A residue: `/A:68`.
pub(super) fn residue(spot: &Spot) -> String {
    let chain = match spot.chain.as_deref() {
        None => String::new(),
        Some("") => "//chain_id=\" \"".into(),
        Some(chain) => format!("/{chain}"),
    };
    format!("{chain}:{}", spot.label())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::handed;
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn a_pseudobond_a_pair() {
        let text = written(|out| write_chimerax(&handed(), out));
        let commands: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let model = "##name=\"potts_structure\"";
        assert_eq!(
            commands,
            [
                "open \"some folder/1abc.cif\" name potts_structure".to_owned(),
                format!(
                    "pbond {model}/A:-5@CB {model}/AAA:100B@CA color #fde725 radius 0.15 dashes 0 reveal true name potts_within"
                ),
                format!(
                    "pbond {model}//chain_id=\" \":7@CB {model}/A:43@CB color #21918c radius 0.15 dashes 6 reveal true name potts_between"
                ),
                format!(
                    "pbond {model}//chain_id=\" \":7@CB {model}/AAA:100B@CA color #999999 radius 0.07 dashes 12 reveal true name potts_apart"
                ),
            ]
        );
    }
}
