//! `sigill export`.

use crate::arguments::{ExportArguments, Format, PackageForm};
use crate::check;
use crate::input::{self, Setting};
use crate::output::{self, Answer, Status, failure};
use crate::staging::problem;
use crate::store::Named;
use sigill::archive::{self, Delivery, ExportReport, Package, Party};
use sigill::report::{Failure, Options};
use sigill::{Bytes, Error, Report, Validator};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Packs every envelope that was named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &ExportArguments) -> Result<Status, String> {
    if !matches!(arguments.shared.format, Format::Text | Format::Json) {
        return Err("--format: export tells what it did as text or json".to_owned());
    }
    let setting = check::read_setting(&arguments.shared)?;
    let out = &arguments.out;
    fs::create_dir_all(out).map_err(|error| format!("--out {}: {error}", out.display()))?;
    let named = Named::of(&arguments.paths)?;
    let work = Work {
        arguments,
        named: &named,
        validator: setting.validator(),
        options: arguments.shared.options(),
        delivery: delivery(arguments, &setting)?,
        setting: &setting,
    };
    output::answer_all(
        arguments.shared.jobs,
        named.files(),
        |file| work.answer(file),
        |file| {
            let report = work.validator.not_opened(Error::Defect, setting.time);
            work.tell(file, &report, Err(Failure::from(&Error::Defect)))
        },
    )
}

fn delivery(arguments: &ExportArguments, setting: &Setting) -> Result<Delivery, String> {
    let party = |name: &String, code: &Option<String>| Party {
        name: name.clone(),
        code: code.clone(),
    };
    let mut schemas = Vec::new();
    for (path, _) in input::files_of(&arguments.schemas) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        schemas.push((name.into_owned(), input::read(&path)?.into()));
    }
    Ok(Delivery {
        created: setting.time,
        submitter: party(&arguments.submitter, &arguments.submitter_code),
        creator: arguments
            .creator
            .as_ref()
            .map(|name| party(name, &arguments.creator_code)),
        archive: arguments
            .archive
            .as_ref()
            .map(|name| party(name, &arguments.archive_code)),
        agreement: arguments.submission_agreement.clone(),
        schemas,
        language: arguments.shared.options().language,
    })
}

struct Work<'a> {
    arguments: &'a ExportArguments,
    named: &'a Named,
    validator: Validator<'a>,
    options: Options,
    delivery: Delivery,
    setting: &'a Setting,
}

impl Work<'_> {
    fn answer(&self, file: &Path) -> Answer {
        let read = self.named.read(file);
        let bytes = read.as_ref().map_or(Bytes::new(), Bytes::clone);
        let report = check::judge(file, read, &self.validator, self.setting);
        let packed = self.pack(file, &bytes, &report);
        self.tell(file, &report, packed)
    }

    fn tell(&self, file: &Path, report: &Report, packed: Result<PathBuf, Failure>) -> Answer {
        let mut status = Status::default();
        match &packed {
            Err(failure) if failure.kind != CHANGED => status.take_error(),
            _ => status.take(report, &self.setting.demands),
        }
        let exported = ExportReport {
            envelope: file.display().to_string(),
            verdict: report.worst(),
            package: packed.map(|target| target.display().to_string()),
        };
        let text = match self.arguments.shared.format {
            Format::Json => exported.to_json(&self.options),
            _ => exported.to_text(&self.options),
        };
        Answer { status, text }
    }

    /// An envelope that is not as it was sealed is not handed on.
    fn pack(&self, file: &Path, bytes: &Bytes, report: &Report) -> Result<PathBuf, Failure> {
        if let Some(error) = &report.error {
            return Err(Failure::from(error));
        }
        let summary = report.envelope.as_ref();
        if !summary.is_some_and(|summary| summary.is_intact()) {
            let message = "it is not as it was sealed".to_owned();
            return Err(failure(CHANGED, message));
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let limits = self.validator.limits();
        let package = archive::export(bytes, &name, report, &self.delivery, limits);
        let package = package.map_err(|error| Failure::from(&error))?;
        match self.arguments.package {
            PackageForm::Folder => self.write_folder(&package),
            PackageForm::Zip => self.write_file(&package, "zip", Package::to_zip),
            PackageForm::Tar => self.write_file(&package, "tar", Package::to_tar),
        }
    }

    /// Written aside and renamed, so that no package is ever half.
    fn write_folder(&self, package: &Package) -> Result<PathBuf, Failure> {
        let out = &self.arguments.out;
        let target = out.join(&package.identifier);
        if target.exists() {
            return Err(is_there(&target));
        }
        let aside = tempfile::Builder::new().prefix(".sigill-").tempdir_in(out);
        let aside = aside.map_err(|error| problem(out, &error))?;
        for (path, content) in &package.files {
            let path = aside.path().join("package").join(path);
            let folder = path.parent().unwrap_or(out);
            fs::create_dir_all(folder)
                .and_then(|()| fs::File::create_new(&path))
                .and_then(|mut file| {
                    file.write_all(content)?;
                    file.sync_all()
                })
                .map_err(|error| problem(&path, &error))?;
        }
        fs::rename(aside.path().join("package"), &target)
            .map_err(|error| problem(&target, &error))?;
        Ok(target)
    }

    fn write_file(
        &self,
        package: &Package,
        extension: &str,
        form: fn(&Package) -> Result<Vec<u8>, Error>,
    ) -> Result<PathBuf, Failure> {
        let out = &self.arguments.out;
        let target = out.join(format!("{}.{extension}", package.identifier));
        let bytes = form(package).map_err(|error| Failure::from(&error))?;
        let mut file =
            tempfile::NamedTempFile::new_in(out).map_err(|error| problem(out, &error))?;
        file.write_all(&bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| problem(&target, &error))?;
        file.persist_noclobber(&target)
            .map_err(|error| match target.exists() {
                true => is_there(&target),
                false => problem(&target, &error.error),
            })?;
        Ok(target)
    }
}

/// The kind of failure where an envelope is not as it was sealed.
const CHANGED: &str = "envelope-changed";

fn is_there(target: &Path) -> Failure {
    failure("exists", format!("{} is there already", target.display()))
}
