//! The part of custom XML in which a file says what it is bound to.

use crate::model::{Audience, Role, Source, State};
use crate::trace::{Manifest, NAMESPACE};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::NsReader;
use std::collections::BTreeMap;

/// The manifest; `None` where the part is something else, or broken.
pub(super) fn read(xml: &str) -> Option<Manifest> {
    // Most custom parts are not ours, and need no reading.
    if !xml.contains(NAMESPACE) {
        return None;
    }
    let mut reader = NsReader::from_str(xml);
    let mut manifest = None;
    loop {
        let (space, event) = reader.read_resolved_event().ok()?;
        let ours =
            matches!(space, quick_xml::name::ResolveResult::Bound(n) if n.as_ref() == NAMESPACE);
        match event {
            Event::DocType(_) => return None,
            Event::Eof => return manifest,
            Event::Start(tag) | Event::Empty(tag) if ours => {
                let mut values = attributes(&tag);
                let mut take = |name: &str| values.remove(name).unwrap_or_default();
                match (tag.local_name().as_ref(), &mut manifest) {
                    ("document", None) => {
                        let state = take("state");
                        let audience = take("audience");
                        manifest = Some(Manifest {
                            state: if state == "final" { State::Final } else { State::Draft },
                            audience: match audience.as_str() {
                                "public" => Audience::Public,
                                _ => Audience::Internal,
                            },
                            engine: take("engine"),
                            ..Manifest::default()
                        });
                    }
                    ("source", Some(manifest)) => {
                        let role = take("role");
                        let role = Role::ALL.into_iter().find(|known| known.code() == role)?;
                        manifest.sources.push(Source {
                            role,
                            id: take("id"),
                            title: take("title"),
                            version: take("version"),
                            hash: take("hash"),
                        });
                    }
                    ("figure", Some(manifest)) => {
                        manifest.figures.push((take("key"), take("text")));
                    }
                    ("free", Some(manifest)) => manifest.free.push((take("key"), take("prompt"))),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn attributes(tag: &BytesStart<'_>) -> BTreeMap<String, String> {
    let all = tag.attributes().flatten();
    all.filter_map(|attribute| {
        let value = unescape(&attribute.value).ok()?.into_owned();
        Some((attribute.key.as_ref().to_owned(), value))
    })
    .collect()
}
