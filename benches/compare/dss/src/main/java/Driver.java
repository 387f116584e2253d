import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Judges the documents of a list, after two rounds to warm up, and prints what came of each. */
public class Driver {
    static final List<byte[]> LISTS = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        CertificateToken root = DSSUtils.loadCertificate(new File(arguments[0]));
        List<String> paths = Files.readAllLines(Path.of(arguments[1]));
        Date time = Date.from(Instant.parse(arguments[2]));
        for (int index = 4; index < arguments.length; index++) {
            LISTS.add(Files.readAllBytes(Path.of(arguments[index])));
        }
        ExecutorService workers = Executors.newFixedThreadPool(Integer.parseInt(arguments[3]));
        for (int round = 0; round < 2; round++) {
            judge(workers, root, time, paths);
        }
        long start = System.nanoTime();
        List<String> verdicts = judge(workers, root, time, paths);
        System.out.println("seconds\t" + (System.nanoTime() - start) / 1e9);
        verdicts.forEach(System.out::println);
        workers.shutdown();
    }

    static List<String> judge(ExecutorService workers, CertificateToken root, Date time, List<String> paths)
            throws Exception {
        List<Callable<String>> tasks = paths.stream()
                .map(path -> (Callable<String>) () -> path + "\t" + (accepts(root, time, path) ? "accepted" : "refused"))
                .collect(Collectors.toList());
        StringBuilder verdicts = new StringBuilder();
        for (Future<String> verdict : workers.invokeAll(tasks)) {
            verdicts.append(verdict.get()).append('\n');
        }
        return verdicts.toString().lines().collect(Collectors.toList());
    }

    /** Its default policy refuses a signature without revocation data: these lists serve where there is none. */
    static InputStream[] lists() {
        return LISTS.stream().map(ByteArrayInputStream::new).toArray(InputStream[]::new);
    }

    static boolean accepts(CertificateToken root, Date time, String path) {
        try {
            CommonTrustedCertificateSource trust = new CommonTrustedCertificateSource();
            trust.addCertificate(root);
            CommonCertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(trust);
            verifier.setAIASource(null);
            verifier.setCrlSource(new ExternalResourcesCRLSource(lists()));
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path));
            validator.setCertificateVerifier(verifier);
            validator.setValidationTime(time);
            SimpleReport report = validator.validateDocument().getSimpleReport();
            return report.getSignaturesCount() > 0 && report.getSignatureIdList().stream()
                    .allMatch(id -> report.getIndication(id) == Indication.TOTAL_PASSED);
        } catch (RuntimeException unreadable) {
            return false;
        }
    }
}
