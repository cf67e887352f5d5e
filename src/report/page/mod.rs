//! A page: one HTML file with its chapters, data, style and script, which asks nobody for anything.

use super::chapter::Chapter;
use super::drawing::Places;
use super::drawing::canvas::{escaped, safe_json};
use super::facts::Facts;
use super::summary;
use crate::io::tables::columns::FamilyRow;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Looks, for all ways of reading.
const STYLE: &str = include_str!("page.css");

/// What happens under the pointer and the keyboard.
const SCRIPT: &str = include_str!("page.js");

/// Nothing may be loaded, from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

/// A page to be written.
pub struct Page<'a> {
    /// The line at the top.
    pub title: &'a str,
    /// The line below it.
    pub subtitle: String,
    /// Program and version.
    pub created_by: &'a str,
    /// What a family comes to, for a page that lists many; none of such a list itself.
    pub summary: Option<FamilyRow>,
    /// The places that drawings and tables are about; none of a list.
    pub places: Option<Places<'a>>,
    /// What is on it.
    pub chapters: &'a [Chapter],
}

impl<'a> Page<'a> {
    /// Of a family.
    pub fn of(facts: &'a Facts<'_>, chapters: &'a [Chapter]) -> Self {
        Self {
            title: &facts.source.title,
            subtitle: format!(
                "Which residues touch and which mutants are likely to work, as a Potts model learnt from related sequences has it. Made from {}.",
                facts.source.file
            ),
            created_by: &facts.source.created_by,
            summary: Some(summary::of(facts)),
            places: Some(Places::of(&facts.model.columns)),
            chapters,
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        self.write_head(output)?;
        output.write_all(b"<nav aria-label=\"Chapters\"><ul>")?;
        for Chapter { id, title, .. } in self.chapters {
            write!(output, "<li><a href=\"#{id}\">{}</a></li>", escaped(title))?;
        }
        output.write_all(b"</ul></nav>\n<main>\n<noscript><p class=\"stress\">Without scripts tables stay empty; drawings and words are all here.</p></noscript>\n\
            <section id=\"position\" hidden aria-live=\"polite\"></section>\n")?;
        for Chapter {
            id, title, html, ..
        } in self.chapters
        {
            write!(
                output,
                "<section id=\"{id}\" class=\"chapter\" aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{}</h2>\n{html}\n</section>\n",
                escaped(title)
            )?;
        }
        output.write_all(
            b"</main>\n<div id=\"tip\" role=\"status\" aria-live=\"polite\" hidden></div>\n",
        )?;
        self.write_data(output)?;
        write!(output, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n")
    }

    fn write_head(&self, output: &mut dyn Write) -> io::Result<()> {
        let title = escaped(self.title);
        write!(
            output,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"{}\">\n<title>{title}</title>\n",
            escaped(self.created_by)
        )?;
        if let Some(summary) = &self.summary {
            summary::write(summary, output)?;
        }
        write!(
            output,
            "<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#{}\">Skip to the contents</a>\n\
             <header><div><h1>{title}</h1><p>{}</p></div><div class=\"tools\">",
            self.chapters.first().map_or("", |chapter| chapter.id),
            escaped(&self.subtitle),
        )?;
        if let Some(places) = &self.places {
            write!(
                output,
                "<label>Position <input id=\"find\" list=\"position-names\" autocomplete=\"off\" placeholder=\"e.g. {}\"></label>\
                 <datalist id=\"position-names\"></datalist>",
                escaped(&places.label(places.count() / 2))
            )?;
        }
        output.write_all(b"<button type=\"button\" id=\"theme\" aria-label=\"Light or dark\">Light / dark</button></div></header>\n")
    }

    /// The data, once, as JSON.
    fn write_data(&self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"<script type=\"application/json\" id=\"data\">\n{\"target\":")?;
        let count = self.places.as_ref().map_or(0, Places::count);
        let places = || {
            self.places
                .iter()
                .flat_map(|places| (0..count).map(move |place| (places, place)))
        };
        let labels: Vec<String> = places()
            .map(|(places, place)| places.label(place))
            .collect();
        let letters: String = places()
            .map(|(places, place)| char::from(places.letter(place)))
            .collect();
        let modelled = places().filter(|(places, place)| places.site(*place).is_some());
        let modelled: Vec<usize> = modelled.map(|(_, place)| place).collect();
        let target = json!({ "labels": labels, "letters": letters, "modelled": modelled });
        safe_json(target.to_string().as_bytes(), output)?;
        let panels = self.chapters.iter().flat_map(|chapter| &chapter.panels);
        let panels = panels.map(|(name, panels)| (name.clone(), Value::from(panels.clone())));
        let panels: Map<String, Value> = panels.collect();
        output.write_all(b",\n\"panels\":")?;
        safe_json(Value::from(panels).to_string().as_bytes(), output)?;
        for (name, rows) in self.chapters.iter().flat_map(|chapter| &chapter.data) {
            write!(output, ",\n\"{name}\":")?;
            safe_json(rows, output)?;
        }
        output.write_all(b"}\n</script>\n")
    }
}
