//! Drawings of a page: what they say under the pointer and to the keyboard, and how a map is looked at closely.

use crate::chrome::Chrome;
use crate::made::{Made, assert_quiet, cells, column, opened};
use crate::page::{Options, Page};
use serde_json::json;

/// Where a fraction of a panel lies in its drawing, as fractions of the drawing's box.
fn in_drawing(page: &Page<'_>, figure: &str, panel: usize, (fx, fy): (f64, f64)) -> (f64, f64) {
    let script = format!(
        "(() => {{ const p = JSON.parse(document.getElementById('data').textContent).panels['{figure}'][{panel}];
        const box = document.getElementById('figure-{figure}').viewBox.baseVal;
        return [(p.x + {fx} * p.w - box.x) / box.width, (p.y + {fy} * p.h - box.y) / box.height]; }})()"
    );
    let at = page.eval(&script).unwrap();
    (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())
}

fn hover(page: &Page<'_>, figure: &str, panel: usize, share: (f64, f64)) {
    let (x, y) = in_drawing(page, figure, panel, share);
    page.hover(&format!("#figure-{figure}"), x, y).unwrap();
}

/// The lines of the tip; none where it is hidden.
fn tip(page: &Page<'_>) -> Vec<String> {
    let script =
        "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent";
    let text = page.eval(script).unwrap();
    text.as_str().unwrap().lines().map(str::to_owned).collect()
}

/// How many positions a page has, and the place of one among them.
fn place(page: &Page<'_>, label: &str) -> (f64, f64) {
    let script = format!(
        "(() => {{ const labels = JSON.parse(document.getElementById('data').textContent).target.labels;
        return [labels.length, labels.indexOf({})]; }})()",
        json!(label)
    );
    let found = page.eval(&script).unwrap();
    assert!(found[1].as_f64().unwrap() >= 0.0, "no position {label}");
    (found[0].as_f64().unwrap(), found[1].as_f64().unwrap())
}

/// The middle of the cell of two positions in the contact map.
fn cell(page: &Page<'_>, i: &str, j: &str) -> (f64, f64) {
    let (n, i) = place(page, i);
    let (_, j) = place(page, j);
    ((i + 0.5) / n, 1.0 - (j + 0.5) / n)
}

/// Whether a mark of a class lies under a place of a drawing.
fn is_marked(page: &Page<'_>, figure: &str, share: (f64, f64), class: &str) -> bool {
    let (x, y) = in_drawing(page, figure, 0, share);
    let script = format!(
        "(() => {{ const box = document.getElementById('figure-{figure}').getBoundingClientRect();
        return document.elementsFromPoint(box.x + {x} * box.width, box.y + {y} * box.height).some(e => e.classList.contains('{class}')); }})()"
    );
    page.eval(&script).unwrap() == true
}

#[test]
fn the_map_tells_of_a_pair_what_the_table_of_contacts_does() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let table = cells(&made.works("contacts m.h5 --structure planted.pdb --top 200"));
    let of = |row: usize, name: &str| table[row][column(&table, name)].clone();
    for (row, class) in [(1, "blue"), (2, "blue"), (40, ""), (100, "")] {
        let (i, j) = (of(row, "i"), of(row, "j"));
        let at = cell(&page, &i, &j);
        hover(&page, "contacts", 0, at);
        let lines = tip(&page);
        assert_eq!(
            lines[0],
            format!("{}{i} – {}{j}", of(row, "A_i"), of(row, "A_j"))
        );
        for name in ["rank", "probability", "cn", "z", "distance", "verdict"] {
            let expected = format!("{name} {}", of(row, name));
            assert!(lines.contains(&expected), "{expected}: {lines:?}");
        }
        assert!(
            class.is_empty() || is_marked(&page, "contacts", at, class),
            "{i} {j}"
        );
        // The mirrored cell is the same pair.
        hover(&page, "contacts", 0, cell(&page, &j, &i));
        assert_eq!(tip(&page), lines);
    }
    page.hover_nothing().unwrap();
    assert_eq!(tip(&page), Vec::<String>::new());
    assert_quiet(&page);
}

#[test]
fn the_map_tells_how_far_residues_are_apart_in_the_structure() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let table =
        cells(&made.works("contacts m.h5 --structure planted.pdb --top all --min-separation 1"));
    let of = |row: &[String], name: &str| row[column(&table, name)].clone();
    for verdict in ["within", "between"] {
        let row = table
            .iter()
            .skip(1)
            .find(|row| of(row, "verdict") == verdict)
            .unwrap();
        // Below the diagonal, where the structure's squares are.
        let at = cell(&page, &of(row, "j"), &of(row, "i"));
        hover(&page, "contacts", 0, at);
        let said = tip(&page).join("\n");
        let distance: f64 = of(row, &format!("distance_{verdict}")).parse().unwrap();
        let told = said
            .lines()
            .find_map(|line| line.split_once(" Å in the structure"))
            .unwrap();
        assert!(
            (told.0.parse::<f64>().unwrap() - distance).abs() <= 0.0051,
            "{said}"
        );
        assert_eq!(
            told.1.contains("between copies"),
            verdict == "between",
            "{said}"
        );
    }
    // 45 and 46 of the target are there, but not modelled or not ranked: that is said, too.
    hover(&page, "contacts", 0, cell(&page, "24", "25"));
    assert!(tip(&page)[1].contains("not among"), "{:?}", tip(&page));
    hover(&page, "contacts", 0, cell(&page, "24", "24"));
    assert_eq!(tip(&page), ["A24"]);
}

#[test]
fn the_map_of_mutants_tells_what_their_table_does() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let table = cells(&made.works("score-mutants m.h5 --all-single"));
    let scores = [
        "effect_score",
        "potts_score",
        "independent_score",
        "confidence",
        "seen",
        "coverage",
    ];
    let order = "GAVLIMCFYWPSTNQHKRED";
    for row in [1, 2, 700, 1444] {
        let name = &table[row][column(&table, "mutant")];
        let (position, residue) = name[1..].split_at(name.len() - 2);
        let (n, at) = place(&page, position);
        let line = order.find(residue).unwrap() as f64;
        hover(&page, "mutants", 0, ((at + 0.5) / n, (line + 0.5) / 20.0));
        let lines = tip(&page);
        assert_eq!(&lines[0], name);
        for column_name in scores {
            let expected = format!("{column_name} {}", table[row][column(&table, column_name)]);
            assert!(lines.contains(&expected), "{name}, {expected}: {lines:?}");
        }
    }
    let (n, at) = place(&page, "68");
    hover(&page, "mutants", 0, ((at + 0.5) / n, 0.01));
    let wild = tip(&page)[0][..1].to_owned();
    page.click_at("#figure-mutants", 0.5, 0.3).unwrap();
    let card = page.eval("[position.hidden, position.textContent, position.getBoundingClientRect().top >= 0, position.getBoundingClientRect().top < innerHeight]");
    let card = card.unwrap();
    assert_eq!(
        (&card[0], &card[2], &card[3]),
        (&json!(false), &json!(true), &json!(true)),
        "{card}, {wild}"
    );
    assert_quiet(&page);
}

#[test]
fn drawings_of_a_complex_name_chains() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::complex();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let table = cells(&made.works("contacts m.h5 --top 100"));
    let of = |row: &[String], name: &str| row[column(&table, name)].clone();
    let between =
        |row: &&Vec<String>| of(row, "i").starts_with("A:") && of(row, "j").starts_with("B:");
    let row = table.iter().skip(1).find(between).unwrap();
    let (i, j) = (of(row, "i"), of(row, "j"));
    hover(&page, "contacts", 0, cell(&page, &i, &j));
    let lines = tip(&page);
    let called = format!(
        "A:{}{} – B:{}{}",
        of(row, "A_i"),
        &i[2..],
        of(row, "A_j"),
        &j[2..]
    );
    assert_eq!(lines[..2], [called, format!("rank {}", of(row, "rank"))]);
    // There is no probability between chains: nothing is said of it.
    let probability = of(row, "probability");
    assert_eq!(
        lines.iter().any(|line| line.starts_with("probability")),
        !probability.is_empty(),
        "{lines:?}"
    );
    let singles = cells(&made.works("score-mutants m.h5 --all-single"));
    let mutant = singles
        .iter()
        .find(|row| row[0].starts_with("B:") && row[0].ends_with('W'))
        .unwrap();
    let position = format!("B:{}", &mutant[0][3..mutant[0].len() - 1]);
    let (n, at) = place(&page, &position);
    hover(&page, "mutants", 0, ((at + 0.5) / n, 9.5 / 20.0));
    let lines = tip(&page);
    assert_eq!(lines[0], mutant[0]);
    let expected = format!("potts_score {}", mutant[column(&singles, "potts_score")]);
    assert!(lines.contains(&expected), "{expected}: {lines:?}");
    assert_quiet(&page);
}

#[test]
fn arrows_walk_over_a_map_cell_by_cell() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    page.eval("document.getElementById('figure-contacts').focus()")
        .unwrap();
    page.key("ArrowRight").unwrap();
    let (n, _) = place(&page, "24");
    // Every press goes on by one position, to the end, and there stays.
    let mut seen = Vec::new();
    for _ in 0..n as usize {
        let line = tip(&page)[0].clone();
        seen.push(line);
        page.key("ArrowRight").unwrap();
    }
    seen.dedup();
    assert_eq!(seen.len(), n as usize / 2, "{seen:?}");
    assert!(
        seen.iter()
            .all(|line| line.contains("62") || line.contains("63")),
        "{seen:?}"
    );
    let cursor = "document.querySelector('#figure-contacts .cursor') !== null";
    assert_eq!(page.eval(cursor).unwrap(), json!(true));
    page.key("Escape").unwrap();
    assert_eq!(tip(&page), Vec::<String>::new());
    assert_eq!(page.eval(cursor).unwrap(), json!(false));
    page.key("ArrowUp").unwrap();
    page.key("Enter").unwrap();
    assert_eq!(page.eval("position.hidden").unwrap(), json!(false));
    assert_quiet(&page);
}

#[test]
fn arrows_reach_every_row_of_a_long_map_and_every_point_of_an_assay() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::long();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let panels = page
        .eval("JSON.parse(document.getElementById('data').textContent).panels.mutants.length")
        .unwrap();
    assert!(
        panels.as_f64().unwrap() > 1.0,
        "one row of positions holds 500"
    );
    page.eval("document.getElementById('figure-mutants').focus()")
        .unwrap();
    for _ in 0..20 * panels.as_u64().unwrap() {
        page.key("ArrowDown").unwrap();
    }
    for _ in 0..300 {
        page.key("ArrowRight").unwrap();
    }
    assert!(tip(&page)[0].contains("500"), "{:?}", tip(&page));
    drop(page);
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    page.eval("document.getElementById('figure-assay').focus()")
        .unwrap();
    let mut names = Vec::new();
    for _ in 0..20 {
        page.key("ArrowRight").unwrap();
        names.push(tip(&page)[0].clone());
    }
    names.sort();
    names.dedup();
    assert!(names.len() > 10, "{names:?}");
    assert_quiet(&page);
}

/// The box of the contact map that is seen: left, top, width and height.
fn view(page: &Page<'_>) -> [f64; 4] {
    let words = page
        .eval("document.getElementById('figure-contacts').getAttribute('viewBox')")
        .unwrap();
    let numbers: Vec<f64> = words
        .as_str()
        .unwrap()
        .split(' ')
        .map(|n| n.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

#[test]
fn a_map_is_looked_at_closely_by_buttons_keys_and_wheel() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let whole = view(&page);
    let figure = "[data-figure=contacts]";
    page.click(&format!("{figure} [aria-label='Zoom in']"))
        .unwrap();
    let closer = view(&page);
    assert!(
        (closer[2] - 0.6 * whole[2]).abs() < 1e-6 && closer[0] > 0.0,
        "{closer:?}"
    );
    page.click(&format!("{figure} [aria-label='Zoom out']"))
        .unwrap();
    assert_eq!(view(&page), whole);
    page.eval("document.getElementById('figure-contacts').focus()")
        .unwrap();
    page.key("+").unwrap();
    page.key("+").unwrap();
    assert!((view(&page)[2] - 0.36 * whole[2]).abs() < 1e-6);
    // The tip follows what is seen.
    let (n, at) = place(&page, "62");
    hover(&page, "contacts", 0, ((at + 0.5) / n, 1.0 - (at + 3.5) / n));
    assert!(
        tip(&page)[0].contains("62 – ") && tip(&page)[0].ends_with("65"),
        "{:?}",
        tip(&page)
    );
    let before = view(&page);
    page.drag("#figure-contacts", (0.5, 0.5), (0.3, 0.5))
        .unwrap();
    let after = view(&page);
    assert!(
        after[0] > before[0] && after[2] == before[2],
        "{before:?} {after:?}"
    );
    page.click(&format!("{figure} [aria-label='Show the whole map']"))
        .unwrap();
    assert_eq!(view(&page), whole);
    // The wheel alone moves the page, up and down.
    let top = || page.eval("scrollY").unwrap().as_f64().unwrap();
    page.hover("#figure-contacts", 0.5, 0.5).unwrap();
    let begun = top();
    page.wheel("#figure-contacts", (0.5, 0.5), 0.0, -120.0)
        .unwrap();
    page.wait_for(&format!("scrollY < {begun}")).unwrap();
    assert_eq!(view(&page), whole);
    page.key("Control++").unwrap();
    assert_eq!(view(&page), whole, "Control and + are the browser's");
    assert_quiet(&page);
}
