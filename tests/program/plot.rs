//! Drawings.

use super::support::Bench;
use super::support::data;

const ALL: [&str; 7] = [
    "contacts m.h5",
    "mutants m.h5",
    "convergence m.h5",
    "logo m.h5",
    "arcs m.h5",
    "precision m.h5 --structure s.pdb",
    "epistasis m.h5 --positions 69,75",
];

fn bench() -> Bench {
    let bench = Bench::planted();
    std::fs::copy(data("planted.pdb"), bench.path("s.pdb")).unwrap();
    bench
}

/// How often words stand in a text.
fn times(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[test]
fn everything_is_drawn_in_every_format() {
    let bench = bench();
    for (k, what) in ALL.into_iter().enumerate() {
        for (ending, start) in [
            ("svg", &b"<svg xmlns"[..]),
            ("pdf", b"%PDF-"),
            ("png", b"\x89PNG\r\n"),
        ] {
            let name = format!("p{k}.{ending}");
            let dpi = if ending == "png" { "--dpi 60" } else { "" };
            bench.works(&format!("plot {what} -o {name} {dpi} -q"));
            let picture = std::fs::read(bench.path(&name)).unwrap();
            assert!(picture.starts_with(start), "{what} {ending}");
            assert!(picture.len() > 1500, "{what} {ending}: {}", picture.len());
        }
        let svg = bench.read(&format!("p{k}.svg"));
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
        // Without a file it goes to standard output, and is the same whatever the threads.
        let printed = bench.works(&format!("plot {what} -q --threads 2")).stdout;
        assert_eq!(printed, svg, "{what}");
    }
}

#[test]
fn what_is_drawn_is_what_the_tables_say() {
    let bench = bench();
    let map = bench
        .works("plot contacts m.h5 --top 20 --structure s.pdb -q")
        .stdout;
    let list = bench.works("contacts m.h5 --top 20 --structure s.pdb -q");
    let verdicts = list.column("verdict");
    let touch = verdicts
        .iter()
        .filter(|verdict| **verdict == "within")
        .count();
    assert!(touch > 10 && touch < 21);
    assert!(
        map.contains(&format!("predicted, and touch ({touch})")),
        "{map}"
    );
    match 20 - touch {
        0 => assert!(!map.contains("do not touch")),
        wrong => assert!(map.contains(&format!("predicted, do not touch ({wrong})"))),
    }
    let alone = bench
        .works("plot contacts m.h5 --top 20 --score apc --structure s.pdb -q")
        .stdout;
    assert!(alone != map);
    let few = bench.works("plot contacts m.h5 --top 5 -q").stdout;
    assert!(few.contains("predicted (5)") && !few.contains("structure"));
    // A letter of the wild type a position, and no cell for what is not modelled.
    let mutants = bench.works("plot mutants m.h5 -q").stdout;
    assert!(mutants.contains("effect_score") && mutants.contains("not modelled"));
    let some = bench
        .works("plot mutants m.h5 --positions 60-70 --score potts -q")
        .stdout;
    assert!(some.contains("potts_score") && some.contains(">65<") && !some.contains(">80<"));
    let (logo, part) = (
        bench.works("plot logo m.h5 -q").stdout,
        bench.works("plot logo m.h5 --positions 30,40 -q").stdout,
    );
    assert!(times(&part, "matrix(") < times(&logo, "matrix(") / 3);
    let pair = bench
        .works("plot epistasis m.h5 --positions 75,69 -q")
        .stdout;
    assert!(pair.contains(">I69<") && pair.contains(">L75<"));
    // The first is drawn in rows: its name stands upright.
    assert!(pair.contains("rotate(-90)\" font-size=\"8\" text-anchor=\"middle\" class=\"ink\" fill=\"#222222\">L75<"), "{pair}");
}

#[test]
fn sizes_and_titles_are_as_asked_for() {
    let bench = bench();
    let svg = bench
        .works("plot contacts m.h5 --width 85 --font-size 7 -q")
        .stdout;
    assert!(
        svg.starts_with("<svg")
            && svg.contains("width=\"85mm\"")
            && svg.contains("font-size=\"7\"")
    );
    assert!(svg.contains("Contact map: PLANT_DEMO/24-101</text>"));
    bench.works("plot contacts m.h5 --width 25.4 --font-size 3 --dpi 100 -o small.png -q");
    let picture = std::fs::read(bench.path("small.png")).unwrap();
    assert_eq!(picture[16..20], 100u32.to_be_bytes());
    let without = bench.works("plot contacts m.h5 --no-title -q").stdout;
    assert!(!without.contains("PLANT_DEMO/24-101</text>"));
    // What a user writes stays text.
    let named = bench.works("plot logo m.h5 --title <b>&co -q").stdout;
    assert!(named.contains("&lt;b&gt;&amp;co</text>") && !named.contains("<b>"));
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let bench = bench();
    bench.works("fit family.fa --method independent -o i.h5 -q");
    bench.works("fit family.fa --method mean-field -o mf.h5 -q");
    for (arguments, code, words) in [
        ("plot precision m.h5", 2, "--structure"),
        ("plot logo m.h5 --top 5", 2, "--top has no effect"),
        (
            "plot convergence m.h5 --positions 5",
            2,
            "--positions has no effect",
        ),
        (
            "plot mutants m.h5 --structure s.pdb",
            2,
            "--structure has no effect",
        ),
        ("plot contacts m.h5 -o x.svg --dpi 300", 2, "--dpi"),
        ("plot contacts m.h5 -o x.csv", 2, ".svg, .pdf or .png"),
        (
            "plot contacts m.h5 -o m.h5 --format svg --force",
            2,
            "written over",
        ),
        ("plot contacts m.h5 -o x.svg.gz", 2, ".svg, .pdf or .png"),
        ("plot contacts m.h5 --width 1e9", 2, "20 to 2000"),
        (
            "plot contacts m.h5 -o x.png --width 2000 --dpi 2400",
            2,
            "smaller",
        ),
        (
            "plot mutants m.h5 --width 40 --font-size 20",
            2,
            "smaller --font-size",
        ),
        ("plot contacts m.h5 --score potts", 2, "pattern or apc"),
        (
            "plot mutants m.h5 --score apc",
            2,
            "effect, potts or independent",
        ),
        ("plot epistasis m.h5", 2, "--positions 24,57"),
        ("plot epistasis m.h5 --positions 69", 2, "--positions 24,57"),
        ("plot epistasis m.h5 --positions 69,400", 2, "400"),
        ("plot mutants m.h5 --positions 400", 2, "400"),
        ("plot contacts i.h5", 1, "no couplings"),
        ("plot epistasis i.h5 --positions 11,12", 1, "couplings"),
        ("plot convergence mf.h5", 1, "iterations"),
        ("plot contacts family.fa", 3, "family.fa"),
        ("plot contacts missing.h5", 1, "missing.h5"),
    ] {
        bench.fails(arguments, code, &[words]);
    }
}

#[test]
fn nothing_is_overwritten_and_tables_are_no_pictures() {
    let bench = bench();
    bench.fails("plot figure m.h5", 2, &["contacts"]);
    bench.works("plot contacts m.h5 -o there.svg -q");
    bench.fails(
        "plot contacts m.h5 -o there.svg",
        1,
        &["there.svg", "--force"],
    );
    bench.works("plot contacts m.h5 -o there.svg --force -q");
    // Tables are not called pictures.
    bench.fails("contacts m.h5 -o x.svg", 2, &["potts plot"]);
}
