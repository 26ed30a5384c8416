//! What the bytes on the wire mean.

use super::limits;
use super::source::Checked;
use super::table::{Section, Text, Value};
use crate::interop::model::pair::{FieldType, Sides, Wire};
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;
use crate::text::suggestion::did_you_mean_whole;

/// `wire` and `charset` of a pair.
pub(super) fn wire(pair: &Section<'_>) -> Checked<Sides<Wire>> {
    let charset = pair.text("charset")?;
    let wires = match pair.get("wire") {
        None => Sides {
            client: Wire::Unknown,
            server: Wire::Unknown,
        },
        Some(value) if value.is_table() => {
            let sides = value.section("`wire`", &["client", "server"])?;
            let side = |role| match sides.get(role) {
                Some(side) => one(&side, charset.as_ref()),
                None => Ok(Wire::Unknown),
            };
            Sides {
                client: side("client")?,
                server: side("server")?,
            }
        }
        Some(value) => {
            let wire = one(&value, charset.as_ref())?;
            Sides {
                client: wire.clone(),
                server: wire,
            }
        }
    };
    let has_charset = |wire: &Wire| match wire {
        Wire::Framing(framing) => framing.charset().is_some(),
        Wire::Unknown | Wire::Fields(_) => false,
    };
    match charset {
        Some(charset) if !has_charset(&wires.client) && !has_charset(&wires.server) => {
            Err(charset.wrong("`charset` needs wire = \"line\": other messages have no charset"))
        }
        _ => Ok(wires),
    }
}

fn one(value: &Value<'_>, charset: Option<&Text<'_>>) -> Checked<Wire> {
    let text = value.text()?;
    let framing = Framing::ALL
        .into_iter()
        .find(|framing| framing.name() == text.text);
    match framing {
        Some(framing) => {
            let charset = charset.filter(|_| framing.charset().is_some());
            let given = charset.map(parsed).transpose()?;
            let in_given = given.and_then(|charset| framing.in_charset(charset).ok());
            Ok(Wire::Framing(in_given.unwrap_or(framing)))
        }
        None => fields(&text),
    }
}

fn parsed(charset: &Text<'_>) -> Checked<Charset> {
    let charset_of = charset.text.parse::<Charset>();
    charset_of.map_err(|why| charset.wrong(format!("`charset`: {why}")))
}

/// `int, utf, boolean`.
fn fields(text: &Text<'_>) -> Checked<Wire> {
    let words: Vec<&str> = text.text.split(',').map(str::trim).collect();
    limits::check(text.at(), words.len(), limits::ITEMS, "fields")?;
    let field = |word: &&str| {
        let found = FieldType::ALL
            .into_iter()
            .find(|field| field.name() == *word);
        found.ok_or_else(|| {
            let framings = Framing::ALL.map(Framing::name);
            let fields = FieldType::ALL.map(FieldType::name);
            let known = framings.iter().chain(&fields);
            let hint = match did_you_mean_whole(word, known.copied()) {
                hint if hint.is_empty() => format!(
                    ": expected {}, or fields such as \"int, utf\" out of {}",
                    framings.join(", "),
                    fields.join(", ")
                ),
                hint => hint,
            };
            text.wrong(format!("`wire` cannot be {word:?}{hint}"))
        })
    };
    Ok(Wire::Fields(
        words.iter().map(field).collect::<Checked<_>>()?,
    ))
}
