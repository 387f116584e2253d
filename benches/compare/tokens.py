"""`tokens.py SET FOLDER`: the time-stamps of CMS signatures, and what each is over, as files of their own."""

import sys
from pathlib import Path

from asn1crypto import cms

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(exist_ok=True)
for path in sorted(source.glob("*.p7m")):
    signer = cms.ContentInfo.load(path.read_bytes())["content"]["signer_infos"][0]
    (folder / f"{path.stem}.value").write_bytes(signer["signature"].native)
    (folder / f"{path.stem}.token").write_bytes(signer["unsigned_attrs"][0]["values"][0].dump())
