//! What the first lines of a PDB file say of it as a whole.

use crate::io::alignments::text::name;
use crate::io::structures::prediction::Origin;
use crate::io::structures::unfinished::Unfinished;

/// The most of a title that is kept.
const MOST_TITLE: usize = 1000;

/// The lines so far.
#[derive(Default)]
pub struct Header {
    name: String,
    title: String,
    origin: Origin,
}

impl Header {
    /// Reads a line of any record.
    pub fn read(&mut self, line: &[u8]) {
        let (record, rest) = line.split_at(line.len().min(6));
        match record {
            b"HEADER" => {
                self.origin.mention(rest);
                self.name = name(super::columns(line, (63, 66)));
            }
            b"TITLE " => {
                self.origin.mention(rest);
                let part = name(super::columns(line, (11, 80)));
                if self.title.len() + part.len() < MOST_TITLE {
                    let blank = if self.title.is_empty() { "" } else { " " };
                    self.title = format!("{}{blank}{part}", self.title);
                }
            }
            b"EXPDTA" => self.origin.method(rest),
            b"COMPND" | b"AUTHOR" | b"PARENT" => self.origin.mention(rest),
            // Others are about the experiment, which may have begun with a predicted model.
            b"REMARK" => match super::columns(line, (8, 10)) {
                b"" | b"1" => self.origin.mention(rest),
                number if number.iter().any(u8::is_ascii_alphabetic) => self.origin.mention(rest),
                _ => {}
            },
            _ => {}
        }
    }

    /// A structure without chains.
    pub fn finish(self) -> Unfinished {
        Unfinished {
            name: self.name,
            title: self.title,
            predicted: self.origin.predicted(),
            ..Unfinished::default()
        }
    }
}
