//! Pages.

use super::support::{Bench, data, send};
use serde_json::Value;

/// The JSON of an element of a page.
fn element(page: &str, name: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{name}\">");
    let (_, rest) = page.split_once(&start).unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

/// The cells of a column, as text; numbers as they are in the page.
fn column(data: &Value, table: &str, name: &str) -> Vec<String> {
    let table = &data[table];
    let columns = table["columns"].as_array().unwrap();
    let place = columns.iter().position(|column| column["name"] == name);
    let place = place.unwrap_or_else(|| panic!("no column {name}"));
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| text(&row[place])).collect()
}

/// As numbers, where both are.
fn same(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

fn bench() -> Bench {
    let bench = Bench::planted();
    for name in ["planted.pdb", "planted_mutants.csv", "planted.a2m"] {
        std::fs::copy(data(name), bench.path(name)).unwrap();
    }
    bench
}

/// Everything that must be true of any page.
fn check_page(page: &str) -> Value {
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    for asks in ["http://", "https://", "src=", "@import", "url("] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(asks), "the page asks for {asks}");
    }
    let data = element(page, "data");
    for (name, panels) in data["panels"].as_object().unwrap() {
        assert!(page.contains(&format!("data-figure=\"{name}\"")));
        assert!(panels.is_array());
    }
    assert!(!page.contains("NaN"));
    data
}

/// Commands whose tables a page has, and columns that are compared.
const TABLES: [(&str, &str, &[&str]); 4] = [
    (
        "contacts m.h5 --top 760 --structure planted.pdb -q",
        "contacts",
        &[
            "rank",
            "i",
            "A_i",
            "j",
            "fn",
            "cn",
            "score",
            "z",
            "probability",
            "pattern",
            "distance",
            "verdict",
        ],
    ),
    (
        "score-mutants m.h5 --all-single -q",
        "mutants",
        &[
            "mutant",
            "potts_score",
            "independent_score",
            "effect_score",
            "seen",
            "coverage",
            "confidence",
        ],
    ),
    (
        "positions m.h5 -q",
        "positions",
        &[
            "position",
            "coverage",
            "conservation",
            "rate",
            "burial",
            "mean_effect",
            "tolerated",
            "coupling",
            "partners",
        ],
    ),
    (
        "design m.h5 -q",
        "order",
        &[
            "mutant",
            "effect_score",
            "potts_score",
            "epistasis",
            "percentile",
            "hit_probability",
            "why",
            "sequence",
        ],
    ),
];

/// Compares a table of the page with that of a command; returns the number of cells.
fn compare(bench: &Bench, data: &Value, (command, table, columns): (&str, &str, &[&str])) -> usize {
    let run = bench.works(command);
    let mut compared = 0;
    for name in columns {
        let (printed, paged) = (run.column(name), column(data, table, name));
        assert_eq!(printed.len(), paged.len(), "{table} {name}");
        for (row, (printed, paged)) in printed.iter().zip(&paged).enumerate() {
            assert!(
                same(printed, paged),
                "{table} {name} row {row}: {printed} and {paged}"
            );
            compared += 1;
        }
    }
    compared
}

#[test]
fn numbers_are_those_of_the_tables() {
    let bench = bench();
    bench.works("report m.h5 --structure planted.pdb --mutants planted_mutants.csv -o p.html -q");
    let page = bench.read("p.html");
    let data = check_page(&page);
    let compared: usize = TABLES
        .iter()
        .map(|(command, table, columns)| compare(&bench, &data, (command, table, columns)))
        .sum();
    assert!(compared > 20_000, "{compared}");
    let scored =
        bench.works("score-mutants m.h5 --file planted_mutants.csv --against score --format tsv");
    let told = scored.stderr.split("effect_score ").last().unwrap().trim();
    assert!(
        page.contains(&format!("with the column score: {told} ")),
        "{told}"
    );
    assert_eq!(column(&data, "assay", "measured").len(), 2944);
    let pair = &data["interactions"][0];
    let (i, j) = (pair["i"].as_str().unwrap(), pair["j"].as_str().unwrap());
    let run = bench.works(&format!(
        "epistasis m.h5 --positions {},{} -q",
        &i[1..],
        &j[1..]
    ));
    let letters = pair["letters"].as_str().unwrap();
    for (mutant, value) in run.column("mutant").iter().zip(run.numbers("interaction")) {
        let (first, second) = mutant.split_once(':').unwrap();
        let place = |name: &str| letters.find(name.chars().last().unwrap()).unwrap();
        let paged = pair["rows"][place(first)][place(second)].as_f64().unwrap();
        assert!(
            (paged - value).abs() < 2e-6,
            "{mutant}: {value} and {paged}"
        );
    }
}

#[test]
fn pages_are_the_same_for_any_threads() {
    let bench = bench();
    bench.works("report m.h5 -o a.html -q --threads 1");
    bench.works("report m.h5 -o b.html -q --threads 2");
    let own = |name: &str| bench.read(name).replace("a.html", "b.html");
    assert!(own("a.html") == own("b.html"));
}

#[test]
fn every_kind_of_model_has_a_page() {
    let bench = bench();
    let bench_of_pair = super::chains::alignment_only();
    std::fs::copy(bench_of_pair.path("pair.a2m"), bench.path("pair.a2m")).unwrap();
    bench.works("fit pair.a2m --chains 25,18 -o complex.h5 -q");
    bench.works("fit family.fa --method independent -o independent.h5 -q");
    bench.works("fit family.fa --no-focus -o columns.h5 -q");
    bench.works("fit family.fa --method mean-field --no-sequences -o mf.h5 -q");
    bench.works("convert m.h5 plmc.model -q");
    for (model, has, lacks) in [
        (
            "complex.h5",
            &["id=\"contacts\"", "A:", "B:"][..],
            &["id=\"structure\""][..],
        ),
        (
            "independent.h5",
            &["id=\"mutants\"", "id=\"logo\""],
            &["id=\"contacts\"", "id=\"epistasis\"", "id=\"arcs\""],
        ),
        (
            "columns.h5",
            &["id=\"contacts\"", "alignment column"],
            &["id=\"mutants\"", "id=\"order\""],
        ),
        (
            "mf.h5",
            &["id=\"contacts\"", "holds no sequences"],
            &["id=\"figure-convergence\"", "id=\"naturals\""],
        ),
        (
            "plmc.model",
            &["id=\"contacts\"", "id=\"mutants\""],
            &["id=\"naturals\""],
        ),
        ("family.fa", &["id=\"contacts\"", "id=\"mutants\""], &[]),
    ] {
        let page = format!("{model}.html");
        bench.works(&format!("report {model} -o {page}"));
        let text = bench.read(&page);
        check_page(&text);
        for words in has {
            assert!(text.contains(words), "{model} lacks {words}");
        }
        for words in lacks {
            assert!(!text.contains(words), "{model} has {words}");
        }
    }
}

#[test]
fn what_a_file_says_is_text() {
    let bench = bench();
    let evil = bench
        .read("family.fa")
        .replacen('>', "></script><b>x&amp;'\"/1-8 ", 1);
    bench.write("evil.fa", evil);
    bench.works("fit evil.fa -o evil.h5 -q");
    bench.works("report evil.h5 --title <i>&t -o evil.html -q");
    let page = bench.read("evil.html");
    check_page(&page);
    assert!(!page.contains("<b>x") && !page.contains("<i>"));
    assert!(page.contains("&lt;i&gt;&amp;t"));
}

#[test]
fn wishes_are_heeded() {
    let bench = bench();
    bench.works("report m.h5 -o a.html -q");
    let first = column(&element(&bench.read("a.html"), "data"), "order", "mutant");
    let kept = &first[0][1..first[0].len() - 1];
    bench.works(&format!(
        "report m.h5 --keep {kept} --interactions 30:99,66:98 -o b.html -q"
    ));
    let data = element(&bench.read("b.html"), "data");
    assert!(
        !column(&data, "order", "mutant")
            .iter()
            .any(|mutant| mutant.contains(kept))
    );
    assert_eq!(data["interactions"].as_array().unwrap().len(), 2);
    assert_eq!(data["interactions"][0]["j"], "A99");
    for (arguments, code, words) in [
        ("report m.h5", 2, "--output"),
        ("report m.h5 -o m.h5 --force", 2, "written over"),
        ("report m.h5 -o x.html --interactions 30", 2, "24:57"),
        (
            "report m.h5 -o x.html --interactions 30:30",
            2,
            "two different",
        ),
        ("report m.h5 -o x.html --interactions 30:45", 2, "45"),
        ("report m.h5 -o x.html --against score", 2, "--mutants"),
        (
            "report m.h5 -o x.html --mutants planted_mutants.csv --against no",
            3,
            "no",
        ),
        ("report m.h5 -o x.html --structure m.h5", 3, "m.h5"),
        (
            "report m.h5 -o x.html --input-format a2m",
            2,
            "--input-format",
        ),
        ("report m.h5 -o x.png", 2, ".html"),
        ("report m.h5 -o x.txt", 2, ".html"),
        ("report missing.h5 -o x.html", 1, "missing.h5"),
    ] {
        bench.fails(arguments, code, &[words]);
    }
    bench.fails("report m.h5 -o a.html", 1, &["a.html", "--force"]);
}

/// Without a page, what the command said; it must have failed before anything was fitted.
fn fails_before_a_fit(bench: &Bench, options: &str, words: &str) {
    let run = bench.run(&format!("report family.fa -o none.html {options}"));
    assert!(
        run.code != 0 && run.stderr.contains(words),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("iteration"), "{}", run.stderr);
    assert!(!bench.path("none.html").exists());
}

#[test]
fn what_is_missing_is_told_before_a_fit() {
    let bench = bench();
    fails_before_a_fit(&bench, "--structure none.pdb", "none.pdb");
    fails_before_a_fit(&bench, "--mutants none.csv", "none.csv");
    fails_before_a_fit(&bench, "--allow none.tsv", "none.tsv");
}

#[test]
fn an_alignment_comes_from_standard_input_too() {
    let bench = bench();
    let run = bench.run_with_input("report - -o s.html -q", &bench.read("family.fa"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    check_page(&bench.read("s.html"));
}

/// The element that says how mutants that were measured follow their scores, if there is one.
fn told_of_assay(bench: &Bench, table: &str) -> String {
    bench.write("t.csv", table);
    bench.works("report m.h5 --mutants t.csv -o t.html --force -q");
    let page = bench.read("t.html");
    check_page(&page);
    let (_, rest) = page.split_once("<section id=\"assay\"").unwrap();
    rest.split_once("</section>").unwrap().0.to_owned()
}

#[test]
fn a_correlation_is_that_of_the_table_of_scores_or_none() {
    let bench = bench();
    let repeated = "mutant,score\nL75V,1\nL75V,5\nL75A,2\nI69V,0\nI69L,3\nV66I,2\n";
    let told = told_of_assay(&bench, repeated);
    let scored = bench.works("score-mutants m.h5 --file t.csv --against score --format tsv");
    let rho = scored.stderr.split("effect_score ").nth(1).unwrap();
    let rho = rho.split([' ', ';', '\n']).next().unwrap();
    assert!(told.contains(&format!("score: {rho}")), "{rho}: {told}");
    assert!(told.contains("stands in more than one row"), "{told}");
    let few = told_of_assay(&bench, "mutant,score\nL75V,1\nL75A,2\n");
    assert!(
        few.contains("not defined") && !few.contains("1.0000"),
        "{few}"
    );
    // The wild types of another protein.
    let mut other = "mutant,score\n".to_owned();
    for (k, residue) in "AGSTPVILMFWYCNQDEKRH".chars().cycle().take(400).enumerate() {
        other += &format!("{residue}{}A,{}\n", 24 + k % 78, k % 7);
    }
    let run = bench.run("report m.h5 --mutants t.csv -o t.html --force");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = told_of_assay(&bench, &other);
    assert!(
        told.contains("not given") || told.contains("by chance"),
        "{told}"
    );
    bench.write(
        "huge.csv",
        "mutant,score\nL75V,1e308\nL75A,-1e308\nI69V,0\n",
    );
    bench.fails(
        "report m.h5 --mutants huge.csv -o h.html",
        3,
        &["too large"],
    );
    let large = told_of_assay(&bench, "mutant,score\nL75V,1e17\nL75A,1e17\nI69V,1e17\n");
    assert!(large.contains("<svg"), "{large}");
}

#[test]
fn pairs_of_a_model_fitted_like_another_programs_are_ranked_so() {
    let bench = bench();
    bench.works("fit planted.a2m --like plmc -o plmc.h5 -q");
    bench.works("report plmc.h5 -o plmc.html -q");
    let data = element(&bench.read("plmc.html"), "data");
    let table = bench.works("contacts plmc.h5 --top 100");
    assert!(
        table.stderr.contains("ranked as plmc ranks"),
        "{}",
        table.stderr
    );
    for name in ["i", "j", "cn", "z"] {
        let paged = column(&data, "contacts", name);
        let alike = paged.iter().zip(table.column(name));
        assert!(
            alike.take(100).all(|(one, other)| same(one, other)),
            "{name}"
        );
    }
    let positions = bench.works("positions plmc.h5 -q");
    assert_eq!(
        column(&data, "positions", "partners"),
        positions.column("partners")
    );
    let drawn = bench.works("plot contacts plmc.h5 --top 5 -q").stdout;
    let by_score = bench
        .works("plot contacts plmc.h5 --top 5 --score apc -q")
        .stdout;
    assert!(drawn == by_score);
}

#[test]
fn a_command_on_a_page_may_be_typed_again() {
    let bench = bench();
    bench.works("fit family.fa -o $(x)`y`.h5 -q");
    bench.works("report $(x)`y`.h5 --title \u{ffff}\u{202e}a;b -o q.html -q -t 1");
    let page = bench.read("q.html");
    check_page(&page);
    let safe = "report &#39;$(x)`y`.h5&#39; --title &#39;";
    assert!(
        page.contains(safe) && page.contains("a;b&#39; -o q.html</pre>"),
        "{page}"
    );
    assert!(!page.contains('\u{ffff}') && !page.contains('\u{202e}'));
}

#[test]
fn a_list_has_a_page_a_family_and_an_index() {
    let bench = bench();
    bench.works("fit family.fa -q");
    bench.write(
        "list.txt",
        "model\tstructure\nm.h5\tplanted.pdb\nfamily.h5\t\nmissing.h5\t\n",
    );
    let run = bench.run("report --batch list.txt --out-dir pages");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let index = bench.read("pages/index.html");
    let data = check_page(&index);
    assert_eq!(
        column(&data, "families", "name"),
        ["family", "m", "missing"]
    );
    assert_eq!(
        column(&data, "families", "page"),
        ["family.html", "m.html", ""]
    );
    assert!(column(&data, "families", "verdict")[2].starts_with("failed: "));
    let list = bench
        .works("contacts m.h5 --structure planted.pdb --json")
        .json();
    let precision = list["structures"][0]["precision"][0]["top"]
        .as_array()
        .unwrap();
    let first = precision.iter().find(|top| top["list"] == "L").unwrap()["precision"]
        .as_f64()
        .unwrap();
    let paged: f64 = column(&data, "families", "precision")[1].parse().unwrap();
    assert!((first - paged).abs() < 1e-4);
    check_page(&bench.read("pages/m.html"));
    // Again, with what was missing: the index has all.
    std::fs::copy(bench.path("m.h5"), bench.path("missing.h5")).unwrap();
    bench.works("report --batch list.txt --out-dir pages --skip-existing");
    let data = element(&bench.read("pages/index.html"), "data");
    assert_eq!(column(&data, "families", "page")[2], "missing.html");
    // What is not ours stays.
    bench.write("pages/index.html", "mine");
    let run = bench.run("report --batch list.txt --out-dir pages --skip-existing");
    assert_eq!(
        (run.code, bench.read("pages/index.html").as_str()),
        (1, "mine")
    );
    bench.write("one.txt", "model\tname\nm.h5\tindex\n");
    bench.fails("report --batch one.txt --out-dir other", 2, &["index"]);
}

#[cfg(unix)]
#[test]
fn a_page_is_whole_or_not_there() {
    let bench = bench();
    for k in 0..12 {
        let mut child = bench.start("report m.h5 -o p.html -q");
        std::thread::sleep(std::time::Duration::from_millis(40 * k));
        send(rustix::process::Signal::TERM, &child);
        child.wait().unwrap();
        assert!(bench.files().iter().all(|name| !name.starts_with('.')));
        if bench.path("p.html").exists() {
            check_page(&bench.read("p.html"));
            std::fs::remove_file(bench.path("p.html")).unwrap();
        }
    }
}
