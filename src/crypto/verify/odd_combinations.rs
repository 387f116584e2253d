//! One signature per odd combination over the text `sigill`, made with OpenSSL 3.0.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Verification, verify};
use crate::crypto::algorithm::SignatureAlgorithm::{self, *};
use crate::crypto::digest::DigestAlgorithm::*;
use crate::crypto::public_key::PublicKey;

#[test]
fn every_odd_combination_is_computed() {
    for (spki, algorithm, signature) in SIGNATURES {
        let key = key(spki);
        let signature = hex(signature);
        let name = format!("{} with {}", algorithm.name(), key.algorithm.name());
        assert_eq!(
            verify(&key, algorithm, b"sigill", &signature),
            Verification::Valid,
            "{name}"
        );
        assert_eq!(
            verify(&key, algorithm, b"sigilL", &signature),
            Verification::Invalid,
            "{name}"
        );
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert_ne!(
                verify(&key, algorithm, b"sigill", &changed),
                Verification::Valid,
                "{name}"
            );
        }
        for length in [0, 1, signature.len() - 1] {
            let cut = &signature[..length];
            assert_ne!(
                verify(&key, algorithm, b"sigill", cut),
                Verification::Valid,
                "{name}"
            );
        }
    }
}

#[test]
fn no_signature_is_valid_for_another_key_or_algorithm() {
    for (own_key, own_algorithm, signature) in SIGNATURES {
        let signature = hex(signature);
        for (spki, algorithm, _) in SIGNATURES {
            // COMPRESSED is the point of P_256.
            let is_same_key = spki == own_key
                || [P_256, COMPRESSED].contains(spki) && [P_256, COMPRESSED].contains(own_key);
            if !is_same_key || algorithm != own_algorithm {
                let verification = verify(&key(spki), algorithm, b"sigill", &signature);
                assert_ne!(verification, Verification::Valid, "{algorithm:?}");
            }
        }
    }
}

#[test]
fn a_key_that_restricts_itself_is_obeyed() {
    // The same numbers without the restriction (RFC 4055, 3.1) show that only that refuses.
    let numbers = PSS1024.split_once("03818d00").unwrap().1;
    let free_key = key(&format!(
        "30819f300d06092a864886f70d010101050003818d00{numbers}"
    ));
    let restricted = key(PSS1024);
    for (algorithm, signature) in AGAINST_RESTRICTION {
        let signature = hex(signature);
        assert_eq!(
            verify(&free_key, algorithm, b"sigill", &signature),
            Verification::Valid
        );
        assert_eq!(
            verify(&restricted, algorithm, b"sigill", &signature),
            Verification::Invalid
        );
    }
}

#[test]
fn octets_after_the_digest_are_refused() {
    // CVE-2006-4339: short padding leaves room for what makes a cube root.
    let signature = hex(GARBAGE_AFTER_DIGEST);
    let algorithm = RsaPkcs1 { digest: Sha256 };
    assert_eq!(
        verify(&key(RSA1024), &algorithm, b"sigill", &signature),
        Verification::Invalid
    );
}

#[test]
fn an_exponent_of_one_proves_nothing() {
    // The encoded message itself is the signature then.
    let spki = RSA1024.strip_suffix("0203010001").unwrap();
    let spki = spki
        .replacen("30819f", "30819d", 1)
        .replacen("03818d00308189", "03818b00308187", 1);
    let key = key(&format!("{spki}020101"));
    let encoded = format!(
        "0001{}003031300d060960864801650304020105000420{}",
        "ff".repeat(74),
        "f3f270c92b017cdd24fdf0083aa6e2c812b75c83df7563e215076cf6f90ff9fa"
    );
    let algorithm = RsaPkcs1 { digest: Sha256 };
    assert_eq!(
        verify(&key, &algorithm, b"sigill", &hex(&encoded)),
        Verification::Invalid
    );
}

#[test]
fn explicit_curve_parameters_are_not_computed() {
    let algorithm = Ecdsa { digest: Sha256 };
    let verification = verify(
        &key(EXPLICIT),
        &algorithm,
        b"sigill",
        &hex(EXPLICIT_SIGNATURE),
    );
    assert_eq!(verification, Verification::Unsupported);
}

#[test]
fn huge_keys_are_refused_before_any_arithmetic() {
    let mut writer = crate::asn1::DerWriter::new();
    writer.sequence(|spki| {
        spki.sequence(|identifier| {
            identifier.oid(&crate::asn1::Oid::from_dotted("1.2.840.113549.1.1.1").unwrap());
            identifier.null();
        });
        let mut key = crate::asn1::DerWriter::new();
        key.sequence(|integers| {
            integers.unsigned_integer(&vec![0xff; 1 << 20]);
            integers.unsigned_integer(&vec![0xff; 1 << 20]);
        });
        spki.primitive(0x03, &[&[0], key.into_bytes().as_slice()].concat());
    });
    let key = PublicKey::from_spki(&writer.into_bytes().into()).unwrap();
    let algorithm = RsaPkcs1 { digest: Sha256 };
    let verification = verify(&key, &algorithm, b"sigill", &vec![0x7f; 1 << 20]);
    assert_eq!(verification, Verification::Unsupported);
}

fn key(spki: &str) -> PublicKey {
    PublicKey::from_spki(&hex(spki).into()).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

const SIGNATURES: &[(&str, SignatureAlgorithm, &str)] = &[
    (
        RSA1024,
        RsaPkcs1 { digest: Md5 },
        "01d9a99e30abed412f58c832e36fdc92f16fe367caa4d081c4df01fb4cb49e9043b014ce132a606e8a461a44489a387d5e605cfd58d4630940a5b84de3420865d0572fcc37c4eabc084c0bd2315a1b6fca4ada69fe647b9a69b3e4ac2cd1605272fe5e9efa0814493b6bdc8a6d47eb280b9d72189c6ce7b68dfbf2164a5578bf",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Ripemd160 },
        "95e357dc6330de0cb022ee6e497ce647b37c9a95b534df6ab2b0e2b4a4c5f1eb2fad4c1ae4b66a0356e2d2f1d36a7749cb2523813584c0f397937686ad62ee71156785e90d2da7ab1860fde0f5597e24dcf09800a9123f751090dcf6baa1d3492b91589abe7a717d5419ae6e3a0f88666683bb6c3dd574cf5de91ac2697f06da",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha224 },
        "7f99528626956a1a97948a453c760b7d202c6efeeeae685dc29d30031d2a9aee284961c67d298628c0865003b54492d42a050d72a636d663ddfce49236c0056126e80dac6e327399eb99404de7448df5acf0a2927ebc974745e7c79f4393382858357fd0777c9a13f72e824a7ad1ad78084a957372fab3fe8754b11a5a01807a",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha384 },
        "32c440889d61817b140889b6d12288e818a0e868c05ee1145690f29b5d65d87826d7ad88b24189ac4d8ad4f1fe094643cb8e013188fb95204414ba9211996dd0d441123545dffd314edd0506e9b6aab9f6e54ca619507d89a82507086cfe8c424ceed0d7cebb20da31a0b9ba9056d56c1f3342a51f105624ae5b4f6af68d1b7e",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha512_256 },
        "916367312b46e8a5452bcd8c79c4a9a11942d7e61e923d280b79f25770dfe097c062e9094e08f95d9d8fe42cccf08bd92e4e49986fbe8636d7c14ced893f7064a14832af7a8f1683fa0b11f763b6b83b51422063ba9e9b0a74051e445e66d5dfa5719769c36528665a75c20ca7bd4d65ddea685d40417aec0d7a602817ec54df",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha3_224 },
        "df980c57e2805cdf399976e2765c97e6d3e7f53367ead08caf3c155b995e21db3b671b51380394a43c1058bae74fb1a86addb06704b914c53331bba1537fa55aaf66d36af6185c3cb391985cc01bcd03151da6f37a003bac67a3fd771becf16801657ab06d467efde081fd76b53e96daceabd03abdd2aa8f46aba7db958d0bf4",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha3_512 },
        "1e3c473bd1bddb975c046fc1c8617b107c53d63532853b7d86105d7c9886e18c5042528888459914d05fdab4ee326a609a536bf2e9c2b0b0d7cc60792a94ecd3c3d985fedc521848f0e73b077b93549e8041f37178a11ac78a969f7defe5dce05bbef162664afbf11134fe950934cef48511047b63bbae3cfbc7f811bf160891",
    ),
    (
        RSA512,
        RsaPkcs1 { digest: Sha1 },
        "15127c5d2626aafcd8619d8674c801bcd8d7510df8d1d753b52f949ae3322559aa0a08cab535ca9fca9054d1930129720a522582b733961c0f182fbf2a682009",
    ),
    (
        RSA1024,
        RsaPss {
            digest: Sha256,
            mgf_digest: Sha512,
            salt_length: 10,
        },
        "65f9c851c2f22f68ca28332100b90a185a580bb957bfae44b98b2a1812f37548412651d42ead6daf23aee14b715c870c2abab7436032d978a6d7d8960928c6b47ef3d9f579ec7fe627675fd6588deca7c239396018efd5b9b5e11687f50c582941c805e93f19554331506cbb0d37f1efb1e028a64e98bf08bd4a9970ed71e6b9",
    ),
    (
        RSA1024,
        RsaPss {
            digest: Sha1,
            mgf_digest: Sha256,
            salt_length: 0,
        },
        "aaa246b5cda961c6bba8afb0c7dfafe6054a79f59a559e93673c935a8c08ca8dbd286d72209b05a92e11bfa50c6c0bc055a9589dc86e15addad450da1a0a3863965480204c7987f195b98f2d68c8d7c0a767cd61acd5974d5f28c5db402c74086fad003d8e492307dafe9033caf769309f35ff16fc50d7943db5336bf9e09831",
    ),
    (
        RSA1025,
        RsaPss {
            digest: Sha512,
            mgf_digest: Sha1,
            salt_length: 7,
        },
        "005b300b3927dcfc87041e5da4f7625ba9e7bf4c0297f3e94b07d325cd3819ea7859633652076d55f7c8a0ec0e15c54fc60526cb37a127769a34e7ab8eeff7841313861e4f661592a6fafdb2aaacc4be0d8da937d645aec69169aba59394b68d959688f6f83c4a044c801c3f03cb2a3b77a2711e33af91303ee6f3f40591612b25",
    ),
    (
        PSS1024,
        RsaPss {
            digest: Sha256,
            mgf_digest: Sha1,
            salt_length: 20,
        },
        "958d3289728a7498a03002f243be137c96c3445b2e0d538a432b255291306f5d94bbd72347e91f0b2381ff6adf2b1f71155aea903e328fb54423a657b680d73e1477c2c432f514cfdae5b6b0c15aa9e20617f0035ce88539fe7aafa874f013ce7968546933e2541ef609c678ed08353780f4e5a8a4f9d146c4cdb8b320191753",
    ),
    (
        P_256,
        Ecdsa { digest: Sha1 },
        "3045022100c259df4ff14fd491b29f9d20a045c57edeeaee1453c64ec6dd9e30c8fa2ce6e10220364551705c09f1617cba438dfa2f239b3dcc19ebc2c666590b44d42c51f6b656",
    ),
    (
        P_256,
        Ecdsa { digest: Sha512 },
        "3045022100daae8344a993f0c78f0724fd345877f57e8fefe5aeaa238f8c36cdd2b229280b02207a283fafd4e720517f9eade457b5163cb2afd3b2fe85b9b8d5a3c9a277388bca",
    ),
    (
        P_256,
        Ecdsa { digest: Sha3_256 },
        "304402205a97a7dd35c0e0a9c1662b40a5c54d2c7db7b6ca1600dcf1450dfab03a9b5fb50220465a5e6ddffc22b5ed7391f279e8ba02fbeb50d7be6657b4e3a6b4fc2d253929",
    ),
    (
        P_384,
        Ecdsa { digest: Sha1 },
        "3065023100915ed64f8e945cddf7b75914864bbd266d036a728084ae5b98b47154855ef5ac440279c8a2f8e5d6448cf7bca5a9ddc502303ddc3b13b193935089298947957ae1dddd1baf829ca5d2b1b96315c0560e27d8a4c29a73d3100fb932741dca81866a95",
    ),
    (
        P_521,
        Ecdsa { digest: Sha224 },
        "3081880242014dde0e18806211e66c639ce5a1c9579239d5b396f80d2aca91039237103336dc35a74eb81e22aff680524326d0542c5143387bedcc5e63ef3b60200f17893b98ab024200dc6ccdfb44edaa41a6bb88cd47c33c453d5ce9725cce3a8fdfeafb51434872a61a5c31d8075233656610b5643364c35baa74a12d8daabc0534f7ac2d0fe91565c0",
    ),
    (
        P_521,
        Ecdsa { digest: Sha512 },
        "308188024200c36ca12d7e620fdde53bdcbc1a48ee9af8d9d433baeb793d79a8d19feb1db4732d6320db1b89dbfdd40f773b882565f690d649fa67c8ca2b3ab0a8a67d96bd72eb0242013977c3150a284d0b54ae3acca9234c191d932e80865eaf75e87ed656a80b6a971a4c18631cfc23392b1e56bef6be6b6ad26afc2d5487128a91e9b956e5984f8830",
    ),
    (
        P_521,
        Ecdsa { digest: Sha3_256 },
        "30818702413b77b0efdc13386c7d2e8d72d2b974769679bf4e4e3c775b15ba9b78f628bc3fce32b8905be21e64d05ba6cc4304f15cb46c3e4060b38430f20f39393c0db7ac16024200cd7e34d504c0e9ec131ee240a82b48785a02d92093d7b3df7d9c82fd91d6f9c95c3e5512a79f95a607f3e6308795f053d3e400501d50aed732007bc2f834b0118c",
    ),
    (
        ED25519,
        Ed25519,
        "9de836b812370631aae139d22b22a4150a5cb3c3ee8b9d5fa7d2424533267c352bca9f91412fa9a4120c60ac13fa98adb1bc6572e9a2728350fe588e88809505",
    ),
    (
        RSA1024,
        RsaPkcs1 { digest: Sha256 },
        "d26c148e352009322b972e6568b8c688f52f5c78e631357de377b4c27c39e5f2895fb32f2d29c21e170382c59651fa2e50ce6f4508be938eeb373a063a37df97fb514304435304676891299ed61c10b771230cc98353118ef503e7e8b405dbd8c16a1711f50a59b861624421f71d812c775c747b49bb675d7946caf1c82424ac",
    ),
    (
        COMPRESSED,
        Ecdsa { digest: Sha256 },
        "3044022007846e900ae2e75c9fbc762c55f401a742cf2c2e2f9f88ac7c9cb6045987012602204b994dc89a4e5f56948c63f83f8e8df4a46d0996dc756354346665f5d9e93d14",
    ),
    (
        P_256,
        PlainEcdsa { digest: Sha256 },
        "07846e900ae2e75c9fbc762c55f401a742cf2c2e2f9f88ac7c9cb604598701264b994dc89a4e5f56948c63f83f8e8df4a46d0996dc756354346665f5d9e93d14",
    ),
    (
        P_521,
        PlainEcdsa { digest: Sha224 },
        "014dde0e18806211e66c639ce5a1c9579239d5b396f80d2aca91039237103336dc35a74eb81e22aff680524326d0542c5143387bedcc5e63ef3b60200f17893b98ab00dc6ccdfb44edaa41a6bb88cd47c33c453d5ce9725cce3a8fdfeafb51434872a61a5c31d8075233656610b5643364c35baa74a12d8daabc0534f7ac2d0fe91565c0",
    ),
];

/// Valid but for what the key says of itself.
const AGAINST_RESTRICTION: &[(SignatureAlgorithm, &str)] = &[
    (
        RsaPkcs1 { digest: Sha256 },
        "9775f245784e7597bcbba81bc44380ccb6ba3d06b9235646df74613066815dae77db631a8c7d7853f6fa1efb7d40e9c578eeff1cc1b44f244f7bfc71dc9f29ca6d335778d0123b9fa91383cbeeb7e9b90f32b9675cbb8a55b5b01c89030bdf5ac8cc53946a80c35cefe9cff8a60892b083784d72633db1c1dead65232f6768b7",
    ),
    (
        RsaPss {
            digest: Sha1,
            mgf_digest: Sha1,
            salt_length: 20,
        },
        "5f83b514107b56748c046cd195da44f7cd367f33a01110dd0715dc3dd8b86bdc75ab147d966a828d10dd13cb6fec97298580be27c13da9da5345f8e39e31130a4635500b6814a0e038f29ef16dd108da07d2d1ed55a4ad5a49f32b53bef42ce0988f02c410556c4456ac57ac5efc6c22bd65b3adba397b684a1d7e9fa4029a51",
    ),
    (
        RsaPss {
            digest: Sha256,
            mgf_digest: Sha256,
            salt_length: 20,
        },
        "5abd42aea95ae5dd6843eede5bac5bdf1f6173cf35eac370d2d315c4906624736c9227b837e4eefe88ef3a866e334cd07eb42ae97a70a189174d9f41fdb39ac85f399bb4dcec923740cc78f77755334233d07787cb2167c76be10c040f27d86e85d54aec691d16f0ae78d865527c73ade4ff509d530c9eb77b368fc29d351219",
    ),
    (
        RsaPss {
            digest: Sha256,
            mgf_digest: Sha1,
            salt_length: 15,
        },
        "b45e1b358c3026305f473b2ddadb1967d9623dca59561ba38872261cc7cdb1de266bd337bf9a12324270505cc97dcb28d14e8dacec28006563d9a41e1c0281b97d8952bdb69d9962adf62730f0dddd960d88067748d2e57ada6ebbb1e6debee9026836e8b34f58f93bb16af3c0e400c16cd80ad5ed98a5151f99395c7737112d",
    ),
];

const RSA1024: &str = "30819f300d06092a864886f70d010101050003818d0030818902818100f062e0a9b7a476c21bbba4a1c320a9c3dfc7e16beb28bcdd86eb94878ec3ad4ba760caec18f04427edfe36930b00ee2209db85eb3914f8b67952a1c76b2c9fd3afc7e088d5d7481fdcc1a0d9ed25fdfd4504e937be270b7791de696ec3bbbf372fa6b7787203a9b6f270865b02a51792d43934fc9f2d405e0d3e53769f41f7770203010001";
const RSA1025: &str = "30819f300d06092a864886f70d010101050003818d00308189028181017afdb6c471843e0926e5673eda7e89c982b51960cd6c0b9cb9314aeaa75ab2f1b5e2c4f27091cd3a4f2d9ff7f7b9c5ed74a6be2b2a81cc0418f4c0200a72cca65df733a6eae6a536e3cac90d49343160896b4b278405fc7a608cdaf893ebae219cde0445888f1841d998eb6d41581dd85f68ead8b69318d231659be6d5ac96e90203010001";
const RSA512: &str = "305c300d06092a864886f70d0101010500034b003048024100ba7deaa3ecae5547063d5da8b1db6b6bed5bb64927e95f633e38da460142fa52a7b351421605d45569a58fdf0e612c21cd94f1d1e4ff6a7bd6b9163f8325f1290203010001";
const PSS1024: &str = "3081b5302306092a864886f70d01010a3016a00f300d06096086480165030402010500a20302011003818d0030818902818100c1a88a219d6c73cd22b1266670368dad12280c6f372d239a083bcda3ec06392187505567eb66b8a061cd6840975643b30b9b76dc0303c24031a7a4a66623e4398f8059898a5c36e040ad9f05dbceefa04965b9f480805e6ad4427dbe87c423c42ccb8a676616700ad7e672d1b7709d089d8a17d99c434963f6f89a1d1b2225e30203010001";
const P_256: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004011d9e90df999d7a53fe90dc88761bc11d2ba576adff43187c5323633d64c2eeab839daae0897c161d67ed52415698269a7e0641ec9d8f776ae2fab14b530b5a";
const P_384: &str = "3076301006072a8648ce3d020106052b810400220362000469841d47d938829d0369a5fe09f97de0cb0c43361ba62c4ca5bc0c9372957e34872aa460f525de8689a77a7d6c2070a13a3d18ccf4f31ed03571e90cad57be1cae51724619d7fb7dfb7435323bac8d2427830d9b0fb14dbaf9d0a6702f47399f";
const P_521: &str = "30819b301006072a8648ce3d020106052b810400230381860004012a075259b40faea625919c648b58b5fcce076c9d7aecce6d6b8583c6c65d548510a02abb93efc9ab4c29315d802b0b59f37285e8689939ffe789ec072d0faa4a1c001fe8e41afb830d71d4c747ce6ff1bcbae3440aee7c1760d4841b6004b89fcd66e682228e8c67014696d58d2e8dacdf835e9d0f01f7599e3ff4903b2f45c2b2e765";
const EXPLICIT: &str = "3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255102010103420004fe35da08b5f720c15bed352b92e6754fc12e7584018a9b715ab11d0aa85d18db987f9b36ad64ac0b6cd9cb391878a6aa050348e31d8e4a0651ee1ad6f601320e";
const ED25519: &str =
    "302a300506032b6570032100203411c37ca7a8721491245707dfa2ac327098cc5fe1c48fbbe822903e0c549b";
const COMPRESSED: &str = "3039301306072a8648ce3d020106082a8648ce3d03010703220002011d9e90df999d7a53fe90dc88761bc11d2ba576adff43187c5323633d64c2ee";

const EXPLICIT_SIGNATURE: &str = "3046022100f83e1f41ccc952809913fe73ec05b77315d5ae965dcfa5cfb36662411fddf457022100c6c1e565ba99b0b55f1c2a2eaa640f912e4390535f22a5ddc083e1c84bb41ed9";

const GARBAGE_AFTER_DIGEST: &str = "0c6a993ad8132605f2f1f0552d1da2d70cdffa550662c67d58db3b126667af3df3ea47e013e7dc4697fce3fd633063833e0c2e7223efa7858bf88b3c7057385fa645e5461d52eb86c837d6a79db7175b3690cd008aba8a1df5b573232984e571791f3d363a97fb07ad3e9357eddc78896358263bb3621d90ce28ffe8deeb1d36";
