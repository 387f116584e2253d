//! Rules for the interactive form (ISO 32000-2, 12.7): signing, filling in and nothing else.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::discovery::{self, Field};
use super::super::modification::{Change, ModificationKind, Visibility};
use super::super::state::State;
use super::value::keys;
use super::{Comparison, Manner, Spot};

/// The bit of `/Ff` that locks a field, which signing may do (12.7.4.1, 12.8.2.4).
const READ_ONLY: i64 = 1;

impl Comparison<'_> {
    pub(super) fn form(&mut self, old: &Dictionary, new: &Dictionary) {
        let empty = Dictionary::new();
        let old = self
            .old
            .dictionary_value(old, b"AcroForm")
            .unwrap_or(&empty);
        let new = self
            .new
            .dictionary_value(new, b"AcroForm")
            .unwrap_or(&empty);
        let spot = self.catalog_spot();
        for key in keys(old, new) {
            match key {
                b"Fields" => self.keep_members(spot, old, new, key),
                b"SigFlags" | b"NeedAppearances" => {}
                b"DR" => self.default_resources(old, new),
                b"DA" | b"Q" if !old.has(key) => {}
                _ => self.keep(spot, old, new, key, Manner::Structure),
            }
        }
        let order = self.read_fields();
        for id in order {
            self.field(id);
        }
        if !self.same_object(old, new, b"NeedAppearances") {
            let kind = match self.has_drawn_values() {
                true => ModificationKind::Suspicious,
                false => ModificationKind::FormFilling,
            };
            self.report(kind, spot, Change::FormSettings);
        }
    }

    /// Reads the fields of both forms, and tells the order of the later ones, parents first.
    fn read_fields(&mut self) -> Vec<ObjectId> {
        let earlier = discovery::fields(self.old).into_iter();
        self.earlier = earlier.map(|field| (field.id, field)).collect();
        let fields = discovery::fields(self.new);
        let named = fields.iter().filter(|field| field.dictionary.has(b"T"));
        self.groups = named.filter_map(|field| field.parent).collect();
        let order = fields.iter().map(|field| field.id).collect();
        self.fields = fields.into_iter().map(|field| (field.id, field)).collect();
        order
    }

    /// Whether a field that stays shows something: `/NeedAppearances` has readers lay out its
    /// value anew, whatever the appearance was that was signed (12.7.3).
    fn has_drawn_values(&self) -> bool {
        self.fields.values().any(|field| {
            let dictionary = field.dictionary;
            let shows = dictionary.has(b"V") || dictionary.has(b"AP");
            shows && field.kind != Some(b"Sig") && !self.filled.contains(&field.id)
        })
    }

    fn field(&mut self, id: ObjectId) {
        let Some(field) = self.fields.get(&id) else {
            return;
        };
        let (new, parent) = (field.dictionary, field.parent);
        let signature = field.kind == Some(b"Sig");
        let fillable = field.is_fillable() && !self.groups.contains(&id);
        let widget = !new.has(b"T");
        if widget && parent.is_some_and(|parent| self.filled.contains(&parent)) {
            self.filled.insert(id);
        }
        let earlier = self.earlier.get(&id);
        // What was shown otherwise before does not become part of the form.
        let adopted = earlier.is_none_or(|earlier| earlier.parent != parent);
        match self.old.object(id).and_then(|object| object.as_dict().ok()) {
            Some(_) if adopted => self.suspicious(Spot::object(id), Change::ObjectDefined),
            Some(old) if signature => self.signature_field(id, old, new),
            Some(old) => self.value_field(id, old, new, fillable),
            None if signature => self.new_signature_field(id, parent, new),
            None => self.suspicious(Spot::object(id), Change::ObjectDefined),
        }
    }

    fn new_signature_field(&mut self, id: ObjectId, parent: Option<ObjectId>, new: &Dictionary) {
        self.filled.insert(id);
        self.follow_all(new, Manner::Fresh);
        let reused = self.is_signed_before(new);
        let subtype = self.new.name(new, b"Subtype");
        let widget = subtype.is_none_or(|subtype| subtype == b"Widget");
        if new.has(b"A") || new.has(b"AA") || reused || !widget {
            self.suspicious(Spot::object(id), Change::ObjectDefined);
        }
        // The widget of a field that is new as well belongs to that field.
        if parent.is_some_and(|parent| self.old.object(parent).is_none()) {
            return;
        }
        let visibility = self.visibility(new);
        let (kind, change) = match (new.has(b"V"), visibility) {
            (true, _) => (
                signature_kind(self.new, new, visibility),
                Change::SignatureAdded(visibility),
            ),
            (false, Visibility::Invisible) => (
                ModificationKind::FurtherSignature,
                Change::SignatureFieldAdded(visibility),
            ),
            // Nobody stands behind what it shows.
            (false, Visibility::Shown(_)) => (
                ModificationKind::Annotation,
                Change::SignatureFieldAdded(visibility),
            ),
        };
        let spot = self.widget_spot(id, new);
        self.report(kind, spot, change);
    }

    /// Whether the value of a field is an older object: its signature is not about this field.
    fn is_signed_before(&self, field: &Dictionary) -> bool {
        let signature = field.get(b"V").and_then(Object::as_reference);
        signature.is_ok_and(|signature| self.old.object(signature).is_some())
    }

    fn signature_field(&mut self, id: ObjectId, old: &Dictionary, new: &Dictionary) {
        let signed = self.old.value(old, b"V").is_none() && self.new.value(new, b"V").is_some();
        if signed && self.is_signed_before(new) {
            self.suspicious(
                Spot::object(id),
                Change::Entry {
                    key: b"V"[..].into(),
                },
            );
        } else if signed {
            self.filled.insert(id);
            let visibility = self.visibility(new);
            let kind = signature_kind(self.new, new, visibility);
            let spot = self.widget_spot(id, new);
            self.report(kind, spot, Change::SignatureFieldSigned(visibility));
        }
        let signed = self.filled.contains(&id);
        for key in keys(old, new) {
            match key {
                b"AP" if signed => self.fresh_appearance(new),
                b"V" | b"MK" | b"DA" | b"F" | b"M" if signed => {
                    self.follow_entry(new, key, Manner::Fresh);
                }
                _ => self.field_entry(id, old, new, key),
            }
        }
    }

    fn value_field(&mut self, id: ObjectId, old: &Dictionary, new: &Dictionary, fillable: bool) {
        if fillable && !self.same_object(old, new, b"V") {
            self.filled.insert(id);
            let spot = self.widget_spot(id, new);
            let kind = ModificationKind::FormFilling;
            self.report(kind, spot, Change::FieldValue);
        }
        let filled = fillable && self.filled.contains(&id);
        for key in keys(old, new) {
            match key {
                b"V" | b"AS" | b"I" | b"RV" | b"M" | b"DA" if filled => {
                    let state = self.new;
                    if let Some(value) = state.value(new, key) {
                        self.follow(value, Manner::Fresh);
                    }
                }
                b"AP" if filled => self.fresh_appearance(new),
                _ => self.field_entry(id, old, new, key),
            }
        }
    }

    /// An entry that neither a value nor a signature explains.
    fn field_entry(&mut self, id: ObjectId, old: &Dictionary, new: &Dictionary, key: &[u8]) {
        match key {
            b"Kids" => self.keep_members(Spot::object(id), old, new, key),
            b"Parent" | b"P" => {
                self.keep_reference(Spot::object(id), old, new, key);
            }
            b"AP" | b"MK" => self.keep(Spot::object(id), old, new, key, Manner::Content),
            b"Ff" if self.is_locked(old, new) => {
                let kind = ModificationKind::FormFilling;
                self.report(kind, Spot::object(id), Change::FormSettings);
            }
            _ => self.keep(Spot::object(id), old, new, key, Manner::Structure),
        }
    }

    /// An array of fields may grow, by fields that have rules of their own.
    fn keep_members(&mut self, spot: Spot, old: &Dictionary, new: &Dictionary, key: &[u8]) {
        let earlier = self.old.elements(old, key);
        let later = self.new.elements(new, key);
        let mut members = later.iter();
        let kept = earlier
            .iter()
            .all(|member| members.any(|other| other == member));
        let judged = later.iter().all(|member| member.as_reference().is_ok());
        if !kept || !judged && earlier != later {
            self.suspicious(spot, Change::Entry { key: key.into() });
        }
    }

    /// Default resources may gain entries; those that were there stay (12.7.3).
    fn default_resources(&mut self, old: &Dictionary, new: &Dictionary) {
        let (before, after) = (self.old, self.new);
        let empty = Dictionary::new();
        let old = before.dictionary_value(old, b"DR").unwrap_or(&empty);
        let new = after.dictionary_value(new, b"DR").unwrap_or(&empty);
        let spot = self.catalog_spot();
        for category in keys(old, new) {
            let (Some(earlier), Some(later)) = (
                before.dictionary_value(old, category),
                after.dictionary_value(new, category),
            ) else {
                match old.has(category) {
                    true => self.keep(spot, old, new, category, Manner::Content),
                    false => self.follow_entry(new, category, Manner::Fresh),
                }
                continue;
            };
            for name in keys(earlier, later) {
                // Signing software parks the appearance of its latest signature there; text
                // that a reader lays out itself uses fonts only (12.7.4.3).
                let kept = earlier.has(name) && category != b"XObject";
                match kept {
                    true => self.keep(spot, earlier, later, name, Manner::Content),
                    false => self.follow_entry(later, name, Manner::Fresh),
                }
            }
        }
    }

    /// An appearance that goes with a new value: its streams may change, not what they use.
    pub(super) fn fresh_appearance(&mut self, of: &Dictionary) {
        let new = self.new;
        let Some(appearances) = new.dictionary_value(of, b"AP") else {
            return;
        };
        for (_, appearance) in appearances.iter() {
            match new.resolve(appearance) {
                Object::Stream(stream) => self.follow_all(&stream.dict, Manner::Fresh),
                Object::Dictionary(states) => {
                    for (_, state) in states.iter() {
                        if let Some(dictionary) = new.dictionary(state) {
                            self.follow_all(dictionary, Manner::Fresh);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn follow_all(&mut self, of: &Dictionary, manner: Manner) {
        for (_, value) in of.iter() {
            self.follow(value, manner);
        }
    }

    pub(super) fn follow_entry(&mut self, of: &Dictionary, key: &[u8], manner: Manner) {
        if let Ok(value) = of.get(key) {
            self.follow(value, manner);
        }
    }

    fn is_locked(&self, old: &Dictionary, new: &Dictionary) -> bool {
        let flags = |state: &State<'_>, of: &Dictionary| match state.value(of, b"Ff") {
            Some(value) => value.as_i64().ok(),
            None => Some(0),
        };
        match (flags(self.old, old), flags(self.new, new)) {
            (Some(old), Some(new)) => old != new && new == old | READ_ONLY,
            _ => false,
        }
    }

    /// The corners of the widget, or of the first kid that is one.
    fn visibility(&self, widget: &Dictionary) -> Visibility {
        let mut waiting = vec![widget];
        let mut seen = HashSet::new();
        while let Some(widget) = waiting.pop() {
            let corners: Vec<f32> = self
                .new
                .elements(widget, b"Rect")
                .iter()
                .filter_map(|corner| self.new.resolve(corner).as_float().ok())
                .collect();
            match corners[..] {
                [left, bottom, right, top] if left == right || bottom == top => {}
                [left, bottom, right, top] => {
                    let points = [left, bottom, right, top].map(|corner| corner.round() as i32);
                    return Visibility::Shown(points);
                }
                _ if widget.has(b"Rect") => return Visibility::Shown([0; 4]),
                _ => {}
            }
            let kids = self.new.elements(widget, b"Kids").iter();
            let fresh = kids.filter(|kid| kid.as_reference().is_ok_and(|id| seen.insert(id)));
            waiting.extend(fresh.filter_map(|kid| self.new.dictionary(kid)));
        }
        Visibility::Invisible
    }

    fn widget_spot(&self, id: ObjectId, widget: &Dictionary) -> Spot {
        let page = widget.get(b"P").and_then(Object::as_reference);
        Spot {
            page: page
                .ok()
                .and_then(|page| self.pages.get(&page).copied().flatten()),
            id: Some(id),
        }
    }

    /// Whether `id` is a field that this revision added or signed.
    pub(super) fn is_fresh_signature_field(&self, id: ObjectId) -> bool {
        let signature = |field: &Field<'_>| field.kind == Some(b"Sig");
        self.fields.get(&id).is_some_and(signature) && self.filled.contains(&id)
    }
}

fn signature_kind(
    state: &State<'_>,
    field: &Dictionary,
    visibility: Visibility,
) -> ModificationKind {
    let value = state.dictionary_value(field, b"V");
    let timestamp = value.is_some_and(|value| {
        state.name(value, b"Type") == Some(b"DocTimeStamp")
            || state.name(value, b"SubFilter") == Some(b"ETSI.RFC3161")
    });
    match (timestamp, visibility) {
        (false, _) => ModificationKind::FurtherSignature,
        (true, Visibility::Invisible) => ModificationKind::DocumentTimestamp,
        // Anybody gets a time-stamp: its authority does not stand behind what the field shows.
        (true, Visibility::Shown(_)) => ModificationKind::Annotation,
    }
}
