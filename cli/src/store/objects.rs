//! Envelopes as objects of a server that speaks S3.
//!
//! Who may ask, and where the server is, stand in the usual variables: `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL` and, where that
//! is without TLS, `AWS_ALLOW_HTTP`.

use super::{INDEX, IndexFile, Listed, Replaced, Store, Version, is_index};
use crate::staging::Staging;
use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path as Key;
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutPayload, UpdateVersion,
};
use sigill::Bytes;
use std::fs;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use tokio::runtime::{Builder, Runtime};

/// The objects under a prefix of a bucket.
pub struct Objects {
    /// `s3://BUCKET/PREFIX`
    url: String,
    prefix: Key,
    bucket: AmazonS3,
    runtime: Runtime,
}

impl Objects {
    /// The objects under a URL.
    ///
    /// # Errors
    /// Where the URL or the variables cannot be used; the server is not asked.
    pub fn open(url: &str) -> io::Result<Self> {
        // TLS as for the time-stamping authorities; that another was chosen before does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let prefix = url.splitn(4, '/').nth(3).unwrap_or_default();
        let bucket = AmazonS3Builder::from_env()
            .with_url(url)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .build()?;
        Ok(Objects {
            url: url.trim_end_matches('/').to_owned(),
            prefix: parse(prefix.trim_end_matches('/'))?,
            bucket,
            runtime: runtime()?,
        })
    }

    fn wait<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.runtime.block_on(future)
    }

    fn key(&self, name: &Path) -> io::Result<Key> {
        let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        match self.prefix.as_ref() {
            "" => parse(name),
            prefix => parse(&format!("{prefix}/{name}")),
        }
    }

    fn get(&self, key: &Key) -> Result<(Bytes, Version), Error> {
        self.wait(async {
            let answer = self.bucket.get(key).await?;
            let version = version(&answer.meta);
            Ok((answer.bytes().await?, version))
        })
    }

    fn put(&self, key: &Key, content: &[u8], mode: PutMode) -> Result<(), Error> {
        let content = PutPayload::from(content.to_vec());
        let put = self.bucket.put_opts(key, content, mode.into());
        self.wait(put).map(drop)
    }

    /// Puts an object in the place of that version of it, and of no other.
    fn update(&self, key: &Key, content: &[u8], read: &Version) -> io::Result<Replaced> {
        let expected = UpdateVersion {
            e_tag: Some(format!("\"{}\"", read.tag)),
            version: None,
        };
        match self.put(key, content, PutMode::Update(expected)) {
            Ok(()) => Ok(Replaced::Done),
            Err(Error::Precondition { .. } | Error::NotFound { .. }) => Ok(Replaced::Changed),
            Err(error) => Err(error.into()),
        }
    }
}

impl Store for Objects {
    fn list(&self) -> io::Result<Vec<Listed>> {
        let answer: Vec<ObjectMeta> =
            self.wait(self.bucket.list(Some(&self.prefix)).try_collect())?;
        let mut listed: Vec<Listed> = answer
            .iter()
            .filter_map(|about| {
                let parts = about.location.prefix_match(&self.prefix)?;
                let name: PathBuf = parts.map(|part| part.as_ref().to_owned()).collect();
                let version = version(about);
                let is_index = name.file_name().is_some_and(is_index);
                (!is_index).then_some(Listed { name, version })
            })
            .collect();
        listed.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(listed)
    }

    fn about(&self, name: &Path) -> io::Result<Version> {
        Ok(version(&self.wait(self.bucket.head(&self.key(name)?))?))
    }

    fn read(&self, name: &Path) -> io::Result<(Bytes, Version)> {
        Ok(self.get(&self.key(name)?)?)
    }

    fn create(&self, name: &Path, envelope: &[u8], _staging: &Staging) -> io::Result<()> {
        match self.put(&self.key(name)?, envelope, PutMode::Create) {
            Err(Error::AlreadyExists { .. }) => Err(io::ErrorKind::AlreadyExists.into()),
            outcome => Ok(outcome?),
        }
    }

    fn replace(
        &self,
        name: &Path,
        envelope: &[u8],
        read: &Version,
        _staging: &Staging,
    ) -> io::Result<Replaced> {
        self.update(&self.key(name)?, envelope, read)
    }

    fn path_of(&self, name: &Path) -> PathBuf {
        PathBuf::from(format!("{}/{}", self.url, name.display()))
    }

    fn above(&self) -> Option<(Box<dyn Store>, PathBuf)> {
        let name = self.prefix.filename()?.to_owned();
        let mut parts: Vec<_> = self.prefix.parts().collect();
        parts.pop();
        let above = Objects {
            url: self.url.rsplit_once('/')?.0.to_owned(),
            prefix: parts.into_iter().collect(),
            bucket: self.bucket.clone(),
            runtime: runtime().ok()?,
        };
        Some((Box::new(above), PathBuf::from(name)))
    }

    fn staging(&self) -> Result<Staging, String> {
        Staging::below(&std::env::temp_dir())
    }

    fn index(&self) -> io::Result<Option<IndexFile>> {
        let (bytes, version) = match self.get(&self.key(Path::new(INDEX))?) {
            Ok(read) => read,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("index");
        fs::write(&path, bytes)?;
        Ok(Some(IndexFile {
            path,
            copy_of: Some((version, folder)),
        }))
    }

    fn keep_index(&self, file: IndexFile) -> io::Result<Replaced> {
        let key = self.key(Path::new(INDEX))?;
        let content = fs::read(&file.path)?;
        match &file.copy_of {
            Some((read, _)) => self.update(&key, &content, read),
            None => {
                self.put(&key, &content, PutMode::Overwrite)?;
                Ok(Replaced::Done)
            }
        }
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn parse(key: &str) -> io::Result<Key> {
    Key::parse(key).map_err(|error| io::Error::new(io::ErrorKind::InvalidFilename, error))
}

fn version(about: &ObjectMeta) -> Version {
    let tag = about.e_tag.as_deref().unwrap_or_default();
    Version {
        size: about.size,
        tag: tag.trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::Objects;
    use crate::store::{Replaced, Store, Version};
    use object_store::aws::AmazonS3Builder;
    use std::io::ErrorKind;
    use std::path::Path;

    /// A prefix on the server of the tests, if there is one.
    fn objects(bucket: &str) -> Option<Objects> {
        let Ok(endpoint) = std::env::var("SIGILL_S3_ENDPOINT") else {
            println!("skipped: SIGILL_S3_ENDPOINT names no server");
            return None;
        };
        ureq::put(format!("{endpoint}/{bucket}"))
            .send_empty()
            .unwrap();
        let mut objects = Objects::open(&format!("s3://{bucket}/a/b/")).unwrap();
        objects.bucket = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_allow_http(true)
            .with_bucket_name(bucket)
            .with_access_key_id("somebody")
            .with_secret_access_key("something")
            .build()
            .unwrap();
        Some(objects)
    }

    #[test]
    fn an_object_is_made_once_and_exchanged_only_as_it_was_read() {
        let Some(store) = objects("conditional") else {
            return;
        };
        let staging = store.staging().unwrap();
        let name = Path::new("2026/å b%.asice");
        assert!(store.about(name).is_err());
        store.create(name, b"one", &staging).unwrap();
        let again = store.create(name, b"two", &staging).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        let (bytes, read) = store.read(name).unwrap();
        assert_eq!(bytes, &b"one"[..]);
        let listed = store.list().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].name.as_path(), &listed[0].version),
            (name, &read)
        );
        let done = store.replace(name, b"three", &read, &staging).unwrap();
        assert_eq!(done, Replaced::Done);
        let late = store.replace(name, b"four", &read, &staging).unwrap();
        assert_eq!(late, Replaced::Changed);
        assert_eq!(store.read(name).unwrap().0, &b"three"[..]);
        let gone = Path::new("gone.asice");
        let version = Version {
            size: 1,
            tag: "0".to_owned(),
        };
        assert_eq!(
            store.replace(gone, b"five", &version, &staging).unwrap(),
            Replaced::Changed
        );
        assert_eq!(store.read(gone).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(
            store.path_of(gone),
            Path::new("s3://conditional/a/b/gone.asice")
        );
    }
}
