//! The standard security handler (ISO 32000-2, 7.6.4), up to AES-256.

use lopdf::{EncryptionState, Object, ObjectId, Stream};

use super::objects::Objects;
use crate::error::Error;

/// What opens the strings and streams of a file.
pub(super) struct Decryption {
    state: EncryptionState,
    /// The encryption dictionary, which nothing encrypts.
    dictionary: Option<ObjectId>,
}

impl Decryption {
    /// Of a file of `revisions` revisions, by the last of them; none when nothing is encrypted.
    ///
    /// # Errors
    ///
    /// [`Error::Encrypted`] when the handler is another one or `password` does not open it.
    pub(super) fn of(
        objects: &Objects,
        revisions: usize,
        password: &str,
    ) -> Result<Option<Self>, Error> {
        let last = revisions.saturating_sub(1);
        let trailer = objects.trailer(last);
        let Ok(encrypt) = trailer.get(b"Encrypt") else {
            return Ok(None);
        };
        let dictionary = encrypt.as_reference().ok();
        // lopdf asks for a document and looks at these two.
        let mut document = lopdf::Document::new();
        document.trailer = trailer.clone();
        if let Some(id) = dictionary {
            let parsed = objects.parsed(id, last).ok_or(Error::Encrypted)?;
            document.objects.insert(id, parsed.object.clone());
        }
        let state = EncryptionState::decode(&document, password).map_err(|_| Error::Encrypted)?;
        Ok(Some(Decryption { state, dictionary }))
    }

    /// Opens the strings of an object; what cannot be opened stays as it is.
    pub(super) fn decrypt(&self, id: ObjectId, object: &mut Object) {
        if self.dictionary == Some(id) {
            return;
        }
        match object {
            // Its content is opened when it is asked for.
            Object::Stream(stream) if !stream.dict.has_type(b"XRef") => {
                let mut strings = Object::Dictionary(std::mem::take(&mut stream.dict));
                let _ = lopdf::encryption::decrypt_object(&self.state, id, &mut strings);
                if let Object::Dictionary(dictionary) = strings {
                    stream.dict = dictionary;
                }
            }
            _ => {
                let _ = lopdf::encryption::decrypt_object(&self.state, id, object);
            }
        }
    }

    /// Opens the content of a stream.
    pub(super) fn content(&self, id: ObjectId, stream: &Stream, encoded: &[u8]) -> Option<Vec<u8>> {
        let mut object = Object::Stream(Stream {
            dict: stream.dict.clone(),
            content: encoded.to_vec(),
            allows_compression: false,
            start_position: None,
        });
        // Its strings are open already, so an error may be theirs; the content is replaced
        // only where it could be opened.
        let _ = lopdf::encryption::decrypt_object(&self.state, id, &mut object);
        match object {
            Object::Stream(stream) => Some(stream.content),
            _ => None,
        }
    }
}
