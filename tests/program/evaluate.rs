//! Samples held against natural sequences.

use super::support::{Bench, data};

fn bench() -> Bench {
    let bench = Bench::planted();
    std::fs::copy(data("planted.a2m"), bench.path("planted.a2m")).unwrap();
    bench
}

/// A number of the table, in one of its columns.
fn number(table: &str, quantity: &str, column: usize) -> f64 {
    let line = table
        .lines()
        .find(|line| line.split('\t').next() == Some(quantity));
    let line = line.unwrap_or_else(|| panic!("no {quantity} in {table}"));
    line.split('\t').nth(column).unwrap().parse().unwrap()
}

#[test]
fn a_family_is_held_against_itself() {
    let bench = bench();
    bench.works("fit planted.a2m --gaps state -o gaps.h5 -q");
    let run = bench.works(
        "evaluate gaps.h5 --samples planted.a2m --natural planted.a2m --no-reweighting --no-temperature",
    );
    for quantity in ["single", "pair", "connected_pair", "connected_triple"] {
        for measure in ["pearson", "slope"] {
            let value = number(&run.stdout, &format!("{quantity}_{measure}"), 1);
            assert!((value - 1.0).abs() < 1e-6, "{quantity}: {value}");
        }
    }
    for name in ["energy", "gaps", "gap_stretches"] {
        let value = number(&run.stdout, &format!("{name}_distance"), 1);
        assert!(value < 1e-6, "{name}: {value}");
    }
    assert!(number(&run.stdout, "r20_10", 1) > 0.999);
    assert!(number(&run.stdout, "component_overlap", 1) > 0.999);
    assert!(!run.stdout.contains("temperature"));
    assert!(
        run.stderr.contains("samples reproduce the pair statistics"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("as many gaps"), "{}", run.stderr);
}

#[test]
fn samples_are_drawn_and_held_against_the_family() {
    let bench = bench();
    let command = "evaluate m.h5 -n 600 --no-temperature --triples 100 --word-sets 10";
    let run = bench.works(command);
    assert!(
        run.stderr.contains("gaps are missing data"),
        "{}",
        run.stderr
    );
    assert!(number(&run.stdout, "single_pearson", 1) > 0.95);
    assert_eq!(number(&run.stdout, "sequences", 1), 600.0);
    let (value, ceiling) = (
        number(&run.stdout, "connected_pair_pearson", 1),
        number(&run.stdout, "connected_pair_pearson", 3),
    );
    assert!(
        0.2 < value && value < ceiling && ceiling < 1.0,
        "{value} {ceiling}"
    );
    // By pseudolikelihood, samples are not as cold as the family.
    assert!(number(&run.stdout, "energy_mean", 1) > number(&run.stdout, "energy_mean", 2) + 5.0);
    assert!(
        run.stderr.contains("energies of samples are higher"),
        "{}",
        run.stderr
    );
    // The same on any number of threads, and in another format; another seed gives others.
    let one = bench.works(&format!("{command} -t 1 -q"));
    assert_eq!(one.stdout, run.stdout);
    let other = bench.works(&format!("{command} --seed 2 -q"));
    assert!(other.stdout != run.stdout);
    let found = bench.json(&format!("{command} -q"));
    assert_eq!(found["samples"], 600);
    assert_eq!(found["residues_only"], true);
    assert_eq!(found["sampled_at"], 1.0);
    let measures = found["measures"].as_array().unwrap();
    assert_eq!(measures.len(), run.stdout.lines().count() - 1);
    let connected = measures
        .iter()
        .find(|m| m["quantity"] == "connected_pair_pearson");
    assert!((connected.unwrap()["value"].as_f64().unwrap() - value).abs() < 1e-6);
    assert!(found["verdict"].as_array().unwrap().len() >= 3);
    // Samples of a file are those that potts sample wrote.
    bench.works("sample m.h5 -n 600 --chains 600 -o s.fasta -q");
    let given = bench.works(
        "evaluate m.h5 --samples s.fasta --no-temperature --triples 100 --word-sets 10 --format csv -o e.csv",
    );
    assert_eq!(given.stdout, "");
    assert_eq!(bench.read("e.csv").replace(',', "\t"), run.stdout);
}

#[test]
fn the_temperature_of_the_family_is_found() {
    let bench = bench();
    let run = bench.works("sample m.h5 -n 400 --temperature auto --format tsv");
    let temperature: f64 = run.column("temperature")[0].parse().unwrap();
    assert!((0.7..1.0).contains(&temperature), "{temperature}");
    assert!(
        run.stderr
            .contains("samples have the mean energy of naturals"),
        "{}",
        run.stderr
    );
    bench.fails(
        "sample m.h5 --temperature auto --max-mutations 3",
        2,
        &["--temperature auto", "give a number"],
    );
    bench.fails(
        "sample m.h5 --temperature warm",
        2,
        &["from 0.001 to 1000, or auto"],
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let bench = bench();
    bench.write("short.fasta", ">a\nACD\n>b\nACE\n");
    bench.write("few.fasta", format!(">a\n{0}\n>b\n{0}\n", "A".repeat(76)));
    bench.works("fit planted.a2m --no-sequences -o none.h5 -q");
    for (command, code, words) in [
        ("evaluate m.h5 --samples short.fasta", 3, "have 3 columns"),
        ("evaluate m.h5 --natural few.fasta", 2, "too few"),
        (
            "evaluate m.h5 --samples few.fasta --no-temperature",
            2,
            "too few samples",
        ),
        ("evaluate none.h5", 2, "--natural"),
        (
            "evaluate m.h5 --samples missing.fasta --no-temperature",
            1,
            "missing.fasta",
        ),
        ("evaluate m.h5 --samples - --natural -", 2, "not both"),
        (
            "evaluate m.h5 --temperature auto --no-temperature",
            2,
            "--no-temperature",
        ),
        ("evaluate m.h5 --json --format tsv", 2, "--output"),
        ("evaluate m.h5 --samples few.fasta -n 5", 2, "--number"),
        ("evaluate m.h5 --temperature 0", 2, "0.001"),
    ] {
        bench.fails(command, code, &[words]);
    }
}

#[test]
fn scores_at_a_temperature_are_over_it() {
    let bench = bench();
    let command = "score-mutants m.h5 A24V A24V:L25I -q";
    let (one, two) = (
        bench.works(command),
        bench.works(&format!("{command} --temperature 2")),
    );
    for column in [
        "potts_score",
        "independent_score",
        "additive_score",
        "epistasis",
    ] {
        for (one, two) in one.numbers(column).iter().zip(two.numbers(column)) {
            assert!((one - 2.0 * two).abs() < 3e-6, "{column}: {one} {two}");
        }
    }
    assert_eq!(one.column("effect_score"), two.column("effect_score"));
    assert_eq!(one.column("confidence"), two.column("confidence"));
    bench.fails(
        &format!("{command} --temperature 0"),
        2,
        &["--temperature", "0.001"],
    );
    bench.fails(
        &format!("{command} --temperature 2 --calibration c.h5"),
        2,
        &["--calibration"],
    );
}

#[test]
fn samples_are_drawn_beside_natural_sequences() {
    let bench = bench();
    bench.works("sample m.h5 -n 300 -o s.fasta -q");
    for what in ["correlations", "energies", "components"] {
        let run = bench.works(&format!("plot {what} m.h5 --samples s.fasta -q"));
        assert!(
            run.stdout.contains("<svg") && run.stdout.contains("samples"),
            "{what}"
        );
    }
    bench.fails(
        "plot logo m.h5 --samples s.fasta",
        2,
        &["--samples has no effect"],
    );
    bench.works("report m.h5 --samples s.fasta -o with.html -q");
    bench.works("report m.h5 -o without.html -q");
    let (with, without) = (bench.read("with.html"), bench.read("without.html"));
    assert!(
        with.contains("Samples beside natural sequences") && with.contains("id=\"table-samples\"")
    );
    assert!(!without.contains("Samples beside natural sequences"));
}

/// `half.a2m`: 200 sequences, one of which has letters that the model does not know.
fn half(bench: &Bench) -> String {
    let whole = bench.read("planted.a2m");
    let half: String = whole.split_inclusive('>').take(201).collect();
    let half = half.trim_end_matches('>').to_owned();
    bench.write("half.a2m", &half);
    half
}

/// Its own sequences or others: what a model without any needs, and what another has instead of its own.
#[test]
fn drawings_and_pages_take_natural_sequences() {
    let bench = bench();
    half(&bench);
    // The model of the folder, but for its sequences.
    bench.works("fit planted.a2m --tolerance 1e-3 --no-sequences -o bare.h5 -q");
    bench.works("sample m.h5 -n 300 -o s.fasta -q");
    for what in ["correlations", "energies", "components"] {
        let draw = |model: &str, natural: &str| {
            let command = format!("plot {what} {model} --samples s.fasta {natural} -q");
            bench.works(&command).stdout
        };
        let own = draw("m.h5", "");
        let other = draw("m.h5", "--natural half.a2m");
        assert!(own != other, "{what}");
        assert!(draw("bare.h5", "--natural half.a2m") == other, "{what}");
        bench.fails(&format!("plot {what} bare.h5"), 2, &["--natural"]);
    }
    let page = |samples: &str| {
        let command = format!("report bare.h5 --natural half.a2m {samples} -o p.html --force -q");
        bench.works(&command);
        bench.read("p.html")
    };
    assert!(page("--samples s.fasta").contains("of 199 natural sequences and 300 samples"));
    assert!(page("").contains("of 199 natural sequences and 4096 samples"));
    bench.fails("report bare.h5 --evaluate -o x.html", 2, &["--natural"]);
}

#[test]
fn natural_sequences_of_drawings_and_pages_are_refused_by_name() {
    let bench = bench();
    let half = half(&bench);
    bench.write("list.txt", "m.h5\n");
    let batch = "report --batch list.txt --out-dir pages";
    for (command, code, words) in [
        (
            "plot logo m.h5 --natural half.a2m",
            2,
            "--natural has no effect",
        ),
        (
            "plot energies m.h5 --samples - --natural - -o x.svg",
            2,
            "not both",
        ),
        (
            "report m.h5 --samples - --natural - -o x.html",
            2,
            "not both",
        ),
        ("report m.h5 --natural none.a2m -o x.html", 1, "none.a2m"),
        ("report m.h5 --natural half.a2m -o half.a2m", 2, "half.a2m"),
        (&format!("{batch} --samples -"), 2, "--samples -"),
        (&format!("{batch} --natural -"), 2, "--natural -"),
    ] {
        bench.fails(command, code, &[words]);
    }
    assert_eq!(bench.read("half.a2m"), half);
}
