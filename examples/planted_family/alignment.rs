//! The alignment as a database would show it.

use super::amino_acids::{LETTERS, LOG_BACKGROUND, LOOP};
use super::dice::Dice;
use super::evolution::Member;
use super::{ROWS, SITES, TARGET_START};

/// Alignment letters on one line of the file.
const LINE_WIDTH: usize = 80;

/// Insert columns: (site before them, how many).
pub(super) const INSERTS: [(usize, usize); 3] = [(20, 2), (37, 1), (56, 3)];
/// Chance that a row has residues in an insert.
const INSERT_CHANCE: f64 = 0.12;
/// The target's own inserted residues: one in the first insert, one in the last.
pub(super) const TARGET_INSERTS: [&str; 3] = ["g.", ".", "s.."];
/// Chance that a row has lost sites at one end, and the most it loses.
const END_GAP_CHANCE: f64 = 0.2;
const END_GAP_MOST: usize = 7;
/// Chance that a row is a fragment of fewer than half the sites.
const FRAGMENT_CHANCE: f64 = 0.015;
/// One row in so many has an ambiguous letter (a fixed count, not a chance).
const AMBIGUOUS_EVERY: usize = 200;

/// All rows in A2M format.
pub(super) fn write_alignment(family: &[Member], dice: &mut Dice) -> String {
    let mut entries: Vec<(String, String)> = Vec::new();
    for (index, member) in family.iter().enumerate() {
        let row = if index == 0 {
            join_row(&site_letters(member), &TARGET_INSERTS.map(String::from))
        } else {
            observe(member, index, dice)
        };
        entries.push((row_name(index, member, &row, dice), row));
    }
    // Real alignments list a protein twice now and then; here the last row is such a copy.
    entries[ROWS - 1] = entries[ROWS / 3].clone();
    let mut text = String::new();
    for (name, row) in &entries {
        write_row(&mut text, name, row);
    }
    text
}

/// Letters at the modelled sites, `-` where lost.
fn site_letters(member: &Member) -> Vec<u8> {
    let letter = |(&residue, &lost): (&usize, &bool)| if lost { b'-' } else { LETTERS[residue] };
    member
        .residues
        .iter()
        .zip(&member.lost)
        .map(letter)
        .collect()
}

/// A member as a database would show it: cut ends, fragments, ambiguous letters, inserts.
fn observe(member: &Member, index: usize, dice: &mut Dice) -> String {
    let mut letters = site_letters(member);
    if index % AMBIGUOUS_EVERY == AMBIGUOUS_EVERY / 2 {
        blur_letter(&mut letters, dice);
    } else if dice.chance(FRAGMENT_CHANCE) {
        keep_fragment(&mut letters, dice);
    } else {
        cut_ends(&mut letters, dice);
    }
    let inserts = INSERTS.map(|(after, width)| {
        let present = letters[after] != b'-' && letters[after + 1] != b'-';
        insert_letters(width, present, dice)
    });
    join_row(&letters, &inserts)
}

/// Replaces one residue by an ambiguous (B, X, Z) or rare (U) letter.
fn blur_letter(letters: &mut [u8], dice: &mut Dice) {
    let residues: Vec<usize> = (0..SITES).filter(|&site| letters[site] != b'-').collect();
    letters[residues[dice.below(residues.len())]] = b"BXZU"[dice.below(4)];
}

/// Keeps a stretch of a quarter to just under half of the sites.
fn keep_fragment(letters: &mut [u8], dice: &mut Dice) {
    let kept = SITES / 4 + dice.below(SITES / 4);
    let first = dice.below(SITES - kept + 1);
    letters[..first].fill(b'-');
    letters[first + kept..].fill(b'-');
}

/// Loses a few sites at either end.
fn cut_ends(letters: &mut [u8], dice: &mut Dice) {
    if dice.chance(END_GAP_CHANCE) {
        letters[..1 + dice.below(END_GAP_MOST)].fill(b'-');
    }
    if dice.chance(END_GAP_CHANCE) {
        letters[SITES - 1 - dice.below(END_GAP_MOST)..].fill(b'-');
    }
}

/// Contents of one insert: lower-case residues, then dots up to its width. Inserted
/// residues follow the loop preferences.
fn insert_letters(width: usize, present: bool, dice: &mut Dice) -> String {
    let filled = if present && dice.chance(INSERT_CHANCE) {
        1 + dice.below(width)
    } else {
        0
    };
    let mut scores = LOG_BACKGROUND;
    scores
        .iter_mut()
        .zip(LOOP)
        .for_each(|(score, bonus)| *score += bonus);
    let mut text = String::new();
    for place in 0..width {
        let letter = LETTERS[dice.boltzmann(&scores)].to_ascii_lowercase();
        text.push(if place < filled {
            char::from(letter)
        } else {
            '.'
        });
    }
    text
}

/// Puts the inserts between the modelled sites.
fn join_row(letters: &[u8], inserts: &[String; 3]) -> String {
    let mut row = String::new();
    for (site, &letter) in letters.iter().enumerate() {
        row.push(char::from(letter));
        if let Some(which) = INSERTS.iter().position(|&(after, _)| after == site) {
            row.push_str(&inserts[which]);
        }
    }
    row
}

/// `PLT0001_C02/3-78`: running number, clade, and the part of the protein shown.
fn row_name(index: usize, member: &Member, row: &str, dice: &mut Dice) -> String {
    let residues = row.bytes().filter(u8::is_ascii_alphabetic).count();
    if index == 0 {
        return format!("PLANT_DEMO/{TARGET_START}-{}", TARGET_START + residues - 1);
    }
    let start = 1 + dice.below(60);
    let clade = member.clade;
    format!("PLT{index:04}_C{clade:02}/{start}-{}", start + residues - 1)
}

/// One entry, wrapped.
fn write_row(text: &mut String, name: &str, row: &str) {
    text.push('>');
    text.push_str(name);
    text.push('\n');
    let mut rest = row;
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(LINE_WIDTH));
        text.push_str(line);
        text.push('\n');
        rest = later;
    }
}
