//! The box for a position: all that a page says of one residue.

use crate::chrome::Chrome;
use crate::made::{Made, assert_quiet, cells, column, opened};
use crate::page::{Options, Page};
use serde_json::json;
use std::path::Path;

/// Types a position, and gives what the card then says, its parts by tabs; `None` where there is no card.
fn look_up(page: &Page<'_>, what: &str) -> Option<String> {
    page.click("#find").unwrap();
    page.key("Control+a").unwrap();
    page.key("Delete").unwrap();
    page.type_text(what).unwrap();
    page.key("Enter").unwrap();
    let script = "position.hidden ? null : [...position.querySelectorAll('h2, dt, dd, p')].map(e => e.textContent).join('\\t')";
    page.eval(script).unwrap().as_str().map(str::to_owned)
}

/// The first partners of position 68 among the pairs of the page, as the card tells them.
fn partners_of_68(made: &Made) -> String {
    let table = cells(&made.works("contacts m.h5 --structure planted.pdb --top 760"));
    let of = |row: &[String], name: &str| row[column(&table, name)].clone();
    let own = table
        .iter()
        .skip(1)
        .filter(|row| of(row, "i") == "68" || of(row, "j") == "68");
    let told = own.take(8).map(|row| {
        let end = if of(row, "i") == "68" { "j" } else { "i" };
        let called = of(row, &format!("A_{end}")) + &of(row, end);
        let [rank, probability, verdict] =
            ["rank", "probability", "verdict"].map(|name| of(row, name));
        format!("{called} (rank {rank}, probability {probability}, {verdict})")
    });
    let told: Vec<String> = told.collect();
    assert!(!told.is_empty());
    told.join("; ")
}

/// The mutants of position 68 and their effect_score, the best first.
fn mutants_of_68(made: &Made) -> Vec<(String, String)> {
    let singles = cells(&made.works("score-mutants m.h5 --all-single"));
    let score = column(&singles, "effect_score");
    let own = singles.iter().filter(|row| row[0][1..].starts_with("68"));
    let mut own: Vec<(String, String)> = own
        .map(|row| (row[0].clone(), row[score].clone()))
        .collect();
    let number = |mutant: &(String, String)| mutant.1.parse::<f64>().unwrap();
    own.sort_by(|a, b| number(b).total_cmp(&number(a)));
    own
}

#[test]
fn a_position_is_looked_up_with_its_partners() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    assert_eq!(page.eval("position.hidden").unwrap(), json!(true));
    let card = look_up(&page, "68").unwrap();
    let partners = partners_of_68(&made);
    assert!(
        card.contains(&format!("coupled to\t{partners}")),
        "{card}\n{partners}"
    );
    let mutants = mutants_of_68(&made);
    let best: Vec<String> = mutants[..5]
        .iter()
        .map(|(name, score)| format!("{name} {score}"))
        .collect();
    assert!(
        card.contains(&format!("best by effect_score\t{}", best.join("; "))),
        "{card}\n{best:?}"
    );
    let called = mutants[0].0[..3].to_owned();
    assert!(card.starts_with(&format!("Position {called}\t")), "{card}");
    // By its name as well, in small letters too; what is not there is said.
    assert_eq!(
        look_up(&page, &format!(" {}", called.to_lowercase())),
        Some(card)
    );
    for absent in ["9999", "-1", "Z68", "1e2", "<b>"] {
        let card = look_up(&page, absent).unwrap();
        assert_eq!(
            card,
            format!("No position {absent}\tPositions go from 24 to 101.")
        );
    }
    assert_eq!(look_up(&page, ""), None);
    look_up(&page, "68").unwrap();
    page.click("#position button").unwrap();
    assert_eq!(page.eval("position.hidden").unwrap(), json!(true));
    assert_quiet(&page);
}

#[test]
fn a_position_of_a_complex_is_that_of_its_chain() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::complex();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let of_a = look_up(&page, "A:12").unwrap();
    let of_b = look_up(&page, "b:12").unwrap();
    assert!(
        of_a.starts_with("Position A:") && of_b.starts_with("Position B:"),
        "{of_a}\n{of_b}"
    );
    assert_ne!(of_a, of_b);
    // A number without a chain is that of the first which has it.
    assert_eq!(look_up(&page, "12").unwrap(), of_a);
    let called = of_b["Position ".len()..]
        .split('\t')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(look_up(&page, &called).unwrap(), of_b);
    assert!(
        look_up(&page, "B:37")
            .unwrap()
            .starts_with("No position B:37")
    );
    let mutants = of_b
        .split('\t')
        .skip_while(|part| !part.starts_with("best by"))
        .nth(1)
        .unwrap();
    assert!(
        mutants
            .split("; ")
            .all(|mutant| mutant.starts_with(&called)),
        "{mutants}"
    );
    assert_quiet(&page);
}

/// Looks up positions on a page, and holds that nothing unfinished is said of them.
fn assert_tells(chrome: &Chrome, file: &Path, known: &[&str], words: &[&str]) {
    let page = opened(chrome, file, &Options::default());
    for position in known {
        let card = look_up(&page, position).unwrap();
        assert!(card.starts_with("Position "), "{position}: {card}");
        for odd in ["undefined", "null", "NaN", "[object"] {
            assert!(!card.contains(odd), "{position}: {card}");
        }
        for word in words {
            assert!(card.contains(word), "{position}: {word}: {card}");
        }
    }
    assert_quiet(&page);
}

#[test]
fn where_there_are_no_pairs_mutants_or_probabilities_nothing_is_said_of_them() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::independent();
    let file = made.path("page.html");
    assert_tells(
        &chrome,
        &file,
        &["1", "40"],
        &["best by effect_score", "conservation"],
    );
    let made = Made::rna();
    let file = made.path("page.html");
    assert_tells(
        &chrome,
        &file,
        &["1", "8"],
        &["coupled to", "best by potts_score"],
    );
    let made = Made::untargeted();
    let file = made.path("page.html");
    assert_tells(
        &chrome,
        &file,
        &["1", "76"],
        &["coupled to", "conservation"],
    );
}
