//! METS 1.12, by E-ARK CSIP 2.2 and SIP 2.2: numbers such as CSIP80 are those of the profiles.

use super::described::shown;
use super::{Exported, File, Party, Sections};
use crate::UnixTime;
use askama::Template;

/// The METS document of the package.
pub(super) fn write(exported: &Exported<'_>, sections: &Sections) -> String {
    let template = Package {
        identifier: &exported.identifier,
        label: shown(exported.document_name),
        header: Header::new(exported),
        sections,
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

/// The METS document of the only representation.
pub(super) fn write_representation(exported: &Exported<'_>) -> String {
    let data = &exported.envelope;
    let below = data.path.strip_prefix("representations/rep1/");
    let template = Representation {
        header: Header::new(exported),
        data,
        location: below.unwrap_or(&data.path),
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "export/mets.xml")]
struct Package<'a> {
    identifier: &'a str,
    label: String,
    header: Header,
    sections: &'a Sections,
}

#[derive(Template)]
#[template(path = "export/representation.xml")]
struct Representation<'a> {
    header: Header,
    data: &'a File,
    location: &'a str,
}

/// `metsHdr` with its agents.
struct Header {
    created: UnixTime,
    version: &'static str,
    agents: Vec<Agent>,
    agreement: Option<String>,
}

/// An organisation in `metsHdr`.
struct Agent {
    role: &'static str,
    name: String,
    code: Option<String>,
}

impl Header {
    fn new(exported: &Exported<'_>) -> Self {
        let delivery = exported.delivery;
        let agent = |role, party: &Party| Agent {
            role,
            name: shown(&party.name),
            code: party.code.as_deref().map(shown),
        };
        let creator = delivery.creator.as_ref().unwrap_or(&delivery.submitter);
        let mut agents = vec![
            agent("ARCHIVIST", creator),
            agent("CREATOR", &delivery.submitter),
        ];
        agents.extend(
            delivery
                .archive
                .iter()
                .map(|party| agent("PRESERVATION", party)),
        );
        Header {
            created: delivery.created,
            version: env!("CARGO_PKG_VERSION"),
            agents,
            agreement: delivery.agreement.as_deref().map(shown),
        }
    }
}
