//! `--like TOOL`: what is said, and what is refused.

use crate::support::{Bench, FAMILY};

const TOOLS: [&str; 6] = [
    "plmc",
    "evcouplings",
    "ccmpred",
    "gremlin",
    "pydca",
    "adabmdca",
];

/// What a log says of a subject.
fn said<'l>(log: &'l str, subject: &str) -> &'l str {
    let lines = log.lines().filter_map(|line| line.trim().split_once("  "));
    let mut of_it = lines.filter(|(what, _)| *what == subject);
    of_it.next().unwrap_or_else(|| panic!("{subject}: {log}")).1
}

/// Help wraps its lines.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_log_and_the_help_spell_the_conventions_out() {
    let bench = Bench::new();
    let help = |command: &str| in_a_line(&bench.works(&format!("{command} --help")).stdout);
    let (fit_help, contacts_help) = (help("fit"), help("contacts"));
    for tool in TOOLS {
        let fit = bench.works(&format!("fit family.fa --force --like {tool}"));
        for subject in [
            "rows",
            "columns",
            "weights",
            "states",
            "penalties",
            "contacts",
        ] {
            let convention = in_a_line(said(&fit.stderr, subject));
            assert!(convention.len() > 3, "{tool}, {subject}: {convention}");
            assert!(fit_help.contains(&convention), "{convention}");
            assert!(contacts_help.contains(&convention), "{convention}");
        }
    }
}

/// pydca and CCMpred take no notice of the number of states; GREMLIN and EVcouplings do.
#[test]
fn penalties_on_rna_are_those_that_the_log_says() {
    let bench = Bench::new();
    bench.write(
        "rna.fa",
        ">t\nACGUACGUAC\n>b\nACGUACGUAG\n>c\nACGUUCGUAC\n>d\nGCGUACGAAC\n",
    );
    for (tool, said, method) in [
        (
            "pydca",
            "lambda_h and lambda_J 0.2 (L-1);",
            "lambda_h 1.8, lambda_J 1.8 ",
        ),
        (
            "ccmpred",
            "lambda_h 0.01, lambda_J 0.2 (L-1)\n",
            "lambda_h 0.01, lambda_J 1.8 ",
        ),
        (
            "gremlin",
            "lambda_h 0.01, lambda_J 0.01 (L-1)(q-1)\n",
            "lambda_h 0.01, lambda_J 0.36 ",
        ),
        (
            "evcouplings",
            "lambda_h 0.01, lambda_J 0.01 (L-1)(q-1);",
            "lambda_h 0.01, lambda_J 0.27 ",
        ),
    ] {
        let fit = bench.run(&format!("fit rna.fa --force --like {tool}"));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        for words in [said, method] {
            assert!(fit.stderr.contains(words), "{words}\n{}", fit.stderr);
        }
    }
}

/// Where every column is modelled, a target with a gap cannot number them.
#[test]
fn an_offset_needs_residues_to_number() {
    let bench = Bench::new();
    bench.write("gap.fa", FAMILY.replacen("ACDEFGHI", "ACDE-GHI", 1));
    for tool in ["plmc", "ccmpred", "gremlin", "adabmdca", "pydca"] {
        bench.fails(
            &format!("fit gap.fa --force --like {tool} --offset 5"),
            2,
            &["--offset numbers the residues", "--focus 'TARGET/10-17'"],
        );
        let fit = bench.run(&format!("fit gap.fa --force --like {tool}"));
        assert!(
            fit.stderr.contains("warning: columns are numbered"),
            "{}",
            fit.stderr
        );
        let whole = bench.run(&format!("fit family.fa --force --like {tool} --offset 5"));
        assert_eq!(whole.code, 0, "{}", whole.stderr);
        assert!(whole.stderr.contains("positions 6 to 13"));
        assert!(!whole.stderr.contains("warning"), "{}", whole.stderr);
    }
    let fit = bench.run("fit gap.fa --force --like plmc --offset 5 --focus TARGET");
    assert!(
        fit.stderr.contains("positions 6 to 12, 7 of its 7"),
        "{}",
        fit.stderr
    );
}

#[test]
fn options_win_over_conventions() {
    let bench = Bench::new();
    let fit = bench.run(
        "fit family.fa --like plmc --gaps missing --lambda-j 3 --lambda-h 0.1x --identity >0.6 --unknown gap",
    );
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    // 0.1 x 7 x 19.
    for words in ["q = 20", "lambda_h 13.3", "lambda_J 3 ", "identity > 0.6"] {
        assert!(fit.stderr.contains(words), "{words}\n{}", fit.stderr);
    }
}

#[test]
fn contacts_remember_what_a_model_was_fitted_like() {
    let bench = Bench::new();
    assert_eq!(bench.run("fit family.fa -q --like gremlin").code, 0);
    let remembered = bench.run("contacts family.h5 --min-separation 1").stdout;
    let asked = bench
        .run("contacts family.h5 --min-separation 1 --like gremlin")
        .stdout;
    let other = bench
        .run("contacts family.h5 --min-separation 1 --like ccmpred")
        .stdout;
    let at_once = bench
        .run("contacts family.fa -q --min-separation 1 --like gremlin")
        .stdout;
    assert_eq!(remembered, asked);
    assert_eq!(remembered, at_once);
    assert_ne!(remembered, other);
    // Calibrated on other scores, so there is no probability.
    let rows = remembered.lines().skip(1);
    assert!(rows.clone().count() > 0);
    assert!(rows.clone().all(|line| line.ends_with('\t')));
    assert!(bench.run("info family.h5").stdout.contains("gremlin"));
}

#[test]
fn what_a_tool_lacks_is_refused() {
    let bench = Bench::new();
    for (arguments, words) in [
        (
            "--like gremlin --method mean-field",
            "gremlin has no method mean-field",
        ),
        (
            "--like plmc --method plm-asymmetric",
            "plmc has no method plm-asymmetric",
        ),
        ("--like ccmpred --gaps missing", "needs --gaps state"),
        ("--like plmc --preset contacts", "cannot be used with"),
        ("--like bmdca", "possible values: plmc, ccmpred"),
    ] {
        bench.fails(&format!("fit family.fa {arguments}"), 2, &[words]);
    }
    for tool in ["pydca", "evcouplings", "adabmdca"] {
        let fit = bench.run(&format!(
            "fit family.fa -q --force --method mean-field --like {tool}"
        ));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        assert_eq!(bench.run("contacts family.h5 --min-separation 1").code, 0);
    }
}
