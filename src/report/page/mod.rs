//! A page: one HTML file with its chapters, data, style and script, which asks nobody for anything.

use super::chapter::Chapter;
use super::drawing::Places;
use super::drawing::canvas::escaped;
use super::facts::Facts;
use serde_json::json;
use std::io::{self, Write};

/// Looks, for all ways of reading.
const STYLE: &str = include_str!("page.css");

/// What happens under the pointer and the keyboard.
const SCRIPT: &str = include_str!("page.js");

/// Nothing may be loaded, from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

/// Writes the page.
///
/// # Errors
/// Those of `output`.
pub fn write(facts: &Facts<'_>, chapters: &[Chapter], output: &mut dyn Write) -> io::Result<()> {
    let title = escaped(&facts.source.title);
    write!(
        output,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"{}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(&facts.source.created_by)
    )?;
    write!(
        output,
        "<a class=\"skip\" href=\"#{}\">Skip to the contents</a>\n<header><div><h1>{title}</h1><p>{}</p></div>\
         <div class=\"tools\"><label>Position <input id=\"find\" list=\"positions\" autocomplete=\"off\" placeholder=\"e.g. {}\"></label>\
         <datalist id=\"positions\"></datalist>\
         <button type=\"button\" id=\"theme\" aria-label=\"Light or dark\">Light / dark</button></div></header>\n",
        chapters.first().map_or("", |chapter| chapter.id),
        escaped(&facts.source.file),
        escaped(
            &facts
                .model
                .columns
                .residue(facts.model.sites() / 2)
                .to_string()
        ),
    )?;
    output.write_all(b"<nav aria-label=\"Chapters\"><ul>")?;
    for Chapter { id, title, .. } in chapters {
        write!(output, "<li><a href=\"#{id}\">{}</a></li>", escaped(title))?;
    }
    output.write_all(b"</ul></nav>\n<main>\n<noscript><p class=\"stress\">Without scripts tables stay empty; drawings and words are all here.</p></noscript>\n\
        <section id=\"position\" hidden aria-live=\"polite\"></section>\n")?;
    for Chapter {
        id, title, html, ..
    } in chapters
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
    write_data(facts, chapters, output)?;
    write!(output, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n")
}

/// The data, once, as JSON.
fn write_data(facts: &Facts<'_>, chapters: &[Chapter], output: &mut dyn Write) -> io::Result<()> {
    output.write_all(b"<script type=\"application/json\" id=\"data\">\n{\"target\":")?;
    let places = Places::of(&facts.model.columns);
    let labels: Vec<String> = (0..places.count())
        .map(|place| places.label(place))
        .collect();
    let letters: String = (0..places.count())
        .map(|place| char::from(places.letter(place)))
        .collect();
    let modelled: Vec<usize> = (0..places.count())
        .filter(|&place| places.site(place).is_some())
        .collect();
    let target = json!({
        "name": facts.model.target, "labels": labels, "letters": letters, "modelled": modelled,
    });
    safe(target.to_string().as_bytes(), output)?;
    let panels: serde_json::Map<String, serde_json::Value> = chapters
        .iter()
        .flat_map(|chapter| &chapter.panels)
        .map(|(name, panels)| (name.clone(), panels.clone().into()))
        .collect();
    output.write_all(b",\n\"panels\":")?;
    safe(
        serde_json::Value::from(panels).to_string().as_bytes(),
        output,
    )?;
    for (name, rows) in chapters.iter().flat_map(|chapter| &chapter.data) {
        write!(output, ",\n\"{name}\":")?;
        safe(rows, output)?;
    }
    output.write_all(b"}\n</script>\n")
}

/// JSON in a page: nothing in it may end the element that it stands in.
fn safe(json: &[u8], output: &mut dyn Write) -> io::Result<()> {
    for piece in json.split_inclusive(|&byte| byte == b'<') {
        match piece.split_last() {
            Some((b'<', rest)) => {
                output.write_all(rest)?;
                output.write_all(b"\\u003c")?;
            }
            _ => output.write_all(piece)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_their_element() {
        let mut safe_text = Vec::new();
        safe(br#"{"name":"</script><b>"}"#, &mut safe_text).unwrap();
        assert_eq!(safe_text, br#"{"name":"\u003c/script>\u003cb>"}"#);
        let back: serde_json::Value = serde_json::from_slice(&safe_text).unwrap();
        assert_eq!(back["name"], "</script><b>");
    }
}
