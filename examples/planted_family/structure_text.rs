//! Structures as PDB and as mmCIF files.

use std::fmt::Write as _;

/// The three-letter names of amino acids, each behind its letter.
const NAMES: [(char, &str); 20] = [
    ('A', "ALA"),
    ('C', "CYS"),
    ('D', "ASP"),
    ('E', "GLU"),
    ('F', "PHE"),
    ('G', "GLY"),
    ('H', "HIS"),
    ('I', "ILE"),
    ('K', "LYS"),
    ('L', "LEU"),
    ('M', "MET"),
    ('N', "ASN"),
    ('P', "PRO"),
    ('Q', "GLN"),
    ('R', "ARG"),
    ('S', "SER"),
    ('T', "THR"),
    ('V', "VAL"),
    ('W', "TRP"),
    ('Y', "TYR"),
];

/// An atom: its name, of at most three letters, the first its element, and its place in angstrom.
#[derive(Debug, Clone, PartialEq)]
pub struct TextAtom {
    pub name: String,
    pub position: [f64; 3],
}

/// A residue.
#[derive(Debug, Clone, PartialEq)]
pub struct TextResidue {
    pub letter: char,
    pub number: i64,
    pub insertion: Option<char>,
    pub b_factor: f64,
    pub atoms: Vec<TextAtom>,
}

/// A chain; in PDB files its name has two letters at most.
#[derive(Debug, Clone, PartialEq)]
pub struct TextChain {
    pub name: String,
    pub residues: Vec<TextResidue>,
}

/// A structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub name: String,
    pub title: String,
    pub chains: Vec<TextChain>,
    /// Rows of rotation and shift; all chains are moved by each, to make assembly 1.
    pub operators: Vec<[[f64; 4]; 3]>,
}

impl TextResidue {
    fn name(&self) -> &'static str {
        let found = NAMES.iter().find(|(letter, _)| *letter == self.letter);
        found.map_or("UNK", |(_, name)| name)
    }
}

impl Text {
    /// As a PDB file, the operators in REMARK 350.
    pub fn pdb(&self) -> String {
        let mut text = format!("{:62}{:<4}\n", "HEADER    DEMONSTRATION", self.name);
        let _ = writeln!(text, "TITLE     {}", self.title.to_uppercase());
        if !self.operators.is_empty() {
            let names: Vec<&str> = self.chains.iter().map(|chain| &chain.name[..]).collect();
            let _ = writeln!(text, "REMARK 350 BIOMOLECULE: 1");
            let _ = writeln!(
                text,
                "REMARK 350 APPLY THE FOLLOWING TO CHAINS: {}",
                names.join(", ")
            );
        }
        for (k, operator) in self.operators.iter().enumerate() {
            for (row, [x, y, z, shift]) in operator.iter().enumerate() {
                let (number, row) = (k + 1, row + 1);
                let _ = writeln!(
                    text,
                    "REMARK 350   BIOMT{row} {number:>3}{x:10.6}{y:10.6}{z:10.6}{shift:15.5}"
                );
            }
        }
        let mut serial = 0;
        for chain in &self.chains {
            for residue in &chain.residues {
                for atom in &residue.atoms {
                    serial += 1;
                    let insertion = residue.insertion.unwrap_or(' ');
                    let [x, y, z] = atom.position;
                    let _ = writeln!(
                        text,
                        "ATOM  {:>5}  {:<3} {}{:>2}{:>4}{insertion}   {x:8.3}{y:8.3}{z:8.3}  1.00{:6.2}          {:>2}",
                        serial % 100_000,
                        atom.name,
                        residue.name(),
                        chain.name,
                        residue.number,
                        residue.b_factor,
                        &atom.name[..1],
                    );
                }
            }
            let _ = writeln!(text, "TER");
        }
        text + "END\n"
    }

    /// As an mmCIF file, with the operators in `_pdbx_struct_oper_list`. Its own names of chains are X1, X2, ...
    pub fn mmcif(&self) -> String {
        let mut text = format!(
            "data_{0}\n_entry.id {0}\n_struct.title '{1}'\n",
            self.name, self.title
        );
        if !self.operators.is_empty() {
            text += &self.assembly();
        }
        text += "loop_\n";
        for column in [
            "group_PDB",
            "id",
            "type_symbol",
            "label_atom_id",
            "label_alt_id",
            "label_comp_id",
            "label_asym_id",
            "label_seq_id",
            "pdbx_PDB_ins_code",
            "Cartn_x",
            "Cartn_y",
            "Cartn_z",
            "occupancy",
            "B_iso_or_equiv",
            "auth_seq_id",
            "auth_asym_id",
        ] {
            let _ = writeln!(text, "_atom_site.{column}");
        }
        let mut serial = 0;
        for (n, chain) in self.chains.iter().enumerate() {
            for (k, residue) in chain.residues.iter().enumerate() {
                for atom in &residue.atoms {
                    serial += 1;
                    let [x, y, z] = atom.position;
                    let _ = writeln!(
                        text,
                        "ATOM {serial} {} {} . {} X{} {} {} {x:.3} {y:.3} {z:.3} 1.00 {:.2} {} {}",
                        &atom.name[..1],
                        atom.name,
                        residue.name(),
                        n + 1,
                        k + 1,
                        residue.insertion.unwrap_or('?'),
                        residue.b_factor,
                        residue.number,
                        chain.name,
                    );
                }
            }
        }
        text + "#\n"
    }

    fn assembly(&self) -> String {
        let chains: Vec<String> = (1..=self.chains.len()).map(|n| format!("X{n}")).collect();
        let mut text = format!(
            "_pdbx_struct_assembly_gen.assembly_id 1\n_pdbx_struct_assembly_gen.oper_expression (1-{})\n_pdbx_struct_assembly_gen.asym_id_list {}\nloop_\n_pdbx_struct_oper_list.id\n",
            self.operators.len(),
            chains.join(",")
        );
        for row in 1..=3 {
            for column in 1..=3 {
                let _ = writeln!(text, "_pdbx_struct_oper_list.matrix[{row}][{column}]");
            }
            let _ = writeln!(text, "_pdbx_struct_oper_list.vector[{row}]");
        }
        for (k, operator) in self.operators.iter().enumerate() {
            let numbers = operator.iter().flatten();
            let numbers: Vec<String> = numbers.map(|number| format!("{number:.6}")).collect();
            let _ = writeln!(text, "{} {}", k + 1, numbers.join(" "));
        }
        text
    }
}
