//! What mmCIF files are like, in small ones.

use crate::error::Result;
use crate::io::files::source::Source;
use crate::io::structures::read_source;
use crate::structure::{Predicted, Structure};

fn read(text: &str) -> Result<Structure> {
    read_source(&Source::from_bytes("x.cif", text.into()))
}

const HEAD: &str = "data_1ABC\nloop_\n_atom_site.group_PDB\n_atom_site.type_symbol\n_atom_site.label_atom_id\n_atom_site.label_alt_id\n_atom_site.label_comp_id\n_atom_site.label_asym_id\n_atom_site.label_seq_id\n_atom_site.pdbx_PDB_ins_code\n_atom_site.Cartn_x\n_atom_site.Cartn_y\n_atom_site.Cartn_z\n_atom_site.occupancy\n_atom_site.B_iso_or_equiv\n_atom_site.auth_seq_id\n_atom_site.auth_asym_id\n_atom_site.pdbx_PDB_model_num\n";

/// Two residues of author's chain LONG, which is chain A of mmCIF, with water and a ligand beside them.
const ATOMS: &str = "ATOM N N . GLY A 1 ? 0.0 0 0 1.00 90 -1 LONG 1\nATOM C CA . GLY A 1 ? 1.4 0 0 1.00 91.5 -1 LONG 1\nATOM H HA . GLY A 1 ? 1.4 0 0 1.00 91.5 -1 LONG 1\nHETATM C CA . SEP A 2 B 5.0 0 0 . 60 -1 LONG 1\nHETATM O \"O5'\" . SEP A 2 B 5.5 0 0 1.00 60 -1 LONG 1\nHETATM CA CA . CA B . ? 9 9 9 1.00 60 300 LONG 1\nHETATM C CA . GLU C . ? 9 9 9 1.00 60 301 LONG 1\nHETATM O O . HOH D . ? 9 9 9 1.00 60 302 LONG 1\nATOM C CA . GLY A 1 ? 7 7 7 1.00 90 -1 LONG 2\n";

fn atoms(behind: &str) -> String {
    format!("{HEAD}{ATOMS}#\n{behind}")
}

#[test]
fn chains_and_residues_are_those_of_authors() {
    let found = read(&atoms("")).unwrap();
    assert_eq!((found.name.as_str(), found.chains.len()), ("1ABC", 1));
    let chain = &found.chains[0];
    assert_eq!(
        (chain.name.as_str(), &chain.letters()[..]),
        ("LONG", &b"GS"[..])
    );
    let shown: Vec<String> = chain.residues.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["-1", "-1B"]);
    assert_eq!(chain.residues[0].atoms.len(), 2);
    assert_eq!(chain.residues[1].atoms[1].name, "O5'");
    assert_eq!(chain.residues[0].backbone(), Some([1.4, 0.0, 0.0]));
    assert_eq!(found.predicted, None);
}

#[test]
fn names_of_mmcif_stand_in_for_missing_ones() {
    let text = atoms("")
        .replace("auth_seq_id", "x")
        .replace("auth_asym_id", "y");
    let found = read(&text).unwrap();
    let chain = &found.chains[0];
    assert_eq!((chain.name.as_str(), chain.residues[1].number), ("A", 2));
    // Without places in sequences it counts how residues are bonded.
    let text = atoms("").replace("label_seq_id", "x");
    assert_eq!(read(&text).unwrap().chains[0].letters(), b"GS");
}

const OPERATORS: &str = "loop_\n_pdbx_struct_oper_list.id\n_pdbx_struct_oper_list.name\n_pdbx_struct_oper_list.matrix[1][1]\n_pdbx_struct_oper_list.matrix[1][2]\n_pdbx_struct_oper_list.matrix[1][3]\n_pdbx_struct_oper_list.vector[1]\n_pdbx_struct_oper_list.matrix[2][1]\n_pdbx_struct_oper_list.matrix[2][2]\n_pdbx_struct_oper_list.matrix[2][3]\n_pdbx_struct_oper_list.vector[2]\n_pdbx_struct_oper_list.matrix[3][1]\n_pdbx_struct_oper_list.matrix[3][2]\n_pdbx_struct_oper_list.matrix[3][3]\n_pdbx_struct_oper_list.vector[3]\n1 'as it is' 1 0 0 0 0 1 0 0 0 0 1 0\n2 turned -1 0 0 50.5 0 -1 0 0 0 0 1 0\n";

#[test]
fn assemblies_name_the_chains_of_mmcif() {
    let single = "_pdbx_struct_assembly_gen.assembly_id 1\n_pdbx_struct_assembly_gen.oper_expression '1,2'\n_pdbx_struct_assembly_gen.asym_id_list A,B,C\n";
    let several = "loop_\n_pdbx_struct_assembly_gen.assembly_id\n_pdbx_struct_assembly_gen.oper_expression\n_pdbx_struct_assembly_gen.asym_id_list\nPAU (1)(2) A\nPAU 1\n;A,D\n;\nW 1 D\n";
    let found = read(&atoms(&format!("{single}{OPERATORS}"))).unwrap();
    let members = found.assembly(Some("1")).unwrap().unwrap().members();
    assert_eq!(members.len(), 2);
    assert_eq!(members[1].1.apply([1.0, 2.0, 3.0]), [49.5, -2.0, 3.0]);
    let found = read(&atoms(&format!("{several}{OPERATORS}"))).unwrap();
    assert_eq!(found.assemblies.len(), 1);
    assert_eq!(found.assembly(None).unwrap().unwrap().members().len(), 2);
    let wrong = atoms(&format!("{}{OPERATORS}", single.replace("'1,2'", "7")));
    let error = read(&wrong).unwrap_err().to_string();
    assert!(
        error.contains("operator '7'") && error.contains("line 29"),
        "{error}"
    );
}

#[test]
fn confidences_are_those_of_the_metric() {
    let metric = "loop_\n_ma_qa_metric.id\n_ma_qa_metric.mode\n_ma_qa_metric.name\n1 global pLDDT\n2 local pLDDT\n3 local other\n";
    let local = "loop_\n_ma_qa_metric_local.label_asym_id\n_ma_qa_metric_local.label_seq_id\n_ma_qa_metric_local.metric_id\n_ma_qa_metric_local.metric_value\n_ma_qa_metric_local.model_id\nA 1 2 88.5 1\nA 2 2 45 1\nA 1 3 1 1\nA 1 2 3 2\n";
    let found = read(&atoms(&format!("{metric}{local}"))).unwrap();
    assert_eq!(found.predicted, Some(Predicted::Metric));
    let of = |k: usize| found.chains[0].residues[k].confidence;
    assert_eq!((of(0), of(1)), (Some(88.5), Some(45.0)));
    let found = read(&atoms(
        "_software.name AlphaFold\n_exptl.method 'THEORETICAL MODEL'\n",
    ))
    .unwrap();
    assert_eq!(found.predicted, Some(Predicted::Word("ALPHAFOLD".into())));
    assert_eq!(found.chains[0].residues[0].confidence, Some(91.5));
    let measured = "loop_\n_software.name\n_software.classification\nAlphaFold phasing\n_exptl.method 'X-RAY DIFFRACTION'\n";
    assert_eq!(read(&atoms(measured)).unwrap().predicted, None);
}

#[test]
fn parents_are_declared() {
    let table = "_pdbx_struct_mod_residue.label_comp_id QQQ\n_pdbx_struct_mod_residue.parent_comp_id TRP\n_struct.title\n;A title\nof two lines\n;\n";
    let found = read(&atoms(table).replace("SEP", "QQQ")).unwrap();
    assert_eq!(found.chains[0].letters(), b"GW");
    assert_eq!(found.title, "A title of two lines");
}

#[test]
fn the_first_block_with_atoms_counts() {
    let text = format!(
        "# a note\ndata_first\n_entry.id X\n{}data_other\n_a.b 'broken\n",
        atoms("")
    );
    let found = read(&text).unwrap();
    assert_eq!((found.name.as_str(), found.chains.len()), ("1ABC", 1));
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        (
            " 5.0 0 0",
            " 5.0 ? 0",
            "line 22: a number is expected for _atom_site.Cartn_y",
        ),
        (
            "60 -1 LONG 1\nHETATM O",
            "60 -1.5 LONG 1\nHETATM O",
            "line 22: a whole number",
        ),
        (
            "LONG 2\n",
            "LONG\n",
            "the last row of _atom_site has 15 values, and 16",
        ),
        ("Cartn_z", "z", "_atom_site.Cartn_z"),
        (
            "#\n",
            "stray\n",
            "line 28: the last row of _atom_site has 1 values",
        ),
        ("#\n", "_a.b\n", "a value is expected for _a.b"),
        ("#\n", "loop_\n", "names of columns are expected"),
        ("#\n", "_a.b 'x\n", "no end"),
    ] {
        let error = read(&atoms("").replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        let error = error.to_string();
        assert!(error.contains(words), "{error}");
    }
}
