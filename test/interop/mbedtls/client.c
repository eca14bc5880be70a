/*
 * A device that links Mbed TLS: handshake with Connection ID, a CoAP poll, a new source port, another poll; then a new
 * handshake that resumes the session. Arguments: port mode (cert|psk|nocid) ca cert key psk-hex
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/timing.h>

static mbedtls_ssl_context ssl;
static mbedtls_net_context net;
static const char *port;

static void check(int code, const char *what) {
  if (code == 0) return;
  char text[200];
  mbedtls_strerror(code, text, sizeof text);
  printf("FAILED %s: %s\n", what, text);
  exit(1);
}

static void open_socket(void) {
  mbedtls_net_free(&net);
  mbedtls_net_init(&net);
  check(mbedtls_net_connect(&net, "127.0.0.1", port, MBEDTLS_NET_PROTO_UDP), "socket");
  mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, mbedtls_net_recv_timeout);
}

/* CON POST to /e with a body of `length` octets: prints the code and payload of the acknowledgement. */
static void poll(unsigned id) {
  unsigned char request[] = {0x41, 0x02, id >> 8, id & 255, id & 255, 0xb1, 'e', 0xff, 'p', 'o', 'l', 'l'};
  unsigned char answer[2048];
  int got = -1;
  for (int attempt = 0; attempt < 5 && got <= 0; attempt++) {
    if (mbedtls_ssl_write(&ssl, request, sizeof request) != (int)sizeof request) continue;
    got = mbedtls_ssl_read(&ssl, answer, sizeof answer - 1);
  }
  if (got < 5) {
    printf("FAILED no answer to poll %u\n", id);
    exit(1);
  }
  answer[got] = 0;
  unsigned char *payload = memchr(answer, 0xff, got);
  printf("poll %u: %u.%02u %s\n", id, answer[1] >> 5, answer[1] & 31, payload ? (char *)payload + 1 : "");
}

static void shake_hands(void) {
  int code;
  do code = mbedtls_ssl_handshake(&ssl);
  while (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE || code == MBEDTLS_ERR_SSL_TIMEOUT);
  check(code, "handshake");
  printf("handshake: %s\n", mbedtls_ssl_get_ciphersuite(&ssl));
}

int main(int count, char **arguments) {
  if (count < 7) return 2;
  port = arguments[1];
  const int is_psk = strcmp(arguments[2], "psk") == 0;
  const int has_cid = strcmp(arguments[2], "nocid") != 0;
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_ssl_config config;
  mbedtls_x509_crt ca, own;
  mbedtls_pk_context key;
  mbedtls_timing_delay_context timer;
  mbedtls_ssl_session session;
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  mbedtls_ssl_config_init(&config);
  mbedtls_x509_crt_init(&ca);
  mbedtls_x509_crt_init(&own);
  mbedtls_pk_init(&key);
  mbedtls_ssl_init(&ssl);
  mbedtls_net_init(&net);
  mbedtls_ssl_session_init(&session);
  psa_crypto_init();
  check(mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0), "random");
  check(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_DATAGRAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT), "defaults");
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
  mbedtls_ssl_conf_read_timeout(&config, 1000);
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
  static const int psk_suites[] = {MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8, 0};
  if (is_psk) {
    unsigned char psk[64];
    size_t length = strlen(arguments[6]) / 2;
    for (size_t index = 0; index < length; index++) {
      unsigned octet;
      sscanf(arguments[6] + 2 * index, "%2x", &octet);
      psk[index] = octet;
    }
    check(mbedtls_ssl_conf_psk(&config, psk, length, (const unsigned char *)"meter-7", 7), "psk");
    mbedtls_ssl_conf_ciphersuites(&config, psk_suites);
  } else {
    check(mbedtls_x509_crt_parse_file(&ca, arguments[3]), "ca");
    check(mbedtls_x509_crt_parse_file(&own, arguments[4]), "certificate");
    check(mbedtls_pk_parse_keyfile(&key, arguments[5], NULL, mbedtls_ctr_drbg_random, &random), "key");
    mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
    check(mbedtls_ssl_conf_own_cert(&config, &own, &key), "own certificate");
  }
  if (has_cid) check(mbedtls_ssl_conf_cid(&config, 4, MBEDTLS_SSL_UNEXPECTED_CID_IGNORE), "cid length");
  check(mbedtls_ssl_setup(&ssl, &config), "setup");
  check(mbedtls_ssl_set_hostname(&ssl, "eim.example.com"), "host name");
  mbedtls_ssl_set_timer_cb(&ssl, &timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
  static const unsigned char cid[] = {0xc1, 0xd2, 0xe3, 0xf4};
  if (has_cid) check(mbedtls_ssl_set_cid(&ssl, MBEDTLS_SSL_CID_ENABLED, cid, sizeof cid), "cid");
  open_socket();
  shake_hands();
  int enabled = 0;
  unsigned char peer[MBEDTLS_SSL_CID_OUT_LEN_MAX];
  size_t peer_length = 0;
  check(mbedtls_ssl_get_peer_cid(&ssl, &enabled, peer, &peer_length), "peer cid");
  printf("cid: %s, %zu octets\n", enabled ? "yes" : "no", enabled ? peer_length : 0);
  poll(1);
  if (has_cid) {
    open_socket();
    poll(2);
    printf("moved\n");
  }
  check(mbedtls_ssl_get_session(&ssl, &session), "session");
  check(mbedtls_ssl_session_reset(&ssl), "reset");
  if (has_cid) check(mbedtls_ssl_set_cid(&ssl, MBEDTLS_SSL_CID_ENABLED, cid, sizeof cid), "cid");
  check(mbedtls_ssl_set_session(&ssl, &session), "resume");
  open_socket();
  shake_hands();
  poll(3);
  mbedtls_ssl_close_notify(&ssl);
  printf("done\n");
  return 0;
}
