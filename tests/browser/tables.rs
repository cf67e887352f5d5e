//! Tables of a page: sorted, filtered, shown, saved; and the list of many families.

use crate::chrome::Chrome;
use crate::made::{Made, assert_quiet, cells, column, opened};
use crate::page::{Options, Page};
use serde_json::json;
use std::fs;

/// The rows that a table shows, as text.
fn shown(page: &Page<'_>, table: &str) -> Vec<Vec<String>> {
    let script = format!(
        "[...document.querySelectorAll('#table-{table} tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    );
    serde_json::from_value(page.eval(&script).unwrap()).unwrap()
}

/// What a table says of how many rows it shows.
fn count(page: &Page<'_>, table: &str) -> String {
    let script = format!("document.querySelector('#table-{table} .count').textContent");
    page.eval(&script).unwrap().as_str().unwrap().to_owned()
}

/// The shown values of a column, without the sign of sorting.
fn values(page: &Page<'_>, table: &str, name: &str) -> Vec<String> {
    let rows = shown(page, table);
    let at = rows[0]
        .iter()
        .position(|own| own.trim_end_matches([' ', '▲', '▼']) == name)
        .unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn numbers(page: &Page<'_>, table: &str, name: &str) -> Vec<f64> {
    values(page, table, name)
        .iter()
        .map(|value| value.parse().unwrap())
        .collect()
}

/// The selector of the head of a column; the page's own places count from 1.
fn head(page: &Page<'_>, table: &str, name: &str) -> String {
    let rows = shown(page, table);
    let at = rows[0]
        .iter()
        .position(|own| own.trim_end_matches([' ', '▲', '▼']) == name)
        .unwrap();
    format!("#table-{table} th:nth-child({}) button", at + 1)
}

/// Types into the box of a table, in place of what stands there.
fn fill(page: &Page<'_>, selector: &str, text: &str) {
    page.click(selector).unwrap();
    page.key("Control+a").unwrap();
    page.key("Delete").unwrap();
    page.type_text(text).unwrap();
}

const FILTER: &str = "#table-contacts input[type=search]";

#[test]
fn a_table_sorts_by_clicks_and_by_the_keyboard() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let sorted = |name: &str| {
        let button = head(&page, "contacts", name);
        let script =
            format!("document.querySelector('{button}').closest('th').getAttribute('aria-sort')");
        page.eval(&script).unwrap()
    };
    assert_eq!(sorted("cn"), json!(null));
    page.click(&head(&page, "contacts", "cn")).unwrap();
    assert_eq!(sorted("cn"), json!("descending"));
    let falling = numbers(&page, "contacts", "cn");
    assert!(
        falling.len() >= 20 && falling.is_sorted_by(|a, b| a >= b),
        "{falling:?}"
    );
    // The head keeps the focus, so that the next key turns the order round.
    page.key("Enter").unwrap();
    assert_eq!(sorted("cn"), json!("ascending"));
    let rising = numbers(&page, "contacts", "cn");
    assert!(rising.is_sorted() && rising[0] < falling[19], "{rising:?}");
    page.eval(&format!(
        "document.querySelector('{}').focus()",
        head(&page, "contacts", "i")
    ))
    .unwrap();
    page.key("Enter").unwrap();
    assert_eq!(
        (sorted("i"), sorted("cn")),
        (json!("ascending"), json!(null))
    );
    assert!(numbers(&page, "contacts", "i").is_sorted());
    // Where there is no value, a row stands last in both orders.
    let verdict = head(&page, "contacts", "verdict");
    for _ in 0..2 {
        page.click(&verdict).unwrap();
        assert!(
            values(&page, "contacts", "verdict")
                .iter()
                .all(|value| !value.is_empty())
        );
    }
    assert_quiet(&page);
}

#[test]
fn residues_of_a_complex_sort_by_chain_and_number() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::complex();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    page.click(&head(&page, "positions", "position")).unwrap();
    let first: Vec<String> = (1..=15).map(|n| format!("A:{n}")).collect();
    assert_eq!(values(&page, "positions", "position")[..15], first);
    fill(&page, FILTER, "B:12");
    let rows = values(&page, "contacts", "i")
        .into_iter()
        .zip(values(&page, "contacts", "j"));
    let rows: Vec<(String, String)> = rows.collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|(i, j)| i == "B:12" || j == "B:12"),
        "{rows:?}"
    );
    // A number alone is that of both chains.
    fill(&page, FILTER, "12");
    page.click("#table-contacts > button").unwrap();
    let ends = [
        values(&page, "contacts", "i"),
        values(&page, "contacts", "j"),
    ]
    .concat();
    assert!(
        ends.contains(&"A:12".to_owned()) && ends.contains(&"B:12".to_owned()),
        "{ends:?}"
    );
    assert_quiet(&page);
}

#[test]
fn a_filter_keeps_the_rows_that_were_asked_for() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let table = cells(&made.works("contacts m.h5 --structure planted.pdb --top 760"));
    let (i, j) = (column(&table, "i"), column(&table, "j"));
    let with_68 = table
        .iter()
        .skip(1)
        .filter(|row| row[i] == "68" || row[j] == "68")
        .count();
    fill(&page, FILTER, "68");
    let ends = values(&page, "contacts", "i")
        .into_iter()
        .zip(values(&page, "contacts", "j"));
    let ends: Vec<(String, String)> = ends.collect();
    assert!(ends.iter().all(|(i, j)| i == "68" || j == "68"), "{ends:?}");
    let shown_now = ends.len().min(20);
    assert_eq!(
        count(&page, "contacts"),
        format!("{shown_now} of {with_68} rows, of 760 in all")
    );
    fill(&page, FILTER, "67-69, 30");
    let ends = values(&page, "contacts", "i")
        .into_iter()
        .zip(values(&page, "contacts", "j"));
    let is_asked = |end: &String| ["67", "68", "69", "30"].contains(&end.as_str());
    assert!(ends.into_iter().all(|(i, j)| is_asked(&i) || is_asked(&j)));
    fill(&page, FILTER, "neither");
    assert!(
        values(&page, "contacts", "verdict")
            .iter()
            .all(|word| word == "neither")
    );
    fill(&page, FILTER, "no such thing");
    assert_eq!(count(&page, "contacts"), "0 of 0 rows, of 760 in all");
    // Names of mutants alone tell where they are.
    let mutant = values(&page, "order", "mutant")[3].clone();
    let position = &mutant[1..mutant.len() - 1];
    fill(&page, "#table-order input[type=search]", position);
    let kept = values(&page, "order", "mutant");
    let is_there = |part: &str| &part[1..part.len() - 1] == position;
    assert!(kept.contains(&mutant) && kept.len() < 20, "{kept:?}");
    assert!(
        kept.iter().all(|name| name.split(':').any(is_there)),
        "{kept:?}"
    );
    fill(&page, "#table-mutants input[type=search]", "A24V");
    assert_eq!(values(&page, "mutants", "mutant"), ["A24V"]);
    fill(&page, "#table-mutants input[type=search]", "9999");
    assert_eq!(count(&page, "mutants"), "0 of 0 rows, of 1444 in all");
    assert_quiet(&page);
}

#[test]
fn positions_are_left_out_of_the_mutants() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    let left_out = "#table-mutants input:not([type=search])";
    let first = values(&page, "mutants", "mutant");
    assert!(numbers(&page, "mutants", "effect_score").is_sorted_by(|a, b| a >= b));
    let position = first[0][1..first[0].len() - 1].to_owned();
    fill(&page, left_out, &format!("{position}, 60-70"));
    assert_eq!(
        count(&page, "mutants"),
        format!("20 of {} rows, of 1444 in all", 1444 - 12 * 19)
    );
    let number = |mutant: &String| mutant[1..mutant.len() - 1].parse::<u64>().unwrap();
    let left = values(&page, "mutants", "mutant");
    let gone: u64 = position.parse().unwrap();
    assert!(
        !(60..=70).contains(&gone),
        "the list of this test needs another range"
    );
    assert!(
        left.iter()
            .map(number)
            .all(|n| n != gone && !(60..=70).contains(&n)),
        "{left:?}"
    );
    fill(&page, left_out, "");
    assert_eq!(values(&page, "mutants", "mutant"), first);
}

#[test]
fn more_rows_and_columns_are_shown_on_request() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    assert_eq!(shown(&page, "contacts").len(), 21);
    page.click("#table-contacts > button").unwrap();
    assert_eq!(shown(&page, "contacts").len(), 81);
    assert_eq!(count(&page, "contacts"), "80 of 760 rows");
    for _ in 0..2 {
        page.click("#table-contacts > button").unwrap();
    }
    assert_eq!(shown(&page, "contacts").len(), 761);
    assert_eq!(
        page.eval("document.querySelector('#table-contacts > button').hidden")
            .unwrap(),
        json!(true)
    );
    let few = shown(&page, "mutants")[0].len();
    let wider = "#table-mutants .bar > button";
    page.click(wider).unwrap();
    assert_eq!(shown(&page, "mutants")[0].len(), 10);
    page.click(wider).unwrap();
    assert_eq!(shown(&page, "mutants")[0].len(), few);
}

/// Presses a button of a table's bar by its words.
fn press(page: &Page<'_>, table: &str, words: &str) {
    let script = format!(
        "[...document.querySelectorAll('#table-{table} .bar button')].findIndex(button => button.textContent === '{words}')"
    );
    page.eval(&format!(
        "document.querySelectorAll('#table-{table} .bar button')[{script}].id = 'pressed'"
    ))
    .unwrap();
    page.click("#pressed").unwrap();
    page.eval("document.getElementById('pressed').removeAttribute('id')")
        .unwrap();
}

#[test]
fn what_is_saved_are_the_tables_of_the_program() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::planted();
    let page = opened(&chrome, &made.path("page.html"), &Options::default());
    press(&page, "contacts", "Download CSV");
    let saved = page.download().unwrap();
    assert_eq!(saved.name, "contacts.csv");
    made.works("contacts m.h5 --structure planted.pdb --top 760 -o contacts.csv -q");
    assert_eq!(
        fs::read_to_string(saved.path).unwrap(),
        made.read("contacts.csv")
    );
    // Of the mutants what is left of them, in the order in which they stand.
    fill(&page, "#table-mutants input[type=search]", "24");
    page.click(&head(&page, "mutants", "mutant")).unwrap();
    press(&page, "mutants", "Download CSV");
    let saved = page.download().unwrap();
    assert_eq!(saved.name, "mutants.csv");
    let rows = fs::read_to_string(saved.path).unwrap();
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    let singles = cells(&made.works("score-mutants m.h5 --all-single"));
    let names = ["mutant", "effect_score", "potts_score", "independent_score"];
    let of_24 = singles.iter().filter(|row| row[0][1..].starts_with("24"));
    let expected: Vec<Vec<&str>> = of_24
        .map(|row| {
            names
                .map(|name| row[column(&singles, name)].as_str())
                .to_vec()
        })
        .collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(expected) {
        let row: Vec<&str> = row.split(',').collect();
        assert_eq!([row[0], row[2], row[3], row[4]], expected[..]);
    }
    press(&page, "contacts", "Copy");
    page.wait_for("[...document.querySelectorAll('#table-contacts .bar button')].some(button => button.textContent === 'Copied')").unwrap();
    assert_quiet(&page);
}

#[test]
fn the_list_of_families_sorts_and_leads_to_their_pages() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    let made = Made::batch();
    let page = opened(&chrome, &made.path("pages/index.html"), &Options::default());
    assert_quiet(&page);
    assert_eq!(shown(&page, "families").len(), 5);
    page.click(&head(&page, "families", "sites")).unwrap();
    let sites = values(&page, "families", "sites");
    assert_eq!(
        sites,
        ["60", "50", "40", ""],
        "the one without a page stands last"
    );
    page.key("Enter").unwrap();
    assert_eq!(values(&page, "families", "sites"), ["40", "50", "60", ""]);
    page.click(&head(&page, "families", "page")).unwrap();
    let pages = values(&page, "families", "page");
    assert_eq!(
        pages
            .iter()
            .filter(|name| ["first", "third", "bad"].contains(&name.as_str()))
            .count(),
        3,
        "{pages:?}"
    );
    let links = page
        .eval("[...document.querySelectorAll('#table-families td a')].map(link => link.href)")
        .unwrap();
    let links = links.as_array().unwrap().clone();
    assert_eq!(links.len(), 3);
    for link in links {
        page.call("Page.navigate", json!({"url": link})).unwrap();
        page.wait_for("document.documentElement?.dataset.ready === '1' && document.querySelector('#figure-contacts')").unwrap();
        page.eval("void setTimeout(() => history.back())").unwrap();
        page.wait_for("document.querySelector('#table-families td a')")
            .unwrap();
    }
}

#[test]
fn twenty_thousand_rows_sort_at_once() {
    let Some(chrome) = Chrome::start() else {
        return;
    };
    // A page with its table of pairs grown: the same rows again and again, so that all values are of this program.
    let made = Made::complex();
    let html = made.read("page.html");
    let begin = html.find("\"contacts\":{").unwrap();
    let rows = begin + html[begin..].find("\"rows\":[").unwrap() + "\"rows\":[".len();
    let end = rows
        + html[rows..]
            .find("]]")
            .or(html[rows..].find("]\n]"))
            .unwrap()
        + 1;
    let more = vec![&html[rows..end]; 20_000 / 760 + 1].join(",");
    made.write(
        "grown.html",
        format!("{}{more}{}", &html[..rows], &html[end..]),
    );
    let page = opened(&chrome, &made.path("grown.html"), &Options::default());
    assert!(
        count(&page, "contacts").ends_with("of 20520 rows"),
        "{}",
        count(&page, "contacts")
    );
    let button = head(&page, "contacts", "i");
    let script = format!(
        "(() => {{ const begun = performance.now(); document.querySelector('{button}').click(); return performance.now() - begun; }})()"
    );
    let took = page.eval(&script).unwrap().as_f64().unwrap();
    // A tenth of a second or so on a free machine.
    assert!(took < 2000.0, "{took} ms");
    assert!(values(&page, "contacts", "i").iter().all(|i| i == "A:1"));
}
