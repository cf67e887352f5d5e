//! Pairs for other programs: `--format pymol`, `rosetta` and their like. Which residues are meant, as each program counts them.

use super::args::ContactsArgs;
use super::formats::FormatChoice;
use crate::cli::messages::Messages;
use crate::contacts::{Contact, Ranking};
use crate::error::{Error, Place, Result, in_a_line, shortened};
use crate::io::tables::contacts::TargetChains;
use crate::io::tables::contacts::handing::{
    Handed, HandedPair, Spot, write_attributes, write_boltz, write_chai, write_chimerax, write_cns,
    write_haddock, write_pymol, write_rosetta,
};
use crate::io::tables::rows::PairInStructures;
use crate::model::Model;
use crate::position;
use crate::report::pairs::word;
use crate::report::structures::Structures;
use crate::structure::{Placement, Structure, Verdict, distance};
use std::io::{self, Write};
use std::path::Path;

/// Below this distance in angstrom two C-beta atoms are in contact; between C1' atoms two paired bases are 10.5 apart.
const REACH: f64 = 8.0;
const REACH_OF_NUCLEIC: f64 = 12.0;

/// Two residues of a chain that are less than this many times the cutoff apart may be a contact of the chain, and are none for docking.
const NEAR: f64 = 1.5;

/// Endings of structures that PyMOL and ChimeraX open.
const OPENED: [&str; 4] = [".pdb", ".ent", ".cif", ".mmcif"];

/// Refuses what a format cannot hold.
///
/// # Errors
/// [`Error::Usage`], [`Error::Model`].
pub(super) fn check(args: &ContactsArgs, model: &Model) -> Result<()> {
    let format = args.format();
    let name = name(format);
    if format.is_on_a_structure() && args.structures.structure.len() > 1 {
        return Err(Error::Usage(format!(
            "--format {name} takes its residues from one --structure: run it once for each"
        )));
    }
    let one_chain = !model.columns.has_chains();
    if format.is_of_docking() && one_chain && args.structures.structure.is_empty() {
        return Err(Error::Usage(format!(
            "--format {name} holds pairs between chains, and the model is of one: fit a complex (potts fit --chains), or give a --structure: pairs that are not near within a chain ({NEAR} times --cutoff) are then taken for pairs between copies of it"
        )));
    }
    Ok(())
}

/// The word of the command line.
fn name(format: FormatChoice) -> String {
    let value = clap::ValueEnum::to_possible_value(&format);
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// The pairs of a list, as a format has them.
///
/// # Errors
/// If the letters of the target are needed and not known, or a chain of the structure has a name that other programs don't read.
pub(super) fn hand_on(
    model: &Model,
    args: &ContactsArgs,
    ranking: Ranking,
    list: &[Contact],
    structures: Option<&Structures>,
) -> Result<Handed> {
    let format = args.format();
    let target = TargetChains::new(&model.columns);
    if !format.is_on_a_structure() && target.is_none() {
        return Err(Error::Model(format!(
            "--format {} counts along the sequence of the target, and this model was fitted without one\n  \
             fit the alignment without --no-focus, or choose another --format",
            name(format)
        )));
    }
    let placed = structures.map(Structures::first);
    let seen = match structures {
        Some(structures) => structures.judge(list)?,
        None => Vec::new(),
    };
    let hand = Hand {
        model,
        format,
        target: target.as_ref(),
        placed: placed.filter(|_| format.is_on_a_structure()),
        copies: placed.map_or_else(Vec::new, |(structure, placements)| {
            copies(structure, placements)
        }),
    };
    hand.check_names()?;
    let near = NEAR * args.structures.cutoff;
    let mut pairs = Vec::new();
    let (mut touching, mut without) = (0, 0);
    for (k, contact) in list.iter().enumerate() {
        let seen = seen.get(k);
        let verdict = seen.and_then(|seen| seen.verdict);
        if hand.is_within(contact, seen, near) {
            touching += 1;
            continue;
        }
        match hand.pairs(contact, verdict) {
            found if found.is_empty() => without += 1,
            found => pairs.extend(found),
        }
    }
    let opens = args.structures.inputs().next();
    let opens = opens.filter(|_| hand.placed.is_some());
    Ok(Handed {
        head: hand.head(args, ranking, list.len(), touching, without),
        opens: opens.and_then(opened),
        reach: match model.alphabet.is_nucleic() {
            true => REACH_OF_NUCLEIC,
            false => REACH,
        },
        target,
        pairs,
    })
}

/// Says that nothing was written, where something was listed.
pub(super) fn warn_if_empty(handed: &Handed, list: &[Contact], messages: &Messages) {
    if handed.pairs.is_empty() && !list.is_empty() {
        messages.warn(format_args!(
            "none of the {} listed pairs is written: the head of the file says why",
            list.len()
        ));
    }
}

/// Writes them.
///
/// # Errors
/// Those of `output`.
pub(super) fn write(
    handed: &Handed,
    model: &Model,
    format: FormatChoice,
    output: &mut dyn Write,
) -> io::Result<()> {
    let polymer = match (model.alphabet.is_nucleic(), model.alphabet.letters()) {
        (true, letters) if letters.contains(&b'U') => "rna",
        (true, _) => "dna",
        (false, _) => "protein",
    };
    match format {
        FormatChoice::Pymol => write_pymol(handed, output),
        FormatChoice::Chimerax => write_chimerax(handed, output),
        FormatChoice::ChimeraxAttributes => write_attributes(handed, output),
        FormatChoice::Rosetta => write_rosetta(handed, output),
        FormatChoice::Cns => write_cns(handed, output),
        FormatChoice::Haddock => write_haddock(handed, output),
        FormatChoice::Boltz => write_boltz(handed, polymer, output),
        _ => write_chai(handed, output),
    }
}

/// A file that PyMOL and ChimeraX open, by a name that needs no escapes in either.
fn opened(path: &Path) -> Option<String> {
    let name = path.to_str()?;
    let is_plain = |c: char| c.is_alphanumeric() || " _-./+=@~".contains(c);
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
    let is_known = OPENED.iter().any(|ending| bare.ends_with(ending));
    (is_known && name.chars().all(is_plain) && !name.starts_with('-')).then(|| name.to_owned())
}

/// Names of the chains that a protein's copies have, for docking: those of the structure, or two.
fn copies(structure: &Structure, placements: &[Placement]) -> Vec<String> {
    let copies = placements.first().map_or(&[][..], |first| &first.copies);
    let name = |chain: usize| structure.chains[chain].name.clone();
    let mut names: Vec<String> = copies.iter().map(|copy| name(copy.chain)).collect();
    if names.len() < 2 {
        let own = names.pop().filter(|name| !name.is_empty());
        let own = own.unwrap_or_else(|| "A".into());
        let other = if own == "B" { "A" } else { "B" };
        names = vec![own, other.into()];
    }
    names
}

/// A residue of a structure: its chain and its place in it.
type At = (usize, usize);

/// What pairs are handed on as.
struct Hand<'h> {
    model: &'h Model,
    format: FormatChoice,
    target: Option<&'h TargetChains>,
    /// The structure, where residues are counted as it does.
    placed: Option<(&'h Structure, &'h [Placement])>,
    /// For docking a protein with itself.
    copies: Vec<String>,
}

impl Hand<'_> {
    /// Whether a format of docking leaves a pair out: one within a chain; of a single chain one that is less than `near` apart there, or has
    /// no coordinates.
    fn is_within(&self, contact: &Contact, seen: Option<&PairInStructures>, near: f64) -> bool {
        if !self.format.is_of_docking() {
            return false;
        }
        match self.model.columns.has_chains() {
            true => contact.residues.0.chain == contact.residues.1.chain,
            false => seen
                .and_then(|seen| seen.within)
                .is_none_or(|within| within < near),
        }
    }

    /// A pair as the format has it; none where a residue is not there.
    fn pairs(&self, contact: &Contact, verdict: Option<Verdict>) -> Vec<HandedPair> {
        let is_with_itself = self.format.is_of_docking() && !self.model.columns.has_chains();
        if is_with_itself {
            return self.with_itself(contact, verdict);
        }
        let spots = match self.placed {
            Some(_) => self.on_the_structure(contact, verdict),
            None => {
                let (i, j) = contact.sites;
                self.of_target(i, contact.residues.0)
                    .zip(self.of_target(j, contact.residues.1))
            }
        };
        let pair = spots.map(|(one, other)| handed(contact, verdict, one, vec![other]));
        pair.into_iter().collect()
    }

    /// Between copies of one protein: the first residue of one to the second of the others; in HADDOCK's also the second to the first, which
    /// holds as well where all copies lie to each other in one way.
    fn with_itself(&self, contact: &Contact, verdict: Option<Verdict>) -> Vec<HandedPair> {
        let (i, j) = contact.sites;
        let spots = match self.placed {
            Some(_) => self
                .at(i)
                .zip(self.at(j))
                .map(|(a, b)| (self.spot_at(a), self.spot_at(b))),
            None => self
                .of_target(i, contact.residues.0)
                .zip(self.of_target(j, contact.residues.1)),
        };
        let Some((one, other)) = spots else {
            return Vec::new();
        };
        let in_chain = |spot: &Spot, chain: &str| Spot {
            chain: Some(chain.to_owned()),
            ..spot.clone()
        };
        if self.format == FormatChoice::Chai {
            let (one, other) = (in_chain(&one, "A"), in_chain(&other, "B"));
            return vec![handed(contact, verdict, one, vec![other])];
        }
        let from = |one: &Spot, other: &Spot| {
            let others = self.copies[1..].iter().map(|chain| in_chain(other, chain));
            let one = in_chain(one, &self.copies[0]);
            handed(contact, verdict, one, others.collect())
        };
        vec![from(&one, &other), from(&other, &one)]
    }

    /// A residue of the target as the format counts it.
    fn of_target(&self, site: usize, residue: position::Residue) -> Option<Spot> {
        let letter = self.model.columns.letter(site);
        let mut spot = Spot {
            chain: residue.chain.map(|chain| chain.to_string()),
            number: i64::try_from(residue.position.get()).ok()?,
            insertion: None,
            letter,
            atom: match (self.model.alphabet.is_nucleic(), letter) {
                (true, _) => "C1'",
                (false, b'G' | b'-') => "CA",
                (false, _) => "CB",
            },
        };
        if self.format.is_on_a_structure() {
            return Some(spot);
        }
        let target = self.target?;
        let place = target.place(residue)?;
        let number = match self.format {
            FormatChoice::Rosetta => target.running_number(place),
            _ => place.number,
        };
        spot.number = i64::try_from(number).ok()?;
        if self.format == FormatChoice::Chai {
            let name = (b'A'..=b'Z').nth(place.chain)?;
            spot.chain = Some(char::from(name).to_string());
        }
        Some(spot)
    }

    /// The residue of a site in the structure.
    fn at(&self, site: usize) -> Option<At> {
        let (_, placements) = self.placed?;
        let of = placements.iter().find(|one| one.sites.contains(&site))?;
        let residue = of.placed.residues[site - of.sites.start]?;
        Some((of.placed.chain, residue))
    }

    /// The two residues in the structure. Those that touch between chains only are drawn where they are nearest.
    fn on_the_structure(
        &self,
        contact: &Contact,
        verdict: Option<Verdict>,
    ) -> Option<(Spot, Spot)> {
        let (i, j) = contact.sites;
        let mut best = (self.at(i)?, self.at(j)?);
        if verdict == Some(Verdict::Between)
            && let Some(nearer) = self.nearest_copies(i, j, best)
        {
            best = nearer;
        }
        Some((self.spot_at(best.0), self.spot_at(best.1)))
    }

    /// Of all copies in the file the residues that are nearer than `than`.
    fn nearest_copies(&self, i: usize, j: usize, than: (At, At)) -> Option<(At, At)> {
        let (structure, placements) = self.placed?;
        let apart = |(a, b): (At, At)| {
            let place =
                |(chain, residue): At| structure.chains[chain].residues[residue].side_chain();
            Some(distance(place(a)?, place(b)?))
        };
        let on_copies = |site: usize| -> Vec<At> {
            let of = placements.iter().find(|one| one.sites.contains(&site));
            let copies = of.into_iter().flat_map(|one| {
                let place = site - one.sites.start;
                one.copies
                    .iter()
                    .filter_map(move |copy| Some((copy.chain, copy.residues[place]?)))
            });
            copies.collect()
        };
        let mut least = apart(than)?;
        let mut best = None;
        for a in on_copies(i) {
            for b in on_copies(j).into_iter().filter(|b| b.0 != a.0) {
                if let Some(found) = apart((a, b)).filter(|found| *found < least) {
                    least = found;
                    best = Some((a, b));
                }
            }
        }
        best
    }

    /// A residue of the structure, as it names it. Panics without one.
    fn spot_at(&self, (chain, residue): At) -> Spot {
        let structure = self.placed.expect("a structure").0;
        let (chain, residue) = (
            &structure.chains[chain],
            &structure.chains[chain].residues[residue],
        );
        let has_beta = residue.name != "GLY" && residue.place("CB").is_some();
        Spot {
            chain: Some(chain.name.clone()),
            number: residue.number,
            insertion: residue.insertion,
            letter: residue.letter,
            atom: match (has_beta, residue.place("CA").is_some()) {
                (true, _) => "CB",
                (false, true) => "CA",
                (false, false) => "C1'",
            },
        }
    }

    /// Refuses chains of the structure whose names are no words in the languages of other programs.
    fn check_names(&self) -> Result<()> {
        let Some((structure, placements)) = self.placed else {
            return Ok(());
        };
        let copies = placements.iter().flat_map(|one| &one.copies);
        let is_word = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        for copy in copies {
            let name = &structure.chains[copy.chain].name;
            if !is_word(name) {
                return Err(Error::input(
                    Place::file(&structure.file),
                    format!(
                        "chain '{}' has a name of other signs than letters and digits, which other programs do not read in a selection",
                        in_a_line(&shortened(name))
                    ),
                    "rename the chain in the file, or choose another --format",
                ));
            }
        }
        Ok(())
    }

    /// What the file is and how it was made.
    fn head(
        &self,
        args: &ContactsArgs,
        ranking: Ranking,
        listed: usize,
        touching: usize,
        without: usize,
    ) -> Vec<String> {
        let of = |text: &str| in_a_line(&shortened(text)).into_owned();
        let target = self.model.target.as_deref().map(of);
        let mut head = vec![
            format!(
                "Pairs of potts contacts: the first {listed} of {}, of the target {}, ranked by {}.",
                of(&args.input.display().to_string()),
                target.unwrap_or_else(|| "(without a name)".into()),
                word(ranking.score)
            ),
            self.numbers(),
        ];
        if touching > 0 && self.model.columns.has_chains() {
            head.push(format!("Left out: {touching} pairs within a chain."));
        } else if touching > 0 {
            head.push(format!(
                "Left out: {touching} pairs that are less than {:.1} angstrom apart within the chain, or have no coordinates. The others are taken for pairs between copies; wrong ones are among them.",
                NEAR * args.structures.cutoff
            ));
        }
        if without > 0 {
            head.push(format!(
                "Left out: {without} pairs with a residue that is not there."
            ));
        }
        head
    }

    /// How residues are counted, in words.
    fn numbers(&self) -> String {
        if let Some((structure, placements)) = self.placed {
            let file = in_a_line(&shortened(&structure.file)).into_owned();
            let chains: Vec<String> = placements.iter().map(Placement::in_words).collect();
            return format!(
                "Residues are numbered as in {file}, {}.",
                chains.join(" and ")
            );
        }
        if self.format.is_on_a_structure() {
            return "Residues are numbered by the positions of the target: no structure was given."
                .into();
        }
        let chains = self.target.map_or(&[][..], TargetChains::chains);
        let begin: Vec<String> = chains
            .iter()
            .filter_map(|chain| chain.beginning())
            .collect();
        let through = match (self.format, chains.len()) {
            (FormatChoice::Rosetta, 2..) => ", on from chain to chain",
            _ => "",
        };
        let begin = match begin.is_empty() {
            true => String::new(),
            false => format!(": {}", begin.join(", ")),
        };
        format!("Residues are numbered from 1 along the target's sequence{through}{begin}.")
    }
}

fn handed(contact: &Contact, verdict: Option<Verdict>, one: Spot, others: Vec<Spot>) -> HandedPair {
    let (i, j) = contact.residues;
    HandedPair {
        rank: contact.rank,
        of_target: format!("{i} and {j}"),
        probability: contact.probability,
        verdict,
        one,
        others,
    }
}
