import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.SingleNodeConnectionIdGenerator;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.eclipse.californium.scandium.dtls.x509.NewAdvancedCertificateVerifier;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.StaticNewAdvancedCertificateVerifier;

/**
 * A device that uses Californium and Scandium: CoAP over DTLS with a Connection ID, behind a NAT that forgets, block-wise
 * with Request-Tag. Arguments: port mode(cert|rpk|psk) ca cert key psk-hex
 */
public final class Device {
  static {
    CoapConfig.register();
    DtlsConfig.register();
  }

  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoapConfig.PREFERRED_BLOCK_SIZE, 512);
    configuration.set(CoapConfig.MAX_MESSAGE_SIZE, 512);
    configuration.set(DtlsConfig.DTLS_ROLE, DtlsConfig.DtlsRole.CLIENT_ONLY);
    configuration.set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 4);
    DtlsConnectorConfig.Builder builder = DtlsConnectorConfig.builder(configuration);
    builder.setConnectionIdGenerator(new SingleNodeConnectionIdGenerator(4));
    builder.setAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    trust(builder, configuration, arguments);
    DTLSConnector connector = new DTLSConnector(builder.build());
    CoapEndpoint endpoint =
        new CoapEndpoint.Builder().setConfiguration(configuration).setConnector(connector).build();
    CoapClient client = new CoapClient("coaps://127.0.0.1:" + arguments[0] + "/e");
    client.setEndpoint(endpoint);
    client.setTimeout(20_000L);
    endpoint.start();
    post(client, "poll", "poll".getBytes());
    // Long enough for the NAT in between to forget: the same session, another source port.
    Thread.sleep(1000);
    post(client, "moved", "poll".getBytes());
    byte[] large = new byte[5000];
    Arrays.fill(large, (byte) 'x');
    post(client, "large", large);
    connector.forceResumeAllSessions();
    post(client, "resumed", "poll".getBytes());
    System.out.println("done");
    endpoint.destroy();
    System.exit(0);
  }

  private static void trust(DtlsConnectorConfig.Builder builder, Configuration configuration, String[] arguments)
      throws Exception {
    if (arguments[1].equals("psk")) {
      builder.set(DtlsConfig.DTLS_CIPHER_SUITES, List.of(CipherSuite.TLS_PSK_WITH_AES_128_CCM_8));
      byte[] key = HexFormat.of().parseHex(arguments[5]);
      builder.setAdvancedPskStore(new AdvancedSinglePskStore("meter-7", key));
      return;
    }
    builder.set(DtlsConfig.DTLS_CIPHER_SUITES, List.of(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256));
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    X509Certificate authority =
        (X509Certificate) certificates.generateCertificate(new FileInputStream(arguments[2]));
    X509Certificate own = (X509Certificate) certificates.generateCertificate(new FileInputStream(arguments[3]));
    PrivateKey key = readKey(arguments[4]);
    NewAdvancedCertificateVerifier verifier;
    if (arguments[1].equals("rpk")) {
      verifier = StaticNewAdvancedCertificateVerifier.builder().setTrustAllRPKs().build();
      PublicKey publicKey = own.getPublicKey();
      builder.setCertificateIdentityProvider(new SingleCertificateProvider(key, publicKey));
    } else {
      verifier = StaticNewAdvancedCertificateVerifier.builder().setTrustedCertificates(authority).build();
      // The gateway is called by its address here.
      builder.set(DtlsConfig.DTLS_VERIFY_SERVER_CERTIFICATES_SUBJECT, false);
      builder.setCertificateIdentityProvider(
          new SingleCertificateProvider(key, new X509Certificate[] {own}, CertificateType.X_509));
    }
    builder.setAdvancedCertificateVerifier(verifier);
  }

  private static PrivateKey readKey(String file) throws Exception {
    String pem = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
  }

  private static void post(CoapClient client, String name, byte[] body) throws Exception {
    CoapResponse response = client.post(body, 42);
    if (response == null || !response.isSuccess()) {
      System.out.println("FAILED " + name + ": " + (response == null ? "no answer" : response.getCode()));
      System.exit(1);
    }
    System.out.println(name + ": " + response.getCode() + " " + response.getPayload().length + " octets");
  }
}
