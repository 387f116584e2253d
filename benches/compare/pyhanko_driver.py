"""`pyhanko_driver.py ROOT.pem LIST TIME LEVEL`: judges the documents of a list and prints what came of each."""

import asyncio
import sys
import time
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    StandardCMSSignatureStatus,
    validate_pdf_signature,
)
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.generic_cms import (
    async_validate_cms_signature,
    collect_timing_info,
)
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

_, root_path, list_path, moment, level = sys.argv
ROOT = x509.Certificate.load(pem.unarmor(Path(root_path).read_bytes())[2])
MOMENT = datetime.fromisoformat(moment)


def context():
    return ValidationContext(trust_roots=[ROOT], moment=MOMENT, allow_fetching=False)


def accepts(path):
    data = Path(path).read_bytes()
    if level.startswith("cades"):
        signed = cms.ContentInfo.load(data)["content"]
        return asyncio.run(accepts_cms(signed))
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    if level == "b-lta":
        return asyncio.run(accepts_long_term(signature))
    return validate_pdf_signature(signature, evidence(signature), ts_validation_context=context()).bottom_line


def evidence(signature):
    """Its process for long-term signatures wants a proof of existence at B-LT; the evidence is used without it."""
    if level not in ("b-lt", "large"):
        return context()
    store = DocumentSecurityStore.read_dss(signature.reader)
    arguments = {"trust_roots": [ROOT], "moment": MOMENT, "allow_fetching": False, "revocation_mode": "require"}
    return store.as_validation_context(arguments)


async def accepts_cms(signed):
    times = await collect_timing_info(signed["signer_infos"][0], context(), raw_digest=None)
    status = await async_validate_cms_signature(
        signed, status_cls=StandardCMSSignatureStatus, validation_context=context(), status_kwargs=times
    )
    return status.bottom_line


async def accepts_long_term(signature):
    """It wants the root among the known certificates, and tells of changes after the signature by the side."""
    specification = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build([ROOT]), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=LocalKnowledge(known_certs=[ROOT]),
    )
    timing = ValidationTimingInfo(validation_time=MOMENT, best_signature_time=MOMENT, point_in_time_validation=True)
    result = await ades_lta_validation(signature, PdfSignatureValidationSpec(specification), timing)
    return result.ades_subindic == AdESPassed.OK and result.api_status.docmdp_ok


def judged(path):
    try:
        return "accepted" if accepts(path) else "refused"
    except Exception as error:
        return f"refused\t{type(error).__name__} {error}"


start = time.perf_counter()
verdicts = [f"{path}\t{judged(path)}" for path in Path(list_path).read_text().split("\n") if path]
print(f"seconds\t{time.perf_counter() - start}")
print("\n".join(verdicts))
