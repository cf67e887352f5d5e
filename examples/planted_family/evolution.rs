//! Evolution along a random tree.

use super::amino_acids::Q;
use super::dice::Dice;
use super::fold::Kind;
use super::model::PlantedModel;
use super::{ROWS, SITES};

/// A member of the family: its residues, the sites it has lost, its branch.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) residues: Vec<usize>,
    pub(super) lost: Vec<bool>,
    pub(super) clade: usize,
}

/// The tree below the root, level by level (clade, sub-clade, group, sequence): most
/// children of a node, and mean length of the branch to a child, in redraws per site.
/// The last level makes the near-duplicates.
const LEVELS: [(usize, f64); 4] = [(1, 5.0), (10, 3.0), (20, 2.0), (4, 0.16)];

/// Close relatives evolved from the target itself.
const TARGET_KIN: usize = 40;

/// Evolves the whole family; the target comes first.
pub(super) fn evolve_family(model: &PlantedModel, dice: &mut Dice) -> Vec<Member> {
    let mut root = Member {
        residues: (0..SITES).map(|_| dice.below(Q)).collect(),
        lost: vec![false; SITES],
        clade: 1,
    };
    // 200 redraws per site, from random letters, forget the start.
    model.gibbs(&mut root.residues, 200 * SITES, 1.0, dice);
    let mut family = Vec::new();
    let target = evolve_target(model, &root, dice);
    family.push(target.clone());
    for _ in 0..TARGET_KIN {
        family.push(descendant(model, &target, 0.6, dice));
    }
    let mut clade = 1;
    while family.len() < ROWS {
        clade += 1;
        grow(
            model,
            &Member {
                clade,
                ..root.clone()
            },
            0,
            &mut family,
            dice,
        );
    }
    family.truncate(ROWS);
    family
}

/// The target: a descendant of the root cooled a little (one redraw per site at
/// inverse temperature 1.3), as natural proteins are better than a random draw.
fn evolve_target(model: &PlantedModel, root: &Member, dice: &mut Dice) -> Member {
    let mut target = root.clone();
    model.gibbs(&mut target.residues, SITES, 1.3, dice);
    target
}

/// Adds the sequences below `node`, which sits at `level` of the tree.
fn grow(
    model: &PlantedModel,
    node: &Member,
    level: usize,
    family: &mut Vec<Member>,
    dice: &mut Dice,
) {
    let Some(&(most_children, length)) = LEVELS.get(level) else {
        family.push(node.clone());
        return;
    };
    for _ in 0..1 + dice.below(most_children) {
        let child = descendant(model, node, length, dice);
        grow(model, &child, level + 1, family, dice);
    }
}

/// Evolves along one branch, of a length between 0 and twice the mean.
fn descendant(model: &PlantedModel, parent: &Member, mean_length: f64, dice: &mut Dice) -> Member {
    let mut child = parent.clone();
    let length = 2.0 * mean_length * dice.uniform();
    let updates = (length * SITES as f64) as usize;
    model.gibbs(&mut child.residues, updates, 1.0, dice);
    if dice.chance(DELETION_RATE * length) {
        delete_run(model, &mut child.lost, dice);
    }
    child
}

/// Deletions per branch of one redraw per site; descendants inherit them.
const DELETION_RATE: f64 = 0.10;

/// Loses a run of one to four neighbouring loop sites.
fn delete_run(model: &PlantedModel, lost: &mut [bool], dice: &mut Dice) {
    let start = dice.below(SITES);
    let longest = 1 + dice.below(4);
    let run = (start..SITES).take(longest);
    for site in run.take_while(|&site| model.kinds[site] == Kind::Loop) {
        lost[site] = true;
    }
}
