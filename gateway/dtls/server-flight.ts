/** The messages a server sends in a handshake: what follows from an agreement, written down. */
import {
  type CertificateType,
  certificateType,
  writeCertificateChain,
  writeCertificateRequest,
  writeRawPublicKey,
} from './certificate-message.ts'
import type { CipherSuite } from './cipher-suite.ts'
import type { ClientHello } from './client-hello.ts'
import { extensionType, writeProtocolName } from './extension.ts'
import { handshakeType } from './handshake-message.ts'
import { writeEphemeralShare, writeServerKeyExchange } from './key-exchange-message.ts'
import type { EphemeralKey } from './named-group.ts'
import { type Agreement, type KeyAgreement, knowsSecureRenegotiation } from './negotiate.ts'
import { uint16, vector8 } from './octet-writer.ts'
import { CONTENT_LIMIT } from './record.ts'
import { writeServerHello } from './server-hello.ts'
import { signatureSchemes } from './signature-scheme.ts'

/** A message without its message_seq. */
export interface MessageBody {
  readonly type: number
  readonly body: Buffer
}

export interface HelloChoice {
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly suite: CipherSuite
  /** `undefined` in a resumption. */
  readonly keys: KeyAgreement | undefined
  /** The server's Connection ID; empty without one. */
  readonly ownCid: Buffer
  /** A NewSessionTicket will follow. */
  readonly issuesTicket: boolean
}

export function serverHelloMessage(
  hello: ClientHello,
  agreement: Agreement,
  choice: HelloChoice,
): MessageBody {
  const body = writeServerHello({
    random: choice.random,
    sessionId: choice.sessionId,
    suite: choice.suite.code,
    extensions: helloExtensions(hello, agreement, choice),
  })
  return { type: handshakeType.serverHello, body }
}

/** Only what the client has sent is answered (RFC 5246 §7.4.1.4). */
function helloExtensions(hello: ClientHello, agreement: Agreement, choice: HelloChoice): Map<number, Buffer> {
  const { policy, serverName, peerCid, protocol } = agreement
  const { keys } = choice
  const offered = hello.extensions
  const empty = Buffer.alloc(0)
  const answers = new Map<number, Buffer>()
  const answer = (type: number, isAnswered: boolean, body: Buffer) => {
    if (isAnswered) answers.set(type, body)
  }
  answer(extensionType.renegotiationInfo, knowsSecureRenegotiation(hello), Buffer.of(0))
  const isNamed = serverName !== undefined && policy.serverNames.includes(serverName)
  answer(extensionType.serverName, isNamed && keys !== undefined, empty)
  answer(extensionType.connectionId, peerCid !== undefined, vector8(choice.ownCid))
  answer(extensionType.extendedMasterSecret, true, empty)
  answer(extensionType.sessionTicket, choice.issuesTicket, empty)
  const hasCurve = offered.has(extensionType.ecPointFormats) && keys?.group !== undefined
  answer(extensionType.ecPointFormats, hasCurve, vector8(Buffer.of(0)))
  const recordSizeLimit = offered.get(extensionType.recordSizeLimit)
  const maxFragmentLength = offered.get(extensionType.maxFragmentLength)
  // RFC 8449 §5: a server that knows both answers record_size_limit only.
  if (recordSizeLimit) answers.set(extensionType.recordSizeLimit, uint16(CONTENT_LIMIT))
  else if (maxFragmentLength) answers.set(extensionType.maxFragmentLength, maxFragmentLength)
  if (protocol) answers.set(extensionType.applicationLayerProtocolNegotiation, writeProtocolName(protocol))
  if (keys?.proof) answerCertificateTypes(offered, agreement, keys, keys.proof.type, answers)
  answer(extensionType.returnRoutabilityCheck, agreement.checksRoutability, empty)
  return answers
}

function answerCertificateTypes(
  offered: ReadonlyMap<number, Buffer>,
  { policy }: Agreement,
  keys: KeyAgreement,
  serverType: CertificateType,
  answers: Map<number, Buffer>,
): void {
  if (offered.has(extensionType.serverCertificateType)) {
    answers.set(extensionType.serverCertificateType, Buffer.of(serverType))
  }
  if (offered.has(extensionType.clientCertificateType) && policy.clientAuthentication !== 'none') {
    answers.set(extensionType.clientCertificateType, Buffer.of(keys.clientCertificateType))
  }
}

/** Certificate, ServerKeyExchange, CertificateRequest and ServerHelloDone, as far as the key exchange has them. */
export function keyExchangeMessages(
  keys: KeyAgreement,
  ephemeral: EphemeralKey | undefined,
  randoms: { readonly client: Buffer; readonly server: Buffer },
  requestsCertificate: boolean,
): MessageBody[] {
  const messages: MessageBody[] = []
  const { proof } = keys
  if (proof) {
    const body =
      proof.type === certificateType.rawPublicKey
        ? writeRawPublicKey(proof.credential.subjectPublicKeyInfo)
        : writeCertificateChain(proof.credential.chain)
    messages.push({ type: handshakeType.certificate, body })
  }
  if (ephemeral) {
    const signedOctets = Buffer.concat([randoms.client, randoms.server, writeEphemeralShare(ephemeral)])
    const signed = proof && {
      scheme: proof.scheme,
      signature: proof.credential.sign(proof.scheme, signedOctets),
    }
    messages.push({ type: handshakeType.serverKeyExchange, body: writeServerKeyExchange(ephemeral, signed) })
  }
  if (requestsCertificate) {
    messages.push({
      type: handshakeType.certificateRequest,
      body: writeCertificateRequest(signatureSchemes),
    })
  }
  messages.push({ type: handshakeType.serverHelloDone, body: Buffer.alloc(0) })
  return messages
}
